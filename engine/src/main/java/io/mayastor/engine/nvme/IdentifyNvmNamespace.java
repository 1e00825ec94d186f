package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Identify CNS 05h for the NVM command set: protection of a namespace, 4096 bytes (NVM Command Set
 * 1.0 §4.1.5.3).
 *
 * <pre>
 * field  offset  size    unit
 * LBSTM  0       8       logical block storage tag mask
 * PIC    8       1       protection information capabilities
 * -      9       3       reserved
 * ELBAF  12      64 × 4  per LBA format: bits 6:0 storage tag size, bits 8:7 protection format
 * </pre>
 *
 * @param extendedFormats the ELBAF as they stand, at most 64; those left out are 0
 */
public record IdentifyNvmNamespace(
        long storageTagMask, int protectionCapabilities, List<Integer> extendedFormats) {
    public static final int LENGTH = 4096;
    public static final int MAX_FORMATS = 64;

    private static final int ELBAF = 12;

    public IdentifyNvmNamespace {
        if (extendedFormats.size() > MAX_FORMATS) {
            throw new IllegalArgumentException(
                    "%d extended LBA formats".formatted(extendedFormats.size()));
        }
        extendedFormats = List.copyOf(extendedFormats);
    }

    /** A namespace without protection information. */
    public static IdentifyNvmNamespace withoutProtection() {
        return new IdentifyNvmNamespace(0, 0, List.of());
    }

    /** Decodes all 64 extended formats. */
    public static IdentifyNvmNamespace decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(
                memory, base, LENGTH, "Identify namespace, NVM command set");
        List<Integer> formats = new ArrayList<>(MAX_FORMATS);
        for (int i = 0; i < MAX_FORMATS; i++) {
            formats.add(LittleEndian.int32(memory, base + ELBAF + (long) i * Integer.BYTES));
        }
        return new IdentifyNvmNamespace(
                LittleEndian.int64(memory, base), LittleEndian.u8(memory, base + 8), formats);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put64(memory, base, storageTagMask);
        LittleEndian.put8(memory, base + 8, protectionCapabilities);
        for (int i = 0; i < extendedFormats.size(); i++) {
            LittleEndian.put32(
                    memory, base + ELBAF + (long) i * Integer.BYTES, extendedFormats.get(i));
        }
    }
}
