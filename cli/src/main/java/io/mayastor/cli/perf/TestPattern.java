package io.mayastor.cli.perf;

import io.mayastor.engine.ring.Memory;

/**
 * What verify mode writes: every block tells which block it is and how often it was written, and
 * the rest follows from that, so that a lost, torn, stale or misplaced write shows.
 *
 * <pre>
 *  word 0    number of the block on the device
 *  word 1    generation
 *  word 2…   a mix of both and the position
 * </pre>
 */
final class TestPattern {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private TestPattern() {}

    /**
     * @param generation positive
     */
    static void fill(long address, long firstBlock, int blocks, int blockBytes, int generation) {
        for (int i = 0; i < blocks; i++) {
            long block = firstBlock + i;
            long at = address + (long) i * blockBytes;
            Memory.putLong(at, block);
            Memory.putLong(at + 8, generation);
            long state = start(block, generation);
            for (int offset = 16; offset < blockBytes; offset += 8) {
                state += GOLDEN;
                Memory.putLong(at + offset, state ^ state >>> 29);
            }
        }
    }

    /** Index of the first block that is not as {@link #fill} wrote it, or -1. */
    static int mismatch(long address, long firstBlock, int blocks, int blockBytes, int generation) {
        for (int i = 0; i < blocks; i++) {
            long block = firstBlock + i;
            long at = address + (long) i * blockBytes;
            if (Memory.getLong(at) != block || Memory.getLong(at + 8) != generation) {
                return i;
            }
            long state = start(block, generation);
            for (int offset = 16; offset < blockBytes; offset += 8) {
                state += GOLDEN;
                if (Memory.getLong(at + offset) != (state ^ state >>> 29)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** What a wrong block says of itself. */
    static String describe(long address, int blockBytes, long block, int generation) {
        long foundBlock = Memory.getLong(address);
        long foundGeneration = Memory.getLong(address + 8);
        String expected = "block " + block + " must have generation " + generation;
        if (foundBlock == 0 && foundGeneration == 0) {
            return expected + " but is empty or foreign";
        }
        if (foundBlock != block) {
            return expected + " but names itself block " + foundBlock;
        }
        if (foundGeneration != generation) {
            return expected + " but has generation " + foundGeneration;
        }
        return expected
                + " and is torn: its first words are right, the rest of "
                + blockBytes
                + " bytes is not";
    }

    private static long start(long block, int generation) {
        long mixed = (block * GOLDEN ^ generation) * 0xbf58_476d_1ce4_e5b9L;
        return mixed ^ mixed >>> 32;
    }
}
