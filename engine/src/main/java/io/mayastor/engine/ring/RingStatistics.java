package io.mayastor.engine.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters of one ring: written by its owner thread, readable from any thread (each value is whole,
 * a set of them is not one instant).
 */
public final class RingStatistics {
    private static final VarHandle SUBMITTED = handle("submitted");
    private static final VarHandle COMPLETED = handle("completed");
    private static final VarHandle ENTERS = handle("enters");
    private static final VarHandle SLEEPS = handle("sleeps");
    private static final VarHandle WAKES = handle("wakes");
    private static final VarHandle FULL = handle("submissionQueueFull");
    private static final VarHandle OVERFLOWS = handle("completionOverflows");

    private long submitted;
    private long completed;
    private long enters;
    private long sleeps;
    private long wakes;
    private long submissionQueueFull;
    private long completionOverflows;

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(RingStatistics.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public void submitted(int operations) {
        SUBMITTED.setOpaque(this, submitted + operations);
    }

    public void completed(int operations) {
        COMPLETED.setOpaque(this, completed + operations);
    }

    public void entered() {
        ENTERS.setOpaque(this, enters + 1);
    }

    public void slept() {
        SLEEPS.setOpaque(this, sleeps + 1);
    }

    public void woken() {
        WAKES.setOpaque(this, wakes + 1);
    }

    public void foundSubmissionQueueFull() {
        FULL.setOpaque(this, submissionQueueFull + 1);
    }

    public void foundCompletionOverflow() {
        OVERFLOWS.setOpaque(this, completionOverflows + 1);
    }

    public long submitted() {
        return (long) SUBMITTED.getOpaque(this);
    }

    public long completed() {
        return (long) COMPLETED.getOpaque(this);
    }

    /** System calls made to submit, reap or wait. */
    public long enters() {
        return (long) ENTERS.getOpaque(this);
    }

    public long sleeps() {
        return (long) SLEEPS.getOpaque(this);
    }

    public long wakes() {
        return (long) WAKES.getOpaque(this);
    }

    public long submissionQueueFull() {
        return (long) FULL.getOpaque(this);
    }

    public long completionOverflows() {
        return (long) OVERFLOWS.getOpaque(this);
    }
}
