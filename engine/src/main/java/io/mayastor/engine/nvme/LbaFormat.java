package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * LBA format, 4 bytes (NVM Command Set 1.0 §4.1.5.1).
 *
 * <pre>
 * field  offset  size  unit
 * MS     0       2     metadata bytes per block
 * LBADS  2       1     block size, 2^n bytes; 0 = format not available
 * RP     3       1     bits 1:0 relative performance, 0 best
 * </pre>
 */
public record LbaFormat(int metadataBytes, int blockShift, int relativePerformance) {
    public static final int LENGTH = 4;

    public static LbaFormat decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "LBA format");
        return new LbaFormat(
                LittleEndian.u16(memory, base),
                LittleEndian.u8(memory, base + 2),
                LittleEndian.u8(memory, base + 3) & 3);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.put16(memory, base, metadataBytes);
        LittleEndian.put8(memory, base + 2, blockShift);
        LittleEndian.put8(memory, base + 3, relativePerformance & 3);
    }
}
