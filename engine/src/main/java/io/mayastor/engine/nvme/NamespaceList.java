package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Namespace list, 4096 bytes: up to 1024 identifiers of 4 bytes in ascending order, ended by 0
 * (Base 2.0 §4.4.2). Answer of Identify CNS 02h, 07h, 10h and the log page Changed Namespace List.
 *
 * @param namespaceIds unsigned 32-bit identifiers; {@link SubmissionEntry#ALL_NAMESPACES} alone in
 *     a changed list that overflowed
 */
public record NamespaceList(List<Integer> namespaceIds) {
    public static final int LENGTH = 4096;
    public static final int MAX_ENTRIES = LENGTH / Integer.BYTES;

    public NamespaceList {
        if (namespaceIds.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "%d namespaces in a list of %d".formatted(namespaceIds.size(), MAX_ENTRIES));
        }
        namespaceIds = List.copyOf(namespaceIds);
    }

    /** Changed Namespace List when more than 1024 changed. */
    public static NamespaceList overflow() {
        return new NamespaceList(List.of(SubmissionEntry.ALL_NAMESPACES));
    }

    public static NamespaceList decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "namespace list");
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < MAX_ENTRIES; i++) {
            int id = LittleEndian.int32(memory, base + (long) i * Integer.BYTES);
            if (id == 0) {
                break;
            }
            ids.add(id);
        }
        return new NamespaceList(ids);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        for (int i = 0; i < namespaceIds.size(); i++) {
            LittleEndian.put32(memory, base + (long) i * Integer.BYTES, namespaceIds.get(i));
        }
    }
}
