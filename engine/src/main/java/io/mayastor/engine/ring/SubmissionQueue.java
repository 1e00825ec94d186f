package io.mayastor.engine.ring;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The submission queue shared with the kernel: entries are written here and taken by the next
 * enter. Owner thread: the ring's.
 *
 * <p>Entry {@code i} of the kernel's index array always names SQE {@code i}, so the array is
 * written once.
 */
final class SubmissionQueue {
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final long headAddress;
    private final long tailAddress;
    private final long flagsAddress;
    private final long entries;
    private final int capacity;
    private final int mask;
    private int head;
    private int tail;

    SubmissionQueue(
            long headAddress,
            long tailAddress,
            long flagsAddress,
            long arrayAddress,
            long entries,
            int capacity) {
        this.headAddress = headAddress;
        this.tailAddress = tailAddress;
        this.flagsAddress = flagsAddress;
        this.entries = entries;
        this.capacity = capacity;
        this.mask = capacity - 1;
        for (int i = 0; i < capacity; i++) {
            Memory.putInt(arrayAddress + 4L * i, i);
        }
    }

    boolean isFull() {
        return tail - head == capacity;
    }

    /** Entries that the kernel has not taken yet. */
    int pending() {
        return tail - head;
    }

    /**
     * Writes one entry, all 64 bytes of it; the queue must not be full. Each argument is one 8-byte
     * word, see {@link UringAbi}.
     */
    void add(
            long operation,
            long offset,
            long address,
            long lengthAndFlags,
            long userData,
            long index,
            long addr3) {
        long sqe = entries + (long) (tail & mask) * UringAbi.SQE_SIZE;
        Memory.putLong(sqe, operation);
        Memory.putLong(sqe + 8, offset);
        Memory.putLong(sqe + 16, address);
        Memory.putLong(sqe + 24, lengthAndFlags);
        Memory.putLong(sqe + 32, userData);
        Memory.putLong(sqe + 40, index);
        Memory.putLong(sqe + 48, addr3);
        Memory.putLong(sqe + 56, 0);
        tail++;
    }

    /** Shows the kernel what was added. */
    void publish() {
        INT.setRelease(Memory.ALL, tailAddress, tail);
    }

    /** Learns what the kernel has taken; returns how many entries since the last time. */
    int refresh() {
        int before = head;
        head = (int) INT.getAcquire(Memory.ALL, headAddress);
        return head - before;
    }

    /**
     * The flags that the kernel sets: {@link UringAbi#SQ_TASKRUN}, {@link UringAbi#SQ_CQ_OVERFLOW}.
     */
    int flags() {
        return (int) INT.getOpaque(Memory.ALL, flagsAddress);
    }
}
