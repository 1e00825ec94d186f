package io.mayastor.engine.ring;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** The completion queue shared with the kernel. Owner thread: the ring's. */
final class CompletionQueue {
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final long headAddress;
    private final long tailAddress;
    private final long entries;
    private final int mask;
    private int head;

    CompletionQueue(long headAddress, long tailAddress, long entries, int capacity) {
        this.headAddress = headAddress;
        this.tailAddress = tailAddress;
        this.entries = entries;
        this.mask = capacity - 1;
        this.head = Memory.getInt(headAddress);
    }

    boolean isEmpty() {
        return head == tail();
    }

    /** Position behind the newest entry. */
    int tail() {
        return (int) INT.getAcquire(Memory.ALL, tailAddress);
    }

    /**
     * Entries from the oldest up to {@code tail}; not positive when they have been taken already.
     */
    int until(int tail) {
        return tail - head;
    }

    long userData() {
        return Memory.getLong(entry());
    }

    int result() {
        return Memory.getInt(entry() + 8);
    }

    int flags() {
        return Memory.getInt(entry() + 12);
    }

    private long entry() {
        return entries + (long) (head & mask) * UringAbi.CQE_SIZE;
    }

    /**
     * Gives the oldest entry back to the kernel, so that room is there before its completion runs.
     */
    void advance() {
        head++;
        INT.setRelease(Memory.ALL, headAddress, head);
    }
}
