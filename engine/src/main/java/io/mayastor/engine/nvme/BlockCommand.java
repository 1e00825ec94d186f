package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of the commands that name one run of blocks: Read, Write, Compare, Write Zeroes, Verify
 * (NVM Command Set 1.0 §3.2).
 *
 * <pre>
 * field   place         meaning
 * SLBA    CDW10, CDW11  first block
 * NLB     CDW12  15:0   blocks, 0's based
 * DEAC    CDW12  25     Write Zeroes: deallocate
 * PRINFO  CDW12  29:26  protection information: bit 3 PRACT, bits 2:0 PRCHK
 * FUA     CDW12  30     force unit access
 * LR      CDW12  31     limited retry
 * DSM     CDW13  7:0    hints, Read and Write only
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class BlockCommand {
    // CDW12
    public static final int DEALLOCATE = 1 << 25;
    public static final int FORCE_UNIT_ACCESS = 1 << 30;
    public static final int LIMITED_RETRY = 1 << 31;

    private static final int PRINFO_SHIFT = 26;

    private BlockCommand() {}

    /** Unsigned 64 bits, from the wire: any value. */
    public static long firstBlock(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + SubmissionEntry.CDW10);
    }

    /** 1 to 65 536. */
    public static int blocks(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + SubmissionEntry.CDW12) + 1;
    }

    public static boolean forceUnitAccess(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw12(memory, base) & FORCE_UNIT_ACCESS) != 0;
    }

    public static boolean deallocate(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw12(memory, base) & DEALLOCATE) != 0;
    }

    /** PRINFO, 0 on a namespace without protection information. */
    public static int protection(MemorySegment memory, long base) {
        return SubmissionEntry.cdw12(memory, base) >>> PRINFO_SHIFT & 0xf;
    }

    /** Whether blocks {@code firstBlock} (unsigned) to {@code firstBlock + blocks - 1} exist. */
    public static boolean isInRange(long firstBlock, long blocks, long sizeBlocks) {
        return Long.compareUnsigned(firstBlock, sizeBlocks) < 0
                && blocks <= sizeBlocks - firstBlock;
    }

    /**
     * Writes the whole submission entry without data.
     *
     * @param blocks 1 to 65 536
     * @param flags of CDW12, see the constants
     */
    public static void encode(
            MemorySegment memory,
            long base,
            int opcode,
            int commandId,
            int namespaceId,
            long firstBlock,
            int blocks,
            int flags) {
        SubmissionEntry.encode(memory, base, opcode, commandId, namespaceId);
        LittleEndian.put64(memory, base + SubmissionEntry.CDW10, firstBlock);
        LittleEndian.put32(memory, base + SubmissionEntry.CDW12, (blocks - 1 & 0xffff) | flags);
    }
}
