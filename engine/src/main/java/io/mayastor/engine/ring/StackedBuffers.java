package io.mayastor.engine.ring;

import java.lang.foreign.MemorySegment;

/**
 * {@link SharedBuffers} of an {@link EpollRing}: a stack of free ones. Owner thread: the ring's.
 */
final class StackedBuffers implements SharedBuffers {
    private final Kernel kernel;
    private final MemorySegment memory;
    private final int sizeBytes;
    private final int[] free;
    private final boolean[] taken;
    private int available;

    StackedBuffers(Kernel kernel, int count, int sizeBytes) {
        this.kernel = kernel;
        this.sizeBytes = sizeBytes;
        long bytes = (long) count * sizeBytes;
        memory = kernel.map((bytes + Memory.PAGE - 1) / Memory.PAGE * Memory.PAGE, false);
        free = new int[count];
        taken = new boolean[count];
        for (int buffer = count - 1; buffer >= 0; buffer--) {
            free[available++] = buffer;
        }
    }

    /** The buffer that {@link #take} would give; there must be one. */
    long nextAddress() {
        return memory.address() + (long) free[available - 1] * sizeBytes;
    }

    int take() {
        int buffer = free[--available];
        taken[buffer] = true;
        return buffer;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int count() {
        return free.length;
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public void release(int buffer) {
        if (!taken[buffer]) {
            throw new IllegalStateException("shared buffer " + buffer + " was given back twice");
        }
        taken[buffer] = false;
        free[available++] = buffer;
    }

    void close() {
        kernel.unmap(memory);
    }
}
