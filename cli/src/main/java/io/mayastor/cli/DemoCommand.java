package io.mayastor.cli;

import io.mayastor.cli.text.Durations;
import io.mayastor.cli.text.Sizes;
import io.mayastor.server.config.LinuxMachine;
import io.mayastor.server.config.LogFormat;
import io.mayastor.server.config.LogLevel;
import io.mayastor.server.logging.Logging;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mayastor demo}: shows on any Linux machine, within seconds, what this is. */
@Command(
        name = "demo",
        description = {
            "Show what this is: an engine, a volume, verified data and a measurement.",
            "Starts an engine with a sparse file as its disk, shares it over NVMe/TCP on 127.0.0.1,",
            "writes and verifies data through the real network path and shows what was measured.",
            "Needs no root and leaves nothing behind."
        })
final class DemoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--serve", description = "Stay up afterwards, until Ctrl-C.")
    private boolean serve;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            description = "Size of the disk, 16MiB or more. Default: ${DEFAULT-VALUE}.")
    private String size;

    @Option(
            names = "--seconds",
            paramLabel = "TIME",
            defaultValue = "10",
            description = "Length of all measurements together. Default: ${DEFAULT-VALUE}.")
    private String seconds;

    @Override
    public Integer call() throws Exception {
        long bytes;
        long nanos;
        try {
            bytes = Sizes.parse(size);
            nanos = Durations.parse(seconds);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
        if (bytes < Demo.LEAST_BYTES || bytes % Demo.BLOCK_BYTES != 0) {
            throw new UsageException("--size must be a multiple of 4KiB, 16MiB or more");
        }
        if (nanos <= 0) {
            throw new UsageException("--seconds must be positive");
        }
        Logging.install(
                LogLevel.WARN, LogFormat.DEFAULT, System.err, false, new LinuxMachine().hostName());
        return new Demo(spec.commandLine().getOut(), bytes, nanos).run(serve);
    }
}
