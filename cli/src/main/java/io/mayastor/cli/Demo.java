package io.mayastor.cli;

import io.mayastor.cli.client.Failures;
import io.mayastor.cli.perf.LoadGenerator;
import io.mayastor.cli.perf.PerfException;
import io.mayastor.cli.perf.Report;
import io.mayastor.cli.perf.Workload;
import io.mayastor.cli.text.Durations;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.server.config.ConfigReader;
import io.mayastor.server.config.Cores;
import io.mayastor.server.config.InvalidConfigException;
import io.mayastor.server.config.LinuxMachine;
import io.mayastor.server.config.NodeConfig;
import io.mayastor.server.config.Setting;
import io.mayastor.server.node.Initiators;
import io.mayastor.server.node.Node;
import io.mayastor.server.node.Reactors;
import io.mayastor.server.node.Shares;
import io.mayastor.server.node.StartException;
import io.mayastor.server.node.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * One demonstration: an engine and a client in this process, each with a reactor of its own, and
 * TCP between them. Used by one thread.
 */
final class Demo {
    static final long LEAST_BYTES = 16 << 20;
    static final int BLOCK_BYTES = 4096;

    private static final String ADDRESS = "127.0.0.1";
    private static final int LARGE_BYTES = 128 << 10;
    private static final int SMALL_DEPTH = 32;
    private static final int LARGE_DEPTH = 8;
    private static final long STOP_SECONDS = 5;

    private final PrintWriter out;
    private final long bytes;
    private final long nanos;
    private final CountDownLatch told = new CountDownLatch(1);
    private Path directory;
    private Node node;

    /** One line of the result. */
    private record Measurement(String name, Workload workload) {}

    /**
     * @param bytes size of the disk
     * @param nanos time for all measurements
     */
    Demo(PrintWriter out, long bytes, long nanos) {
        this.out = out;
        this.bytes = bytes;
        this.nanos = nanos;
    }

    int run(boolean serve) throws IOException, StartException {
        Thread main = Thread.currentThread();
        StopSignal.handle(() -> {
            told.countDown();
            main.interrupt();
        });
        directory = Files.createTempDirectory("mayastor-demo-");
        try {
            start();
            BlockDevice disk = createDisk();
            node.shares().share(disk.name(), Set.of()).join();
            String uri = node.shares().uri(disk);
            say("shared as %s", uri);
            measure(uri);
            showConnectLine(Shares.nqn(disk.name()));
            if (serve && told.getCount() > 0) {
                say(
                        "%nStays up until Ctrl-C. In another terminal: mayastor -b %s bdev list",
                        grpc());
                await();
            }
            return Failures.OK;
        } finally {
            cleanUp();
        }
    }

    private void start() throws StartException {
        node = Node.start(config());
        say("engine up on %s, gRPC %s", node.ringKind(), grpc());
    }

    private NodeConfig config() {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        flags.put(Setting.IP_ADDR, ADDRESS);
        flags.put(Setting.GRPC_PORT, freePort(10_124));
        flags.put(Setting.TARGET_PORT, freePort(8420));
        flags.put(Setting.METRICS_PORT, freePort(9502));
        flags.put(Setting.STATE_DIR, directory.resolve("state").toString());
        try {
            return ConfigReader.read(flags, variable -> null, new LinuxMachine())
                    .withCores(new Cores(List.of(0), /* pinned= */ false));
        } catch (InvalidConfigException e) {
            throw new IllegalStateException("the demo's own settings are wrong", e);
        }
    }

    /** The usual port, or 0 (any) when somebody has it. */
    private static String freePort(int usual) {
        try (ServerSocket probe = new ServerSocket(usual, 1, InetAddress.getByName(ADDRESS))) {
            return String.valueOf(probe.getLocalPort());
        } catch (IOException e) {
            return "0";
        }
    }

    private BlockDevice createDisk() throws IOException {
        Path file = directory.resolve("disk.img");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        try {
            BlockDevice disk = create("aio://" + file + "?blk_size=" + BLOCK_BYTES);
            say("disk: %s, %s, sparse", file, Sizes.format(bytes));
            return disk;
        } catch (CompletionException e) {
            say("no file can be the disk here (%s)", DeviceException.of(e).getMessage());
            say("disk: %s of memory", Sizes.format(bytes));
            return create(
                    "malloc:///demo?blk_size="
                            + BLOCK_BYTES
                            + "&num_blocks="
                            + bytes / BLOCK_BYTES);
        }
    }

