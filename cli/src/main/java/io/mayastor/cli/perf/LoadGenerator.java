package io.mayastor.cli.perf;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.initiator.ControllerOptions;
import io.mayastor.engine.initiator.NvmeTcpDeviceFactory;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.server.node.Initiators;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Runs a {@link Workload} against a remote namespace: connects, starts one worker per connection,
 * waits, gathers. Used by one thread.
 */
public final class LoadGenerator {
    private static final long CONNECT_SECONDS = 15;
    private static final long CLOSE_SECONDS = 5;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final List<Reactor> reactors;
    private final Initiators initiators;
    private final Transport transport;

    /**
     * How the connections are made.
     *
     * @param flowControl ask for SQ flow control, as Linux does unless it is told otherwise; reads
     *     then end with a response capsule of their own
     */
    public record Transport(boolean headerDigest, boolean dataDigest, boolean flowControl) {}

    /**
     * @param reactors connections are spread over them
     */
    public LoadGenerator(List<Reactor> reactors, Initiators initiators, Transport transport) {
        this.reactors = List.copyOf(reactors);
        this.initiators = initiators;
        this.transport = transport;
    }

    /**
     * @param live where a line is shown that changes each second, or null
     * @throws PerfException when the target can not be reached, a request fails or data is wrong
     */
    public Report run(String uri, Workload workload, PrintWriter live) {
        List<BlockDevice> devices = new ArrayList<>();
        try {
            connect(uri, workload, devices);
            return measure(workload, devices, live);
        } finally {
            devices.forEach(LoadGenerator::close);
        }
    }

    private void connect(String text, Workload workload, List<BlockDevice> devices) {
        DeviceUri uri = DeviceUri.parse(text);
        if (!NvmeTcpDeviceFactory.SCHEMES.contains(uri.scheme())) {
            throw uri.invalid("write nvmf+tcp://HOST[:PORT]/NQN");
        }
        var factory =
                initiators.factory(
                        UUID.randomUUID(),
                        options -> tuned(options, workload),
                        ReconnectPolicy.NEVER);
        for (int i = 0; i < workload.connections(); i++) {
            Reactor reactor = reactors.get(i % reactors.size());
            devices.add(await(factory.open(uri, reactor)));
        }
    }

    private ControllerOptions tuned(ControllerOptions options, Workload workload) {
        return options.withQueues(1, workload.queueDepth())
                .withTransport(
                        !transport.flowControl(),
                        transport.headerDigest(),
                        transport.dataDigest(),
                        options.maxInCapsuleBytes());
    }

    private Report measure(Workload workload, List<BlockDevice> devices, PrintWriter live) {
        List<Worker> workers = newWorkers(workload, devices);
        List<CompletableFuture<Void>> ends = workers.stream().map(Worker::done).toList();
        CompletableFuture<Void> all =
                CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
        // One connection that fails ends the others.
        ends.forEach(each ->
                each.whenComplete((done, failure) -> {
                    if (failure != null) {
                        workers.forEach(Worker::stop);
                    }
                }));
        long started = System.nanoTime();
        for (int i = 0; i < workers.size(); i++) {
            devices.get(i).reactor().execute(workers.get(i)::start);
        }
        Gathered gathered = new Gathered(workers);
        waitFor(all, gathered, workload, started, live);
        gathered.interval();
        try {
            all.join();
        } catch (CompletionException e) {
            throw new PerfException(e.getCause().getMessage(), e.getCause());
        }
        long ended = workers.stream().mapToLong(Worker::loadEndedNanos).max().orElse(started);
        return new Report(
                workload,
                devices.getFirst().blockSize(),
                Math.max(1, ended - started),
                gathered.reads,
                gathered.writes,
                workers.stream().mapToLong(Worker::verifiedBlocks).sum());
    }

    /**
     * Verify mode gives each worker a part of its own, so that nobody writes into another's data.
     */
    private static List<Worker> newWorkers(Workload workload, List<BlockDevice> devices) {
        BlockDevice device = devices.getFirst();
        if (workload.ioBytes() % device.blockSize() != 0) {
            throw new PerfException(
                    "block size must be a multiple of the device's blocks of "
                            + device.blockSize()
                            + " bytes");
        }
        long bytes = Math.min(workload.spanBytes(), device.blockCount() * device.blockSize());
        long units = bytes / workload.ioBytes();
        int count = devices.size();
        long share = units / count;
        long least = workload.verify() ? workload.queueDepth() + 1L : 1;
        if (share < least) {
            throw new PerfException(
                    "the device has "
                            + units
                            + " places for a request of this size, "
                            + least * count
                            + " are needed: use smaller blocks, a smaller queue or fewer"
                            + " connections");
        }
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean own = workload.verify() || !workload.random();
            long operations =
                    workload.operations() == Long.MAX_VALUE
                            ? Long.MAX_VALUE
                            : workload.operations() / count
                                    + (i < workload.operations() % count ? 1 : 0);
            workers.add(
                    new Worker(
                            devices.get(i),
                            workload,
                            own ? i * share : 0,
                            own ? share : units,
                            operations));
        }
        return workers;
    }

    private static void waitFor(
            CompletableFuture<Void> all,
            Gathered gathered,
            Workload workload,
            long started,
            PrintWriter live) {
        LiveLine line = live == null ? null : new LiveLine(live, workload.ioBytes());
        long last = started;
        while (!all.isDone()) {
            try {
                all.get(SECOND_NANOS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                long now = System.nanoTime();
                gathered.interval();
                if (line != null) {
                    line.show(now - started, now - last, gathered.lastReads, gathered.lastWrites);
                }
                last = now;
            } catch (ExecutionException e) {
                break;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                gathered.workers.forEach(Worker::stop);
                break;
            }
        }
        if (line != null) {
            line.clear();
        }
    }

    private static void close(BlockDevice device) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        device.reactor().execute(() -> device.close(() -> closed.complete(null)));
        closed.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
    }

    private static BlockDevice await(CompletableFuture<BlockDevice> opening) {
        try {
            return opening.orTimeout(CONNECT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TimeoutException
                    ? new PerfException("no connection within " + CONNECT_SECONDS + " s", e)
                    : DeviceException.of(e);
        }
    }

    /** The histograms of all workers, over the last interval and over the whole run. */
    private static final class Gathered {
        private final List<Worker> workers;
        private final Histogram reads = new Histogram(3);
        private final Histogram writes = new Histogram(3);
        private Histogram lastReads = new Histogram(3);
        private Histogram lastWrites = new Histogram(3);

        Gathered(List<Worker> workers) {
            this.workers = workers;
        }

        void interval() {
            lastReads = new Histogram(3);
            lastWrites = new Histogram(3);
            for (Worker worker : workers) {
                take(worker.reads(), lastReads);
                take(worker.writes(), lastWrites);
            }
            reads.add(lastReads);
            writes.add(lastWrites);
        }

        private static void take(SingleWriterRecorder from, Histogram to) {
            to.add(from.getIntervalHistogram());
        }
    }
}
