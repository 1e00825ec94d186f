package io.mayastor.server.node;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.server.config.Cores;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The reactors of the process, one thread each. */
public final class Reactors {
    private static final int NOT_PINNED = -1;

    private final List<ReactorThread> threads = new ArrayList<>();

    /** Starts one reactor per core. */
    public static Reactors start(Kernel kernel, Cores cores, ReactorOptions options)
            throws StartException {
        Reactors reactors = new Reactors();
        for (int core : cores.numbers()) {
            int index = reactors.threads.size();
            ReactorThread thread =
                    new ReactorThread(
                            new Reactor("reactor-" + index, index, kernel, options),
                            options,
                            cores.pinned() ? core : NOT_PINNED);
            try {
                thread.start();
            } catch (CompletionException e) {
                reactors.stop(TimeUnit.SECONDS.toNanos(1));
                throw new StartException("reactor " + index + ": " + e.getCause().getMessage(), e);
            }
            reactors.threads.add(thread);
        }
        return reactors;
    }

    public List<Reactor> all() {
        return threads.stream().map(ReactorThread::reactor).toList();
    }

    /** Ends all of them; false when one did not end in time. */
    public boolean stop(long timeoutNanos) {
        CountDownLatch stopped = new CountDownLatch(threads.size());
        for (ReactorThread thread : threads) {
            Thread.ofPlatform()
                    .daemon()
                    .name("stop-" + thread.reactor().name())
                    .start(() -> {
                        try {
                            thread.stop();
                            stopped.countDown();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
        try {
            return stopped.await(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
