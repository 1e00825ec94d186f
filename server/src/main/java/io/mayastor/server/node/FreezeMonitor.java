package io.mayastor.server.node;

import io.mayastor.engine.reactor.Reactor;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks at every reactor once a second and reports one whose turn does not end, with the stack of
 * its thread, and when it goes on. Owner thread: its own.
 */
final class FreezeMonitor {
    private static final System.Logger LOG = System.getLogger(FreezeMonitor.class.getPackageName());

    private final List<Reactor> reactors;
    private final long timeoutNanos;
    private final long slowTurnNanos;
    private final LongSupplier nanoTime;
    private final boolean[] frozen;
    private final long[] longestSeen;
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("freeze-monitor").unstarted(task));
    private volatile int frozenNow;
    private volatile long freezes;

    /**
     * @param timeout a turn that runs for so long is a freeze
     * @param slowTurnNanos a finished turn of this length is worth a line
     * @param nanoTime the reactors' clock
     */
    FreezeMonitor(
            List<Reactor> reactors, Duration timeout, long slowTurnNanos, LongSupplier nanoTime) {
        this.reactors = List.copyOf(reactors);
        this.timeoutNanos = timeout.toNanos();
        this.slowTurnNanos = slowTurnNanos;
        this.nanoTime = nanoTime;
        frozen = new boolean[reactors.size()];
        longestSeen = new long[reactors.size()];
    }

    void start() {
        var ignored = ticker.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    void stop() {
        ticker.shutdownNow();
    }

    /** Reactors that are stuck now. */
    int frozenNow() {
        return frozenNow;
    }

    /** Freezes since the start. */
    long freezes() {
        return freezes;
    }

    void tick() {
        int count = 0;
        for (int i = 0; i < frozen.length; i++) {
            look(i);
            count += frozen[i] ? 1 : 0;
        }
        frozenNow = count;
    }

    private void look(int index) {
        Reactor reactor = reactors.get(index);
        long started = reactor.statistics().turnStartedNanos();
        long stuckNanos = started == 0 ? 0 : nanoTime.getAsLong() - started;
        boolean stuck = stuckNanos >= timeoutNanos;
        if (stuck && !frozen[index]) {
            freezes++;
            LOG.log(
                    Level.ERROR,
                    reactor.name()
                            + " is frozen: one turn runs for "
                            + stuckNanos / 1_000_000
                            + " ms now",
                    stackOf(reactor.name()));
        } else if (!stuck && frozen[index]) {
            LOG.log(Level.WARNING, "{0} goes on", reactor.name());
        }
        frozen[index] = stuck;
        reportSlowTurn(index, reactor);
    }

    private void reportSlowTurn(int index, Reactor reactor) {
        long longest = reactor.statistics().longestTurnNanos();
        if (longest > longestSeen[index] && longest >= slowTurnNanos) {
            LOG.log(
                    Level.WARNING,
                    "{0}: its longest turn so far took {1} ms",
                    reactor.name(),
                    Long.toString(longest / 1_000_000));
        }
        longestSeen[index] = Math.max(longest, longestSeen[index]);
    }

    /** Where the thread is now, as something a log line can carry. */
    private static Throwable stackOf(String threadName) {
        Throwable stack = new Throwable("the thread " + threadName + " is here");
        stack.setStackTrace(
                Thread.getAllStackTraces().entrySet().stream()
                        .filter(each -> each.getKey().getName().equals(threadName))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(new StackTraceElement[0]));
        return stack;
    }
}
