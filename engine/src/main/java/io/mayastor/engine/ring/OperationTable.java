package io.mayastor.engine.ring;

import java.util.Arrays;

/**
 * The operations in flight: one slot each, with a generation that changes whenever the slot is
 * freed. An operation's name is {@code slot | generation << 32}, always positive, so a late
 * completion or cancellation can never hit the slot's next user. Owner thread: the ring's.
 *
 * <p>Grows by doubling up to {@link #LIMIT}; the slot freed last is used first, which keeps the
 * working set small.
 */
final class OperationTable {
    /** Most operations in flight on one ring. */
    static final int LIMIT = 1 << 18;

    private Completion[] completions;
    private int[] generations;
    private boolean[] cancelled;
    private int[] free;
    private int freeCount;

    OperationTable(int capacity) {
        completions = new Completion[capacity];
        generations = new int[capacity];
        Arrays.fill(generations, 1);
        cancelled = new boolean[capacity];
        free = new int[capacity];
        addFree(0, capacity);
    }

    private void addFree(int from, int to) {
        for (int slot = to - 1; slot >= from; slot--) {
            free[freeCount++] = slot;
        }
    }

    /** Takes a slot and returns the operation's name. */
    long add(Completion completion) {
        if (completion == null) {
            throw new NullPointerException("an operation needs a completion");
        }
        if (freeCount == 0) {
            grow();
        }
        int slot = free[--freeCount];
        completions[slot] = completion;
        return slot | (long) generations[slot] << 32;
    }

    static int slotOf(long operation) {
        return (int) operation;
    }

    /** The name of the operation in a slot that is in use. */
    long operationIn(int slot) {
        return slot | (long) generations[slot] << 32;
    }

    boolean isInUse(int slot) {
        return completions[slot] != null;
    }

    /** Whether the operation has not completed yet. */
    boolean contains(long operation) {
        int slot = slotOf(operation);
        return slot >= 0
                && slot < completions.length
                && completions[slot] != null
                && generations[slot] == (int) (operation >>> 32);
    }

    void markCancelled(int slot) {
        cancelled[slot] = true;
    }

    boolean isCancelled(int slot) {
        return cancelled[slot];
    }

    /** Frees the slot of an operation that has completed; what is to be called now. */
    Completion remove(int slot) {
        Completion completion = completions[slot];
        completions[slot] = null;
        cancelled[slot] = false;
        int next = generations[slot] + 1;
        generations[slot] = next > 0 ? next : 1;
        free[freeCount++] = slot;
        return completion;
    }

    int capacity() {
        return completions.length;
    }

    int inUse() {
        return completions.length - freeCount;
    }

    private void grow() {
        int length = completions.length;
        if (length >= LIMIT) {
            throw new IllegalStateException(
                    "more than " + LIMIT + " operations in flight on one ring");
        }
        int larger = Math.min(2 * length, LIMIT);
        completions = Arrays.copyOf(completions, larger);
        generations = Arrays.copyOf(generations, larger);
        Arrays.fill(generations, length, larger, 1);
        cancelled = Arrays.copyOf(cancelled, larger);
        free = Arrays.copyOf(free, larger);
        addFree(length, larger);
    }
}
