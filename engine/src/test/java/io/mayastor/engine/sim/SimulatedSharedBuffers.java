package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * Receive buffers of a simulated ring: handed out in any order, and overwritten when they are given
 * back, so that a late reader sees rubbish.
 */
final class SimulatedSharedBuffers implements SharedBuffers {
    private static final byte RUBBISH = (byte) 0xDB;
    private static final int MAX_COUNT = 32_768;

    private final SimulatedRing ring;
    private final SplittableRandom random;
    private final MemorySegment memory;
    private final int sizeBytes;
    private final int[] free;
    private final int[] filledBytes;
    private final boolean[] taken;
    private int available;

    SimulatedSharedBuffers(SimulatedRing ring, SplittableRandom random, int count, int sizeBytes) {
        if (Integer.bitCount(count) != 1 || count > MAX_COUNT || sizeBytes <= 0) {
            throw new IllegalArgumentException(
                    "shared buffers: a power of two up to "
                            + MAX_COUNT
                            + " of positive size, not "
                            + count
                            + " of "
                            + sizeBytes);
        }
        this.ring = ring;
        this.random = random;
        this.sizeBytes = sizeBytes;
        this.memory = Arena.ofAuto().allocate((long) count * sizeBytes, Memory.PAGE);
        this.free = new int[count];
        this.filledBytes = new int[count];
        this.taken = new boolean[count];
        this.available = count;
        for (int buffer = 0; buffer < count; buffer++) {
            free[buffer] = buffer;
        }
    }

    static int flagsOf(int buffer) {
        return buffer << 16 | 1;
    }

    /** A free buffer, or -1. */
    int take() {
        if (available == 0) {
            return -1;
        }
        int place = random.nextInt(available);
        int buffer = free[place];
        free[place] = free[--available];
        taken[buffer] = true;
        return buffer;
    }

    void filled(int buffer, int bytes) {
        filledBytes[buffer] = bytes;
    }

    long address(int buffer) {
        return memory.address() + (long) buffer * sizeBytes;
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
        ring.checkOwner();
        if (buffer < 0 || buffer >= taken.length || !taken[buffer]) {
            throw new IllegalStateException(
                    "shared buffer " + buffer + " is given back but nobody has it");
        }
        memory.asSlice((long) buffer * sizeBytes, filledBytes[buffer]).fill(RUBBISH);
        taken[buffer] = false;
        free[available++] = buffer;
    }
}
