package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DiskLayout;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Buffers for pages that changed while a checkpoint still had to write their former content.
 *
 * <p>{@link #isCrowded} tells when new changes had better wait; what is under way already always
 * finds a buffer, so that a complete record never fails. Numbered from 1. Memory is kept for the
 * next checkpoint.
 */
final class CopyBuffers {
    private static final int BLOCK_BUFFERS = 64;

    private final Arena arena;
    private final int comfortable;
    private final IntStack free = new IntStack();
    private long[] blocks = new long[0];
    private int inUse;

    CopyBuffers(Arena arena, int comfortable) {
        this.arena = arena;
        this.comfortable = comfortable;
    }

    int take() {
        if (free.isEmpty()) {
            grow();
        }
        inUse++;
        return free.pop();
    }

    void release(int buffer) {
        inUse--;
        free.push(buffer);
    }

    long address(int buffer) {
        int index = buffer - 1;
        return blocks[index / BLOCK_BUFFERS] + (long) (index % BLOCK_BUFFERS) * DiskLayout.PAGE;
    }

    boolean isCrowded() {
        return inUse >= comfortable;
    }

    long memoryBytes() {
        return (long) blocks.length * BLOCK_BUFFERS * DiskLayout.PAGE + free.memoryBytes();
    }

    private void grow() {
        int block = blocks.length;
        blocks = Arrays.copyOf(blocks, block + 1);
        blocks[block] =
                arena.allocate((long) BLOCK_BUFFERS * DiskLayout.PAGE, DiskLayout.PAGE).address();
        for (int i = BLOCK_BUFFERS; i >= 1; i--) {
            free.push(block * BLOCK_BUFFERS + i);
        }
    }
}
