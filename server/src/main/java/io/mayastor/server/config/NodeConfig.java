package io.mayastor.server.config;

import io.mayastor.engine.ring.RingChoice;
import io.mayastor.engine.target.RetryDelays;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All settings of one node, valid together. Immutable.
 *
 * @param hostNqn under which the initiator connects to remote targets
 * @param address what IP_ADDR gave
 * @param targetPortals where the target listens, the first one is named in share URIs; port 0 lets
 *     the system choose
 * @param warnings lines for the log at start: settings that have no effect although somebody may
 *     rely on them
 */
public record NodeConfig(
        String nodeName,
        String hostNqn,
        InetAddress address,
        LogLevel logLevel,
        LogFormat logFormat,
        List<PoolDisk> pools,
        PoolLimits poolLimits,
        int replicationFactor,
        int maxIoQueueDepth,
        RetryDelays retryDelays,
        Cores cores,
        RingChoice ring,
        InetSocketAddress grpc,
        List<InetSocketAddress> targetPortals,
        InetSocketAddress metrics,
        Path stateDir,
        Path runDir,
        Path ptplDir,
        Duration freezeTimeout,
        List<String> warnings) {
    public NodeConfig {
        pools = List.copyOf(pools);
        targetPortals = List.copyOf(targetPortals);
        warnings = List.copyOf(warnings);
    }

    /** The same with reactors on other cores. */
    public NodeConfig withCores(Cores other) {
        return new NodeConfig(
                nodeName,
                hostNqn,
                address,
                logLevel,
                logFormat,
                pools,
                poolLimits,
                replicationFactor,
                maxIoQueueDepth,
                retryDelays,
                other,
                ring,
                grpc,
                targetPortals,
                metrics,
                stateDir,
                runDir,
                ptplDir,
                freezeTimeout,
                warnings);
    }
}
