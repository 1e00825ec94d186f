package io.mayastor.engine.reactor;

import io.mayastor.engine.ring.LinuxProcess;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a {@link Reactor} on a platform thread of its own, pinned to a core when one is given: polls
 * while there is work, spins for a bounded time after the last, then sleeps in the ring.
 */
public final class ReactorThread {
    private static final int NOT_PINNED = -1;

    /** The clock costs more than a look at the ring. */
    private static final int LOOKS_PER_CLOCK = 8;

    private final Reactor reactor;
    private final long spinNanos;
    private final int core;
    private final Thread thread;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile boolean stopping;

    /**
     * @param core number of the core to stay on, or -1
     */
    public ReactorThread(Reactor reactor, ReactorOptions options, int core) {
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
        while (!stopping) {
            if (reactor.turn(0) == 0) {
                spinThenSleep();
            }
        }
        reactor.close();
    }

    private void spinThenSleep() {
        long until = reactor.ring().nanoTime() + spinNanos;
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
                return;
            }
        }
    }
}
