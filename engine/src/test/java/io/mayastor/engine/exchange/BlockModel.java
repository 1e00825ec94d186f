package io.mayastor.engine.exchange;

import io.mayastor.engine.ring.Memory;
import java.util.Arrays;

/**
 * What each block of a device may contain: one generation when its last change was acknowledged,
 * several after changes whose outcome is unknown. Generation 0 is zeros; a block of generation g at
 * position b is filled with words made of both.
 */
final class BlockModel {
    private final int blockSize;
    private final long[][] allowed;
    private final boolean[] busy;

    BlockModel(int blocks, int blockSize) {
        this.blockSize = blockSize;
        this.allowed = new long[blocks][];
        this.busy = new boolean[blocks];
        Arrays.fill(allowed, new long[] {0});
    }

    int blocks() {
        return allowed.length;
    }

    /** Takes the range for one request; false when another one is using a part of it. */
    boolean take(int first, int count) {
        for (int block = first; block < first + count; block++) {
            if (busy[block]) {
                return false;
            }
        }
        Arrays.fill(busy, first, first + count, true);
        return true;
    }

    void giveBack(int first, int count) {
        Arrays.fill(busy, first, first + count, false);
    }

    /** Fills memory with what generation {@code generation} of these blocks looks like. */
    void fill(long address, int first, int count, long generation) {
        for (int i = 0; i < count; i++) {
            long word = word(first + i, generation);
            for (int at = 0; at < blockSize; at += Long.BYTES) {
                Memory.putLong(address + (long) i * blockSize + at, word);
            }
        }
    }

    /** The change to this generation has been acknowledged. */
    void acknowledged(int first, int count, long generation) {
        for (int block = first; block < first + count; block++) {
            allowed[block] = new long[] {generation};
        }
    }

    /** The change to this generation has been carried out or not, block by block. */
    void unknown(int first, int count, long generation) {
        for (int block = first; block < first + count; block++) {
            long[] longer = Arrays.copyOf(allowed[block], allowed[block].length + 1);
            longer[longer.length - 1] = generation;
            allowed[block] = longer;
        }
    }

    /** Checks what a read has brought; from now on only that is allowed. */
    void observed(long address, int first, int count) {
        for (int i = 0; i < count; i++) {
            long at = address + (long) i * blockSize;
            long word = Memory.getLong(at);
            long generation = generationOf(first + i, word);
            for (int byteAt = 0; byteAt < blockSize; byteAt += Long.BYTES) {
                if (Memory.getLong(at + byteAt) != word) {
                    throw new AssertionError("block " + (first + i) + " is torn at byte " + byteAt);
                }
            }
            if (Arrays.stream(allowed[first + i]).noneMatch(each -> each == generation)) {
                throw new AssertionError(
                        "block %d reads generation %d, allowed are %s"
                                .formatted(
                                        first + i,
                                        generation,
                                        Arrays.toString(allowed[first + i])));
            }
            allowed[first + i] = new long[] {generation};
        }
    }

    /** The only generation a block may have, or -1. */
    long known(int block) {
        return allowed[block].length == 1 ? allowed[block][0] : -1;
    }

    private static long word(int block, long generation) {
        return generation == 0 ? 0 : generation << 24 | block;
    }

    private static long generationOf(int block, long word) {
        if (word != 0 && (word & 0xffffff) != block) {
            throw new AssertionError(
                    "block %d holds data of block %d".formatted(block, word & 0xffffff));
        }
        return word >>> 24;
    }
}
