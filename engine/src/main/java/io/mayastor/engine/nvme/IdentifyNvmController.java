package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Identify CNS 06h for the NVM command set: limits of single commands, 4096 bytes (NVM Command Set
 * 1.0 §4.1.5.4).
 *
 * <pre>
 * field  offset  size  unit
 * VSL    0       1     Verify, 2^n minimum pages; 0 no limit
 * WZSL   1       1     Write Zeroes, 2^n minimum pages; 0 no limit
 * WUSL   2       1     Write Uncorrectable, 2^n minimum pages; 0 no limit
 * DMRL   3       1     ranges of one Dataset Management; 0 no limit
 * DMRSL  4       4     blocks of one range; 0 no limit
 * DMSL   8       8     blocks of one Dataset Management; 0 no limit
 * </pre>
 */
public record IdentifyNvmController(
        int verifySizeLimit,
        int writeZeroesSizeLimit,
        int writeUncorrectableSizeLimit,
        int datasetRanges,
        long datasetRangeBlocks,
        long datasetBlocks) {
    public static final int LENGTH = 4096;

    public static IdentifyNvmController decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(
                memory, base, LENGTH, "Identify controller, NVM command set");
        return new IdentifyNvmController(
                LittleEndian.u8(memory, base),
                LittleEndian.u8(memory, base + 1),
                LittleEndian.u8(memory, base + 2),
                LittleEndian.u8(memory, base + 3),
                LittleEndian.u32(memory, base + 4),
                LittleEndian.int64(memory, base + 8));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put8(memory, base, verifySizeLimit);
        LittleEndian.put8(memory, base + 1, writeZeroesSizeLimit);
        LittleEndian.put8(memory, base + 2, writeUncorrectableSizeLimit);
        LittleEndian.put8(memory, base + 3, datasetRanges);
        LittleEndian.put32(memory, base + 4, datasetRangeBlocks);
        LittleEndian.put64(memory, base + 8, datasetBlocks);
    }
}
