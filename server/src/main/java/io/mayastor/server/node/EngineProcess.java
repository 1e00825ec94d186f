package io.mayastor.server.node;

import io.mayastor.engine.ring.LinuxProcess;
import io.mayastor.server.config.LinuxMachine;
import io.mayastor.server.config.NodeConfig;
import io.mayastor.server.logging.Logging;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A {@link Node} as a process of its own: logging, the memory rules, signals. The first SIGTERM or
 * SIGINT stops the node in order, the second one ends the process at once.
 */
public final class EngineProcess {
    private static final System.Logger LOG = System.getLogger(EngineProcess.class.getPackageName());
    private static final long STOP_SECONDS = 5;

    /** Killed after nearly everything else when memory runs out: pods of this node hang on it. */
    private static final String OOM_SCORE_ADJ = "-997";

    private EngineProcess() {}

    /**
     * Runs the node until a signal comes.
     *
     * @throws StartException when it can not start
     */
    public static void run(NodeConfig config) throws StartException {
        Logging.install(
                config.logLevel(),
                config.logFormat(),
                System.out,
                System.console() != null,
                new LinuxMachine().hostName());
        config.warnings().forEach(each -> LOG.log(Level.WARNING, each));
        CountDownLatch told = new CountDownLatch(1);
        StopSignal.handle(told::countDown);
        protectMemory();
        Node node = Node.start(config);
        LOG.log(
                Level.INFO,
                "node {0} is up, version {1}, after {2} ms",
                config.nodeName(),
                Version.TEXT,
                Long.toString(millisSinceProcessStart()));
        await(told);
        LOG.log(Level.INFO, "stopping");
        boolean clean = node.stop(TimeUnit.SECONDS.toNanos(STOP_SECONDS));
        LOG.log(Level.INFO, clean ? "stopped" : "stopped, not everything in order");
    }

    private static void await(CountDownLatch told) {
        try {
            told.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Pods and engine share the node: the engine must not wait for memory its own volumes free. */
    private static void protectMemory() {
        if (!LinuxProcess.lockMemory()) {
            LOG.log(
                    Level.WARNING,
                    "memory is not locked: give the process CAP_IPC_LOCK, or the node may hang when"
                            + " its memory is short and pods use our volumes");
        }
        if (!LinuxProcess.markIoFlusher()) {
            LOG.log(
                    Level.WARNING,
                    "reactors are no I/O flushers: give the process CAP_SYS_RESOURCE, or the node may"
                            + " hang when its memory is short and pods use our volumes");
        }
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), OOM_SCORE_ADJ);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "oom_score_adj stays as it is: {0}", e.toString());
        }
    }

    private static long millisSinceProcessStart() {
        Instant started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        return Duration.between(started, Instant.now()).toMillis();
    }
}
