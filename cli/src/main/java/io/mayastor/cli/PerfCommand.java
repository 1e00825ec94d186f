package io.mayastor.cli;

import io.mayastor.cli.client.OutputFormat;
import io.mayastor.cli.perf.LoadGenerator;
import io.mayastor.cli.perf.Report;
import io.mayastor.cli.perf.Workload;
import io.mayastor.cli.text.Durations;
import io.mayastor.cli.text.Sizes;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.server.config.Cores;
import io.mayastor.server.config.LinuxMachine;
import io.mayastor.server.config.LogFormat;
import io.mayastor.server.config.LogLevel;
import io.mayastor.server.logging.Logging;
import io.mayastor.server.node.Initiators;
import io.mayastor.server.node.Reactors;
import io.mayastor.server.node.StartException;
import io.mayastor.server.node.StopSignal;
import java.io.PrintWriter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayastor perf}: measures a remote namespace with our own initiator. */
@Command(
        name = "perf",
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Measure an NVMe/TCP namespace with our own initiator.",
            "Reads only, unless --mix or --verify says otherwise: writing DESTROYS what is on the"
                    + " device."
        },
        subcommands = ResourceCommand.class,
        footer = {
            "",
            "Examples:",
            "  mayastor perf -q 32 -t 10s nvmf+tcp://127.0.0.1:8420/nqn.2019-05.io.openebs:m0",
            "  mayastor perf --verify -c 4 -t 1m \"$(mayastor bdev share m0)\"",
            "",
            "Ctrl-C ends a run early and shows what was measured."
        })
final class PerfCommand implements Runnable {
    private static final long CLOSE_SECONDS = 2;

    @Spec private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "URI", description = "nvmf+tcp://HOST[:PORT]/NQN")
    private String uri;

    @Option(
            names = {"-q", "--queue-depth"},
            paramLabel = "COUNT",
            defaultValue = "32",
            description = "Requests in flight per connection. Default: ${DEFAULT-VALUE}.")
    private int queueDepth;

    @Option(
            names = {"-s", "--block-size"},
            paramLabel = "SIZE",
            defaultValue = "4KiB",
            description = "Size of a request, 512 to 1MiB. Default: ${DEFAULT-VALUE}.")
    private String blockSize;

    @Option(
            names = "--mix",
            paramLabel = "PERCENT",
            description = "Share of reads. Default: 100, with --verify 50.")
    private Integer mix;

    @Option(
            names = "--sequential",
            description = "One place after the other instead of random places.")
    private boolean sequential;

    @Option(
            names = "--verify",
            description =
                    "Write data that names its block and generation, check every read, and check"
                            + " everything once more at the end.")
    private boolean verify;

    @Option(
            names = {"-t", "--time"},
            paramLabel = "TIME",
            description = "Length of the run, as 10s or 2m. Default: 10s, without -n.")
    private String time;

    @Option(
            names = {"-n", "--operations"},
            paramLabel = "COUNT",
            description = "End after so many requests.")
    private Long operations;

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "Connections, each with a queue of its own. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--span",
            paramLabel = "SIZE",
            description = "Use only the first so many bytes of the device. Default: all.")
    private String span;

    @Option(
            names = {"-g", "--hdr-digest"},
            description = "Header digests.")
    private boolean headerDigest;

    @Option(
            names = {"-G", "--data-digest"},
            description = "Data digests.")
    private boolean dataDigest;

    @Option(
            names = "--sq-flow-control",
            description = "Ask for submission queue flow control, as Linux does by default.")
    private boolean flowControl;

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Of the random choices.")
    private Long seed;

    @Option(
            names = "-l",
            paramLabel = "LIST",
            description = "Cores for the client, as 1,3-5. Default: one thread, not pinned.")
    private String coreList;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat output;

    @Override
    public void run() {
        if (uri == null) {
            throw new UsageException(
                    "which namespace? mayastor perf [OPTIONS] nvmf+tcp://HOST[:PORT]/NQN");
        }
        Workload workload = workload();
        Cores cores = cores();
        Logging.install(
                LogLevel.ERROR,
                LogFormat.DEFAULT,
                System.err,
                false,
                new LinuxMachine().hostName());
        Thread main = Thread.currentThread();
        StopSignal.handle(main::interrupt);
        Report report = measure(workload, cores);
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.json) {
            out.println(report.toJson());
        } else {
            out.println(report.title());
            out.print(report.toTable().toText(/* withHeaders= */ true));
            if (workload.verify()) {
                out.println(report.verifiedBlocks() + " blocks read and found right");
            }
        }
        out.flush();
    }

    private Report measure(Workload workload, Cores cores) {
        Reactors reactors;
        try {
            reactors = Reactors.start(new LinuxKernel(), cores, ReactorOptions.DEFAULT);
        } catch (StartException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        Initiators initiators = new Initiators(Nqn.ofUuid(UUID.randomUUID()));
        try {
            return new LoadGenerator(
                            reactors.all(),
                            initiators,
                            new LoadGenerator.Transport(headerDigest, dataDigest, flowControl))
                    .run(uri, workload, live());
        } finally {
            initiators
                    .close()
                    .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(failure -> null)
                    .join();
            reactors.stop(TimeUnit.SECONDS.toNanos(CLOSE_SECONDS));
        }
    }

    private PrintWriter live() {
        boolean watched = System.console() != null && System.console().isTerminal();
        return watched && output == OutputFormat.table ? spec.commandLine().getErr() : null;
    }

    private Workload workload() {
        try {
            long blockBytes = Sizes.parse(blockSize);
            return new Workload(
                    queueDepth,
                    (int) Math.min(blockBytes, Integer.MAX_VALUE),
                    mix == null ? verify ? 50 : 100 : mix,
                    !sequential,
                    verify,
                    time == null
                            ? operations == null ? Durations.parse("10s") : Long.MAX_VALUE
                            : Durations.parse(time),
                    operations == null ? Long.MAX_VALUE : operations,
                    connections,
                    span == null ? Long.MAX_VALUE : Sizes.parse(span),
                    seed == null ? System.nanoTime() : seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private Cores cores() {
        if (coreList == null) {
            return new Cores(List.of(0), /* pinned= */ false);
        }
        try {
            return new Cores(Cores.parseList(coreList), /* pinned= */ true);
        } catch (NumberFormatException e) {
            throw new UsageException("-l must be a list of cores such as 0,2-3, not " + coreList);
        }
    }
}