    private BlockDevice create(String uri) {
        return node.devices().create(uri).join();
    }

    private void measure(String uri) throws StartException {
        Reactors reactors =
                Reactors.start(
                        new LinuxKernel(),
                        new Cores(List.of(0), /* pinned= */ false),
                        ReactorOptions.DEFAULT);
        Initiators initiators = new Initiators(Nqn.ofUuid(UUID.randomUUID()));
        try {
            LoadGenerator load =
                    new LoadGenerator(
                            reactors.all(),
                            initiators,
                            new LoadGenerator.Transport(
                                    /* headerDigest= */ false,
                                    /* dataDigest= */ false,
                                    /* flowControl= */ true));
            Table table =
                    new Table(
                            "MEASUREMENT",
                            ">IOPS",
                            ">MIB/S",
                            ">MEAN",
                            ">P50",
                            ">P99",
                            ">P99.9",
                            ">MAX");
            for (Measurement each : measurements()) {
                if (told.getCount() == 0) {
                    break;
                }
                Report report = load.run(uri, each.workload, null);
                addRows(table, each, report);
                if (each.workload.verify()) {
                    say(
                            "verified: %d blocks of %s read back through TCP, every one right",
                            report.verifiedBlocks(), Sizes.format(report.blockBytes()));
                }
            }
            out.println();
            out.print(table.toText(/* withHeaders= */ true));
            out.flush();
        } finally {
            initiators
                    .close()
                    .completeOnTimeout(null, STOP_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(failure -> null)
                    .join();
            reactors.stop(TimeUnit.SECONDS.toNanos(STOP_SECONDS));
        }
    }

    /** Verification first: it also fills the file, since holes read faster than any disk. */
    private List<Measurement> measurements() {
        long each = nanos / 5;
        return List.of(
                new Measurement(
                        "verify 4 KiB QD32",
                        workload(BLOCK_BYTES, SMALL_DEPTH, 50, true, true, each)),
                new Measurement(
                        "write 128 KiB QD8",
                        workload(LARGE_BYTES, LARGE_DEPTH, 0, false, false, each)),
                new Measurement(
                        "read 128 KiB QD8",
                        workload(LARGE_BYTES, LARGE_DEPTH, 100, false, false, each)),
                new Measurement(
                        "random write 4 KiB QD32",
                        workload(BLOCK_BYTES, SMALL_DEPTH, 0, true, false, each)),
                new Measurement(
                        "random read 4 KiB QD32",
                        workload(BLOCK_BYTES, SMALL_DEPTH, 100, true, false, each)));
    }

    private static Workload workload(
            int ioBytes, int depth, int readPercent, boolean random, boolean verify, long nanos) {
        return new Workload(
                depth,
                ioBytes,
                readPercent,
                random,
                verify,
                nanos,
                Long.MAX_VALUE,
                1,
                Long.MAX_VALUE,
                1);
    }

    private static void addRows(Table table, Measurement measurement, Report report) {
        Histogram all = report.reads().copy();
        all.add(report.writes());
        double perSecond = all.getTotalCount() * 1e9 / report.nanos();
        table.add(
                measurement.name,
                String.format(Locale.ROOT, "%.0f", perSecond),
                String.format(
                        Locale.ROOT,
                        "%.0f",
                        perSecond * measurement.workload.ioBytes() / (1 << 20)),
                Durations.format((long) all.getMean()),
                Durations.format(all.getValueAtPercentile(50)),
                Durations.format(all.getValueAtPercentile(99)),
                Durations.format(all.getValueAtPercentile(99.9)),
                Durations.format(all.getMaxValue()));
    }

    private void showConnectLine(String nqn) {
        int port = node.target().portals().getFirst().getPort();
        say("%nFrom a Linux host (as root, after modprobe nvme-tcp):");
        say("  nvme connect -t tcp -a %s -s %d -n %s", ADDRESS, port, nqn);
    }

    private String grpc() {
        return ADDRESS + ":" + node.grpcAddress().getPort();
    }

    private void await() {
        try {
            told.await();
        } catch (InterruptedException e) {
            // The signal that ends the wait interrupts it too.
            Thread.currentThread().interrupt();
        }
    }

    private void cleanUp() throws IOException {
        // The stop below waits for things, which a pending interrupt would cut short.
        boolean interrupted = Thread.interrupted();
        if (node != null && !node.stop(TimeUnit.SECONDS.toNanos(STOP_SECONDS))) {
            throw new PerfException("the engine did not stop in order");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
