package io.mayastor.engine.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Bounded queue of tasks from many threads to one reactor, with the flag that tells a producer
 * whether the reactor sleeps.
 *
 * <p>Wake-up: a producer publishes, full fence, looks at the flag, wakes; the consumer sets the
 * flag, full fence, looks at the queue again, sleeps. At least one of them sees the other.
 */
final class Inbox {
    private static final VarHandle SLEEPS;
    private static final VarHandle HEAD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SLEEPS = lookup.findVarHandle(Inbox.class, "sleeps", boolean.class);
            HEAD = lookup.findVarHandle(Inbox.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * In {@link #tail}: no further task is taken. In the same word, so that none slips in between.
     */
    private static final long CLOSED = 1L << 62;

    private final AtomicReferenceArray<Runnable> slots;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private long head;
    private boolean sleeps;

    Inbox(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "inbox capacity must be a power of two: " + capacity);
        }
        slots = new AtomicReferenceArray<>(capacity);
        mask = capacity - 1;
    }

    int capacity() {
        return mask + 1;
    }

    /** Any thread. False when full or closed. */
    boolean offer(Runnable task) {
        long position;
        do {
            position = tail.get();
            if ((position & CLOSED) != 0 || position - (long) HEAD.getAcquire(this) > mask) {
                return false;
            }
        } while (!tail.compareAndSet(position, position + 1));
        slots.setRelease((int) position & mask, task);
        VarHandle.fullFence();
        return true;
    }

    /** Any thread, after {@link #offer}. */
    boolean consumerSleeps() {
        return (boolean) SLEEPS.getOpaque(this);
    }

    void consumerWillSleep() {
        SLEEPS.setOpaque(this, true);
        VarHandle.fullFence();
    }

    void consumerAwake() {
        SLEEPS.setOpaque(this, false);
    }

    /**
     * Consumer thread. A task whose producer has taken its place but not written it yet counts as
     * there.
     */
    boolean isEmpty() {
        return (tail.getOpaque() & ~CLOSED) == head;
    }

    /** Consumer thread: runs up to {@code limit} tasks, returns how many. */
    int drain(int limit) {
        int run = 0;
        while (run < limit) {
            int slot = (int) head & mask;
            Runnable task = slots.getAcquire(slot);
            if (task == null) {
                break;
            }
            slots.setPlain(slot, null);
            HEAD.setRelease(this, head + 1);
            run++;
            task.run();
        }
        return run;
    }

    boolean isClosed() {
        return (tail.get() & CLOSED) != 0;
    }

    /** From now on {@link #offer} takes nothing; what it has taken before can be drained. */
    void close() {
        tail.getAndUpdate(position -> position | CLOSED);
    }
}
