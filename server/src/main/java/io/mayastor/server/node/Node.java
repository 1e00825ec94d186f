package io.mayastor.server.node;

import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.device.NullDeviceFactory;
import io.mayastor.engine.initiator.NvmeTcpDeviceFactory;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.engine.ring.RingFeature;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import io.mayastor.server.config.Addresses;
import io.mayastor.server.config.NodeConfig;
import io.mayastor.server.grpc.BdevService;
import io.mayastor.server.grpc.GrpcServer;
import io.mayastor.server.grpc.HostService;
import io.mayastor.server.grpc.NodeIdentity;
import io.mayastor.server.grpc.PoolService;
import io.mayastor.server.grpc.ReplicaMessages;
import io.mayastor.server.grpc.ReplicaService;
import io.mayastor.server.grpc.SnapshotService;
import io.mayastor.server.grpc.StatsService;
import io.mayastor.server.grpc.StoragePoolService;
import io.mayastor.server.grpc.TargetService;
import io.mayastor.server.grpc.TestService;
import io.mayastor.server.host.HostBlockDevices;
import io.mayastor.server.metrics.MetricsServer;
import io.mayastor.server.metrics.NodeMetrics;
import io.mayastor.server.metrics.PoolMetrics;
import io.mayastor.server.pools.NodePools;
import io.mayastor.server.pools.Pools;
import io.mayastor.server.pools.StoragePools;
import io.mayastor.server.reservations.ReservationFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running node: the one place where its parts are put together. Made and stopped by one thread;
 * the parts may be asked from any.
 */
public final class Node {
    private static final System.Logger LOG = System.getLogger(Node.class.getPackageName());
    private static final ReactorOptions REACTOR_OPTIONS = ReactorOptions.DEFAULT;
    private static final long START_SECONDS = 10;

    private final NodeConfig config;
    private final UUID instance = UUID.randomUUID();
    private LinuxKernel kernel;
    private StateDirectory state;
    private Reactors reactors;
    private DeviceRegistry devices;
    private Initiators initiators;
    private Target target;
    private Shares shares;
    private NodePools pools;
    private StoragePools storagePools;
    private GrpcServer grpc;
    private MetricsServer metrics;
    private FreezeMonitor freezeMonitor;
    private volatile boolean ready;

    private Node(NodeConfig config) {
        this.config = config;
    }

    /**
     * Starts everything; what was started is stopped again when a part can not be.
     *
     * @throws StartException with one line that says what to do
     */
    public static Node start(NodeConfig config) throws StartException {
        Node node = new Node(config);
        try {
            node.start();
            return node;
        } catch (StartException | RuntimeException e) {
            node.stop(TimeUnit.SECONDS.toNanos(2));
            throw e;
        }
    }

    private void start() throws StartException {
        kernel = kernel();
        state = StateDirectory.open(config.stateDir());
        reactors = Reactors.start(kernel, config.cores(), REACTOR_OPTIONS);
        LOG.log(Level.INFO, "{0} reactors on {1}", reactors.all().size(), kernel.ringKind());
        for (RingFeature missing : kernel.missingRingFeatures()) {
            LOG.log(
                    Level.INFO,
                    "io_uring without {0}: {1} (this kernel has none)",
                    missing.label(),
                    missing.without());
        }
        devices = new DeviceRegistry(reactors.all());
        registerSchemes();
        startTarget();
        storagePools = new StoragePools(pools);
        storagePools.open(config.pools());
        startGrpc();
        startMetrics();
        freezeMonitor.start();
        ready = true;
    }

    private LinuxKernel kernel() throws StartException {
        try {
            return new LinuxKernel(config.ring());
        } catch (IllegalStateException e) {
            throw new StartException(e.getMessage() + " (choose another with --ring)", e);
        }
    }

    private void registerSchemes() {
        FileDeviceFactory files = new FileDeviceFactory(kernel, config.nodeName());
        devices.register("aio", files);
        devices.register("uring", files);
        devices.register("malloc", new MemoryDeviceFactory(UUID::randomUUID));
        initiators = new Initiators(config.hostNqn());
        NvmeTcpDeviceFactory remote =
                initiators.factory(
                        UUID.nameUUIDFromBytes(
                                ("mayastor host " + config.nodeName())
                                        .getBytes(StandardCharsets.UTF_8)),
                        options -> options.withQueues(1, config.maxIoQueueDepth()),
                        ReconnectPolicy.ALWAYS);
        NvmeTcpDeviceFactory.SCHEMES.forEach(scheme -> devices.register(scheme, remote));
        devices.register("null", new NullDeviceFactory(UUID::randomUUID));
    }

    private void startTarget() throws StartException {
        target =
                new Target(
                        TargetOptions.DEFAULT
                                .withQueueDepth(config.maxIoQueueDepth())
                                .withRetryDelays(config.retryDelays()),
                        reactors.all());
        ReservationFiles files = new ReservationFiles(config.ptplDir());
        shares =
                new Shares(
                        devices,
                        target,
                        device -> pools.reservations(device).orElseGet(() -> files.apply(device)));
        pools =
                new NodePools(
                        devices,
                        shares,
                        reactors.all(),
                        config.nodeName(),
                        config.poolLimits(),
                        Clock.systemUTC());
        finish(target.start(), "the NVMe/TCP target");
        for (InetSocketAddress portal : config.targetPortals()) {
            InetSocketAddress bound =
                    finish(
                            target.addPortal(portal),
                            "listening on "
                                    + text(portal)
                                    + " (NVMe/TCP; choose another port with --target-port)");
            LOG.log(Level.INFO, "NVMe/TCP on {0}", text(bound));
        }
    }

