package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Dataset Management: fields of the command and its ranges of 16 bytes (NVM Command Set 1.0
 * §3.2.3).
 *
 * <pre>
 * field  place           meaning
 * NR     CDW10  7:0      ranges, 0's based
 * IDR    CDW11  0        hint: will be read
 * IDW    CDW11  1        hint: will be written
 * AD     CDW11  2        deallocate
 *
 * range  offset  size  unit
 * CATTR  0       4     context attributes, hints
 * LENGTH 4       4     blocks, 0 = nothing
 * SLBA   8       8     first block
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class DatasetManagement {
    /** Bytes of one range. */
    public static final int RANGE_LENGTH = 16;

    public static final int MAX_RANGES = 256;

    /** AD, bit of CDW11. */
    public static final int DEALLOCATE = 1 << 2;

    private static final int LENGTH = 4;
    private static final int SLBA = 8;

    private DatasetManagement() {}

    /** 1 to 256. */
    public static int ranges(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw10(memory, base) & 0xff) + 1;
    }

    public static boolean deallocate(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw11(memory, base) & DEALLOCATE) != 0;
    }

    /** Writes the whole submission entry without data; {@code ranges} is 1 to 256. */
    public static void encode(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int ranges,
            int attributes) {
        SubmissionEntry.encode(memory, base, NvmOpcode.DATASET_MANAGEMENT, commandId, namespaceId);
        SubmissionEntry.setCdw10(memory, base, ranges - 1);
        SubmissionEntry.setCdw11(memory, base, attributes);
    }

    /** Blocks of range {@code index} of the data at {@code base}. */
    public static long rangeBlocks(MemorySegment memory, long base, int index) {
        return LittleEndian.u32(memory, base + (long) index * RANGE_LENGTH + LENGTH);
    }

    /** First block of range {@code index}; unsigned 64 bits, from the wire: any value. */
    public static long rangeFirstBlock(MemorySegment memory, long base, int index) {
        return LittleEndian.int64(memory, base + (long) index * RANGE_LENGTH + SLBA);
    }

    public static void encodeRange(
            MemorySegment memory, long base, int index, long firstBlock, long blocks) {
        long at = base + (long) index * RANGE_LENGTH;
        LittleEndian.put32(memory, at, 0);
        LittleEndian.put32(memory, at + LENGTH, blocks);
        LittleEndian.put64(memory, at + SLBA, firstBlock);
    }
}
