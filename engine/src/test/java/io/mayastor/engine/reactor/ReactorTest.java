package io.mayastor.engine.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.LinuxKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReactorTest {
    private static final int WAIT_SECONDS = 20;

    private final ReactorOptions options = ReactorOptions.DEFAULT.withSpinNanos(10_000);
    private final Reactor reactor = new Reactor("reactor-0", 0, new LinuxKernel(), options);
    private final ReactorThread thread = new ReactorThread(reactor, options, -1);
    private boolean stopped;

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (!stopped) {
            thread.stop();
        }
    }

    @Test
    void everyPostWakesASleepingReactor() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            int wanted = i;
            assertEquals(wanted, reactor.call(() -> wanted).get(WAIT_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void postsOfManyThreadsAllRunEachInItsOrder() throws Exception {
        int threads = 4;
        int posts = 20_000;
        List<List<Integer>> seen = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            List<Integer> own = new ArrayList<>();
            seen.add(own);
            Thread.ofPlatform()
                    .start(() -> {
                        for (int i = 0; i < posts; i++) {
                            int value = i;
                            while (!tryPost(() -> own.add(value))) {
                                Thread.onSpinWait();
                            }
                        }
                        done.countDown();
                    });
        }
        assertTrue(done.await(WAIT_SECONDS, TimeUnit.SECONDS), "posting took too long");
        reactor.call(() -> null).get(WAIT_SECONDS, TimeUnit.SECONDS);
        for (List<Integer> own : seen) {
            assertEquals(posts, own.size());
            for (int i = 0; i < posts; i++) {
                assertEquals(i, own.get(i));
            }
        }
    }

    @Test
    void memoryThatComesFreeAtTheEndOfATurnIsToldOfBeforeTheReactorSleeps() throws Exception {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        reactor.call(
                        () -> {
                            BufferArena arena = reactor.arena();
                            long first = arena.allocate(4096);
                            long second = arena.allocate(4096);
                            BufferWaiter last = waiter(() -> told.complete(true));
                            TurnEndTask freeSecond =
                                    new TurnEndTask() {
                                        @Override
                                        protected void run() {
                                            arena.free(second, 4096);
                                        }
                                    };
                            arena.awaitBuffer(
                                    waiter(() -> {
                                        arena.awaitBuffer(last);
                                        reactor.atTurnEnd(freeSecond);
                                    }));
                            arena.free(first, 4096);
                            return null;
                        })
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertTrue(told.get(WAIT_SECONDS, TimeUnit.SECONDS));
    }

    private static BufferWaiter waiter(Runnable action) {
        return new BufferWaiter() {
            @Override
            protected void bufferAvailable() {
                action.run();
            }
        };
    }

    private boolean tryPost(Runnable task) {
        try {
            reactor.execute(task);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    @Test
    void aTimerFiresWhileTheReactorSleeps() throws Exception {
        CompletableFuture<Long> fired = new CompletableFuture<>();
        long armed =
                reactor.call(
                                () -> {
                                    Timer timer =
                                            new Timer() {
                                                @Override
                                                protected void expired() {
                                                    fired.complete(reactor.nowNanos());
                                                }
                                            };
                                    reactor.schedule(timer, 5_000_000);
                                    return reactor.nowNanos();
                                })
                        .get(WAIT_SECONDS, TimeUnit.SECONDS);
        long passed = fired.get(WAIT_SECONDS, TimeUnit.SECONDS) - armed;
        assertTrue(passed >= 5_000_000, "fired after " + passed + " ns");
    }

    @Test
    void aFailedCallHandsItsExceptionOver() {
        ExecutionException failure =
                assertThrows(
                        ExecutionException.class,
                        () ->
                                reactor.call(
                                                () -> {
                                                    throw new IllegalStateException("no");
                                                })
                                        .get(WAIT_SECONDS, TimeUnit.SECONDS));
        assertEquals("no", failure.getCause().getMessage());
    }

    @Test
    void turnEndTasksRunOnceATurnHoweverOftenTheyAreAdded() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(1);
        TurnEndTask task =
                new TurnEndTask() {
                    @Override
                    protected void run() {
                        runs.incrementAndGet();
                        ran.countDown();
                    }
                };
        reactor.call(
                        () -> {
                            reactor.atTurnEnd(task);
                            reactor.atTurnEnd(task);
                            return null;
                        })
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertTrue(ran.await(WAIT_SECONDS, TimeUnit.SECONDS), "never ran");
        reactor.call(() -> null).get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertEquals(1, runs.get());
    }

    @Test
    void whatWaitsWhenItStopsIsRunAndLaterPostsAreRejected() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            reactor.execute(runs::incrementAndGet);
        }
        stopped = true;
        thread.stop();
        assertEquals(1_000, runs.get());
        assertThrows(RejectedExecutionException.class, () -> reactor.execute(() -> {}));
    }

    @Test
    void noPostIsLostWhileItStops() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> posters = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            posters.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!over.get()) {
                                    if (tryPost(runs::incrementAndGet)) {
                                        taken.incrementAndGet();
                                    }
                                }
                            }));
        }
        stopped = true;
        thread.stop();
        over.set(true);
        for (Thread poster : posters) {
            poster.join();
        }
        assertEquals(taken.get(), runs.get());
    }

    @Test
    void whatLeavesATurnAsAnExceptionIsToldToWhoeverEndsTheProcess() throws Exception {
        Reactor failing = new Reactor("failing", 1, new LinuxKernel(), options);
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        ReactorThread failingThread = new ReactorThread(failing, options, -1, told::complete);
        failingThread.start();
        failing.execute(() -> {
            throw new IllegalStateException("state is torn");
        });
        assertEquals("state is torn", told.get(WAIT_SECONDS, TimeUnit.SECONDS).getMessage());
        failingThread.stop();
    }
}
