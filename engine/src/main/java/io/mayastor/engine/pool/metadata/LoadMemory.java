package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that reads of a {@link PoolLoader} go to, aligned to 4 KiB. It grows to what one phase
 * needs at a time and is used again by the next phase, or by the next loader.
 */
public final class LoadMemory implements AutoCloseable {
    private static final int BLOCK_BYTES = 4 << 20;

    private final Arena arena = Arena.ofShared();
    private final List<Long> blocks = new ArrayList<>();
    private int block;
    private int used;

    /** Memory for one read until {@link #reset}; its content is what was there before. */
    long take(int length) {
        if (length > BLOCK_BYTES) {
            throw new IllegalArgumentException("a read of " + length + " bytes");
        }
        if (used + length > BLOCK_BYTES) {
            block++;
            used = 0;
        }
        if (block == blocks.size()) {
            blocks.add(arena.allocate(BLOCK_BYTES, Memory.PAGE).address());
        }
        long address = blocks.get(block) + used;
        used += length + Memory.PAGE - 1 & -Memory.PAGE;
        return address;
    }

    /** All that was taken is free. */
    void reset() {
        block = 0;
        used = 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
