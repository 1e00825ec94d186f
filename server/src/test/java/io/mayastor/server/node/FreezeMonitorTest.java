package io.mayastor.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.server.config.Cores;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reactor whose turn does not end is noticed, and that it goes on too. */
class FreezeMonitorTest {
    private Reactors reactors;
    private Reactor reactor;
    private long nowNanos;

    @BeforeEach
    void start() throws Exception {
        reactors =
                Reactors.start(
                        new LinuxKernel(),
                        new Cores(List.of(0), /* pinned= */ false),
                        ReactorOptions.DEFAULT);
        reactor = reactors.all().getFirst();
    }

    @AfterEach
    void stop() {
        reactors.stop(TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void aTurnThatDoesNotEndIsAFreezeUntilItEnds() throws Exception {
        FreezeMonitor monitor =
                new FreezeMonitor(
                        reactors.all(), Duration.ofSeconds(3), Long.MAX_VALUE, () -> nowNanos);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        reactor.execute(() -> {
            entered.countDown();
            awaitQuietly(leave);
        });
        entered.await();
        long started = reactor.statistics().turnStartedNanos();

        nowNanos = started + TimeUnit.SECONDS.toNanos(2);
        monitor.tick();
        assertEquals(0, monitor.frozenNow(), "two seconds are no freeze");

        nowNanos = started + TimeUnit.SECONDS.toNanos(4);
        monitor.tick();
        monitor.tick();
        assertEquals(1, monitor.frozenNow());
        assertEquals(1, monitor.freezes(), "one freeze is counted once");

        leave.countDown();
        reactor.call(() -> null).get(5, TimeUnit.SECONDS);
        nowNanos = System.nanoTime();
        monitor.tick();
        assertEquals(0, monitor.frozenNow());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
