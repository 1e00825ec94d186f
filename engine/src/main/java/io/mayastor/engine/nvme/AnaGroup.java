package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * ANA group descriptor, 32 bytes and its namespaces (Base 2.0 §5.16.1.13).
 *
 * <pre>
 * field  offset  size      unit
 * AGID   0       4         group, from 1
 * NNV    4       4         number of namespace identifiers that follow
 * CHNGC  8       8         change count when this group last changed
 * STATE  16      1         bits 3:0 {@link AnaState}
 * -      17      15        reserved
 * NSID   32      4 × NNV   ascending
 * </pre>
 */
public record AnaGroup(int id, long changeCount, AnaState state, List<Integer> namespaceIds) {
    public static final int HEADER_LENGTH = 32;

    public AnaGroup {
        namespaceIds = List.copyOf(namespaceIds);
    }

    public static AnaGroup decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, HEADER_LENGTH, "ANA group descriptor");
        long count = LittleEndian.u32(memory, base + 4);
        WireFormatException.requireBytes(
                memory, base, HEADER_LENGTH + count * Integer.BYTES, "ANA group descriptor");
        List<Integer> ids = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            ids.add(LittleEndian.int32(memory, base + HEADER_LENGTH + i * Integer.BYTES));
        }
        return new AnaGroup(
                LittleEndian.int32(memory, base),
                LittleEndian.int64(memory, base + 8),
                AnaState.ofCode(LittleEndian.u8(memory, base + 16) & 0xf),
                ids);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, HEADER_LENGTH);
        LittleEndian.put32(memory, base, id);
        LittleEndian.put32(memory, base + 4, namespaceIds.size());
        LittleEndian.put64(memory, base + 8, changeCount);
        LittleEndian.put8(memory, base + 16, state.code());
        for (int i = 0; i < namespaceIds.size(); i++) {
            LittleEndian.put32(
                    memory, base + HEADER_LENGTH + (long) i * Integer.BYTES, namespaceIds.get(i));
        }
    }

    public long byteLength() {
        return HEADER_LENGTH + (long) namespaceIds.size() * Integer.BYTES;
    }

    /** The same group as the log page gives it when asked for groups only. */
    public AnaGroup withoutNamespaces() {
        return new AnaGroup(id, changeCount, state, List.of());
    }
}
