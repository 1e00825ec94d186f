package io.mayastor.engine.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Figures of one reactor: written by its owner thread, readable from any thread. Times are
 * nanoseconds of the ring's clock.
 */
public final class ReactorStatistics {
    private static final VarHandle TURNS = handle("turns");
    private static final VarHandle COMPLETIONS = handle("completions");
    private static final VarHandle TASKS = handle("tasks");
    private static final VarHandle BUSY = handle("busyNanos");
    private static final VarHandle LONGEST = handle("longestTurnNanos");
    private static final VarHandle STARTED = handle("turnStartedNanos");
    private static final VarHandle REJECTED = handle("inboxRejected");

    private long turns;
    private long completions;
    private long tasks;
    private long busyNanos;
    private long longestTurnNanos;

    /** 0 while the reactor sleeps or is between turns. */
    private long turnStartedNanos;

    private long inboxRejected;

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(ReactorStatistics.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    void turnStarted(long now) {
        STARTED.setOpaque(this, now);
    }

    void sleeping() {
        STARTED.setOpaque(this, 0L);
    }

    void awake(long now) {
        STARTED.setOpaque(this, now);
    }

    void turnEnded(long now, int tasksRun, int completionsRun) {
        TURNS.setOpaque(this, turns + 1);
        if (tasksRun + completionsRun > 0) {
            long length = now - turnStartedNanos;
            COMPLETIONS.setOpaque(this, completions + completionsRun);
            TASKS.setOpaque(this, tasks + tasksRun);
            BUSY.setOpaque(this, busyNanos + length);
            if (length > longestTurnNanos) {
                LONGEST.setOpaque(this, length);
            }
        }
        STARTED.setOpaque(this, 0L);
    }

    void inboxRejected() {
        REJECTED.getAndAdd(this, 1L);
    }

    public long turns() {
        return (long) TURNS.getOpaque(this);
    }

    public long completions() {
        return (long) COMPLETIONS.getOpaque(this);
    }

    /** Inbox tasks and timers run. */
    public long tasks() {
        return (long) TASKS.getOpaque(this);
    }

    /** Time spent in turns that did something. */
    public long busyNanos() {
        return (long) BUSY.getOpaque(this);
    }

    public long longestTurnNanos() {
        return (long) LONGEST.getOpaque(this);
    }

    /**
     * Start of the turn that runs now, or 0: a start that stays the same for long is a frozen
     * reactor.
     */
    public long turnStartedNanos() {
        return (long) STARTED.getOpaque(this);
    }

    public long inboxRejectedCount() {
        return (long) REJECTED.getOpaque(this);
    }
}
