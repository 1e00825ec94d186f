package io.mayastor.engine.reactor;

import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Ring;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The duty cycle that owns connections, devices and volumes: inbox, timers, turn-end tasks, then
 * one turn of the ring.
 *
 * <p>Owner thread: the one that called {@link #open()}; only {@link #execute}, {@link #call},
 * {@link #statistics()} and {@link #name()} may be used from elsewhere. A reactor has no thread of
 * its own: {@link ReactorThread} runs it in production, a simulation calls {@link #turn} itself.
 *
 * <p>Promises: tasks run in the order in which one thread posted them; a task posted before {@link
 * #close()} returned true runs or is rejected with an exception, never lost in silence; a sleeping
 * reactor notices a post (publish, full fence, look at the sleeping flag, wake; the sleeper sets
 * the flag, full fence, looks again, sleeps).
 */
public final class Reactor {
    /** Inbox tasks run in one turn at most, so that posts can not hold off I/O. */
    private static final int INBOX_BATCH = 64;

    private final String name;
    private final int index;
    private final Kernel kernel;
    private final ReactorOptions options;
    private final Inbox inbox;
    private final TurnEndQueue turnEnd = new TurnEndQueue();
    private final ReactorStatistics statistics = new ReactorStatistics();
    private Thread owner;
    private volatile Ring ring;
    private BufferArena arena;
    private TimerWheel timers;
    private long nowNanos;

    /** The ring has slept or been turned since {@link #nowNanos} was read. */
    private boolean clockStale;

    public Reactor(String name, int index, Kernel kernel, ReactorOptions options) {
        this.name = name;
        this.index = index;
        this.kernel = kernel;
        this.options = options;
        this.inbox = new Inbox(options.inboxCapacity());
    }

    /** Makes the ring and the arena; the calling thread becomes the owner. */
    public void open() {
        owner = Thread.currentThread();
        Ring opened = kernel.newRing(options.ring());
        nowNanos = opened.nanoTime();
        timers = new TimerWheel(nowNanos);
        arena = new BufferArena(kernel, opened, options.arena(), this::execute);
        ring = opened;
    }

    public String name() {
        return name;
    }

    /** Position among the engine's reactors, from 0. */
    public int index() {
        return index;
    }

    public Kernel kernel() {
        return kernel;
    }

    public Ring ring() {
        return ring;
    }

    public BufferArena arena() {
        return arena;
    }

    public ReactorStatistics statistics() {
        return statistics;
    }

    /**
     * The ring's clock as read at the start of this turn, and anew when it is first asked after a
     * sleep or after the completions of this turn have sent what they gave rise to.
     */
    public long nowNanos() {
        if (clockStale) {
            clockStale = false;
            nowNanos = ring.nanoTime();
        }
        return nowNanos;
    }

    public boolean isOwner() {
        return Thread.currentThread() == owner;
    }

    /**
     * Stops the caller that is not on this reactor's thread: state of the reactor would be torn.
     */
    public void checkOwner() {
        if (!isOwner()) {
            throw new IllegalStateException(
                    "not on the thread of reactor "
                            + name
                            + ": "
                            + Thread.currentThread().getName());
        }
    }

    /**
     * Runs a task on this reactor in a later turn. Callable from any thread.
     *
     * @throws RejectedExecutionException when the inbox is full or the reactor has ended
     */
    public void execute(Runnable task) {
        if (!inbox.offer(task)) {
            statistics.inboxRejected();
            throw new RejectedExecutionException(
                    inbox.isClosed()
                            ? "reactor " + name + " has ended"
                            : "inbox of reactor "
                                    + name
                                    + " is full ("
                                    + inbox.capacity()
                                    + " tasks)");
        }
        Ring target = ring;
        if (inbox.consumerSleeps() && target != null) {
            target.wake();
        }
    }

    /**
     * Runs a task on this reactor and hands its result over; for management threads, which may wait
     * for the future.
     */
    public <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /**
     * Arms a timer; one that is armed already moves to the new time. Resolution: 1 ms, never early,
     * however long this turn has lasted: the clock is asked.
     */
    public void schedule(Timer timer, long delayNanos) {
        timers.schedule(timer, ring.nanoTime() + Math.max(0, delayNanos));
    }

    public void cancel(Timer timer) {
        timers.cancel(timer);
    }

    /**
     * Runs the task once at the end of this turn, before the ring is turned again; a task that
     * waits already is not added twice.
     */
    public void atTurnEnd(TurnEndTask task) {
        turnEnd.add(task);
    }

    /**
     * One turn.
     *
     * @param maxWaitNanos how long the ring may sleep when there is nothing to do; 0: not at all
     * @return tasks, timers and completions run
     */
    public int turn(long maxWaitNanos) {
        long started = ring.nanoTime();
        nowNanos = started;
        clockStale = false;
        statistics.turnStarted(started);
        int work = inbox.drain(INBOX_BATCH);
        work += timers.expire(started);
        runTurnEnd();
        long wait =
                work > 0 || maxWaitNanos == 0
                        ? 0
                        : Math.min(maxWaitNanos, timers.nanosToNext(started));
        int completions;
        if (wait > 0) {
            completions = sleepingTurn(wait);
        } else {
            completions = ring.turn(0);
        }
        runTurnEnd();
        if (completions > 0) {
            // What the completions gave rise to goes to the kernel now, not after the next turn's
            // look at inbox and timers: a lone response is on its way earlier.
            clockStale = true;
            completions += ring.turn(0);
            runTurnEnd();
        }
        statistics.turnEnded(ring.nanoTime(), work, completions);
        return work + completions;
    }

    /** Also what those do who get memory that has come free: before the ring may sleep. */
    private void runTurnEnd() {
        turnEnd.run();
        while (arena.tellWaiters()) {
            turnEnd.run();
        }
    }

    private int sleepingTurn(long waitNanos) {
        inbox.consumerWillSleep();
        try {
            if (!inbox.isEmpty()) {
                return ring.turn(0);
            }
            statistics.sleeping();
            clockStale = true;
            return ring.turn(waitNanos);
        } finally {
            statistics.awake(nowNanos());
            inbox.consumerAwake();
        }
    }

    /** Whether a turn would find something to do now; costs no system call. */
    public boolean hasWork() {
        return hasInput() || hasTimerDue(ring.nanoTime());
    }

    /** Whether completions or posts wait; does not look at the clock. */
    boolean hasInput() {
        return ring.ready() || !inbox.isEmpty();
    }

    boolean hasTimerDue(long now) {
        return timers.nanosToNext(now) == 0;
    }

    /** Rejects further posts, runs those that wait, and closes the ring. Owner thread. */
    public void close() {
        checkOwner();
        inbox.close();
        while (!inbox.isEmpty()) {
            if (inbox.drain(Integer.MAX_VALUE) == 0) {
                // A poster has its place and is about to write its task there.
                Thread.onSpinWait();
            }
            turnEnd.run();
        }
        ring.close();
        arena.close();
    }
}
