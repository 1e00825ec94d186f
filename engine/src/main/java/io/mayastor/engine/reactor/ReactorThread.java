package io.mayastor.engine.reactor;

import io.mayastor.engine.ring.LinuxProcess;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Runs a {@link Reactor} on a platform thread of its own, pinned to a core when one is given: polls
 * while there is work, spins for a bounded time after the last, then sleeps in the ring.
 *
 * <p>An exception that leaves a turn has left the reactor's state torn: its writes, its timers and
 * everybody who waits for it would hang while the rest of the process looks alive. The process ends
 * instead, at once, so that hosts take their other path and it can be started anew.
 */
public final class ReactorThread {
    /** Status of a process that ended because a reactor failed (EX_SOFTWARE). */
    public static final int EXIT_STATUS = 70;

    private static final Logger LOG = System.getLogger(ReactorThread.class.getName());
    private static final int NOT_PINNED = -1;

    /** The clock costs more than a look at the ring. */
    private static final int LOOKS_PER_CLOCK = 8;

    /**
     * A sleep shorter than this was not worth its wake-up: disks that answer in bursts would let
     * the reactor fall asleep between them, again and again. After such a sleep it looks for so
     * long.
     */
    private static final long SHORT_SLEEP_NANOS = 400_000;

    private final Reactor reactor;
    private final long spinNanos;
    private final int core;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile boolean stopping;
    private boolean lastSleepWasShort;

    /**
     * @param core number of the core to stay on, or -1
     */
    public ReactorThread(Reactor reactor, ReactorOptions options, int core) {
        this(reactor, options, core, failure -> Runtime.getRuntime().halt(EXIT_STATUS));
    }

    /**
     * @param onFailure told on the reactor's thread, after the log, what has ended its loop
     */
    ReactorThread(
            Reactor reactor, ReactorOptions options, int core, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.reactor = reactor;
        this.spinNanos = options.spinNanos();
        this.core = core;
        this.thread = Thread.ofPlatform().name(reactor.name()).daemon(true).unstarted(this::run);
    }

    /** Starts the thread and waits until the reactor takes tasks. */
    public void start() {
        thread.start();
        started.join();
    }

    public Reactor reactor() {
        return reactor;
    }

    /** Ends the loop after the tasks that wait now, and waits for the thread. */
    public void stop() throws InterruptedException {
        stopping = true;
        try {
            reactor.execute(() -> {});
        } catch (RejectedExecutionException e) {
            // A reactor with a full inbox is awake, one that has ended needs no waking.
            LOG.log(Level.DEBUG, "no need to wake {0}", reactor.name());
        } finally {
            thread.join();
        }
    }

    private void run() {
        try {
            if (core != NOT_PINNED) {
                LinuxProcess.pinThread(core);
            }
            LinuxProcess.markIoFlusher();
            reactor.open();
            started.complete(null);
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
            return;
        }
        try {
            while (!stopping) {
                if (reactor.turn(0) == 0) {
                    spinThenSleep();
                }
            }
            reactor.close();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        try {
            LOG.log(
                    Level.ERROR,
                    "reactor " + reactor.name() + " has failed, the process can not go on",
                    cause);
        } finally {
            onFailure.accept(cause);
        }
    }

    private void spinThenSleep() {
        long look = lastSleepWasShort ? Math.max(spinNanos, SHORT_SLEEP_NANOS) : spinNanos;
        long until = reactor.ring().nanoTime() + look;
        while (true) {
            for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
                if (reactor.hasInput()) {
                    return;
                }
                Thread.onSpinWait();
            }
            long now = reactor.ring().nanoTime();
            if (reactor.hasTimerDue(now)) {
                return;
            }
            if (now - until >= 0) {
                reactor.turn(Long.MAX_VALUE);
                lastSleepWasShort = reactor.ring().nanoTime() - now < SHORT_SLEEP_NANOS;
                return;
            }
        }
    }
}