    private void startGrpc() throws StartException {
        NodeIdentity identity =
                new NodeIdentity(
                        config.nodeName(),
                        instance,
                        Version.TEXT,
                        config.hostNqn(),
                        () -> text(grpcAddress()));
        ReplicaMessages messages = new ReplicaMessages(shares::uris);
        grpc =
                new GrpcServer(
                        config.grpc(),
                        List.of(
                                new BdevService(devices, shares),
                                new HostService(identity, new HostBlockDevices(), devices),
                                new TestService(devices, pools),
                                new TargetService(target, shares),
                                new PoolService(pools),
                                new ReplicaService(pools, messages),
                                new SnapshotService(pools, messages),
                                new StatsService(pools),
                                new StoragePoolService(pools)));
        try {
            grpc.start();
        } catch (IOException e) {
            throw cannotListen(config.grpc(), "gRPC", "--grpc-port", e);
        }
        LOG.log(Level.INFO, "gRPC on {0}", text(grpcAddress()));
    }

    private void startMetrics() throws StartException {
        freezeMonitor =
                new FreezeMonitor(
                        reactors.all(),
                        config.freezeTimeout(),
                        REACTOR_OPTIONS.slowTurnNanos(),
                        System::nanoTime);
        NodeMetrics figures =
                new NodeMetrics(
                        Version.TEXT,
                        config.nodeName(),
                        kernel.ringKind(),
                        kernel.ringFeatures(),
                        grpc::calls,
                        grpc::failures,
                        freezeMonitor::frozenNow,
                        freezeMonitor::freezes);
        try {
            metrics =
                    new MetricsServer(
                            config.metrics(),
                            figures,
                            reactors.all(),
                            devices,
                            target,
                            new PoolMetrics(config.nodeName(), pools, storagePools),
                            () -> freezeMonitor.frozenNow() == 0 ? null : "a reactor is frozen",
                            () -> ready ? null : "starting or stopping");
        } catch (IOException e) {
            throw cannotListen(config.metrics(), "metrics", "--metrics-port", e);
        }
        metrics.start();
        LOG.log(Level.INFO, "metrics on http://{0}/metrics", text(metricsAddress()));
    }

    public DeviceRegistry devices() {
        return devices;
    }

    public Shares shares() {
        return shares;
    }

    public Pools pools() {
        return pools;
    }

    public Target target() {
        return target;
    }

    public Reactors reactors() {
        return reactors;
    }

    /** Which ring the reactors run on, and why. */
    public String ringKind() {
        return kernel.ringKind();
    }

    /** With the port that is really used. */
    public InetSocketAddress grpcAddress() {
        return new InetSocketAddress(config.grpc().getAddress(), grpc.port());
    }

    /** With the port that is really used. */
    public InetSocketAddress metricsAddress() {
        return new InetSocketAddress(config.metrics().getAddress(), metrics.port());
    }

    /**
     * Stops in order: no new management calls, no hosts, no devices, no reactors. A part that does
     * not end in its share of the time is named in the log and left behind.
     *
     * @return whether every part has ended
     */
    public boolean stop(long timeoutNanos) {
        ready = false;
        Deadline deadline = new Deadline(timeoutNanos);
        boolean clean = true;
        if (grpc != null) {
            clean = stopGrpc(deadline.share(4));
        }
        if (target != null) {
            clean &= ends(target.stop(), deadline.share(3), "the NVMe/TCP target");
        }
        if (pools != null) {
            clean &= ends(closed(pools), deadline.share(2), "exporting the pools");
        }
        if (devices != null) {
            clean &= ends(devices.close(), deadline.share(2), "closing the devices");
        }
        if (initiators != null) {
            clean &= ends(initiators.close(), deadline.share(2), "closing the initiators");
        }
        if (freezeMonitor != null) {
            freezeMonitor.stop();
        }
        if (reactors != null && !reactors.stop(deadline.share(1))) {
            LOG.log(Level.ERROR, "stop: a reactor did not end in time");
            clean = false;
        }
        if (metrics != null) {
            metrics.stop();
        }
        if (state != null) {
            state.close();
        }
        return clean;
    }

    private static CompletableFuture<Void> closed(NodePools pools) {
        return CompletableFuture.runAsync(pools::close, Thread::startVirtualThread);
    }

    private boolean stopGrpc(long nanos) {
        try {
            grpc.stop(nanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean ends(CompletableFuture<Void> step, long nanos, String what) {
        try {
            step.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            LOG.log(Level.ERROR, "stop: " + what + " failed", e.getCause());
        } catch (TimeoutException e) {
            LOG.log(Level.ERROR, "stop: {0} did not end in time", what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static <T> T finish(CompletableFuture<T> step, String what) throws StartException {
        try {
            return step.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            Throwable reason = e.getCause();
            String why = reason.getMessage() == null ? reason.toString() : reason.getMessage();
            throw new StartException(what + ": " + why, reason);
        }
    }

    private static StartException cannotListen(
            InetSocketAddress address, String what, String flag, IOException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return new StartException(
                "listening on "
                        + text(address)
                        + " ("
                        + what
                        + "; choose another port with "
                        + flag
                        + "): "
                        + deepest.getMessage(),
                e);
    }

    private static String text(InetSocketAddress address) {
        return Addresses.inUri(address.getAddress()) + ":" + address.getPort();
    }
}
