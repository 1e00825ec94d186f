package io.mayastor.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.initiator.ControllerOptions;
import io.mayastor.engine.initiator.Initiator;
import io.mayastor.engine.initiator.NvmeTcpDeviceFactory;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.Participant;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.engine.target.RetryDelays;
import io.mayastor.engine.target.SubsystemConfig;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A world of one target with two subsystems and one host program with a device on each. */
final class Exchange {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 512;
    private static final int DEPTH = 12;
    private static final int DEVICES = 2;
    private static final String NQN = "nqn.2019-05.io.openebs:disk";

    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final SimulatedKernel targetKernel;
    private final SimulatedKernel hostKernel;
    private final Reactor hostReactor;
    private final Target target;
    private final SplittableRandom random;
    private final List<BlockDevice> disks = new ArrayList<>();
    private final List<BlockDevice> remotes = new ArrayList<>();
    private final List<RandomHost> hosts = new ArrayList<>();
    private Initiator initiator;
    private boolean losing;

    Exchange(long seed) {
        simulation = new Simulation(seed);
        random = simulation.stream("exchange");
        network = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
        targetKernel = network.addHost("10.0.0.1");
        hostKernel = network.addHost("10.0.0.2");
        List<Reactor> reactors = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            Reactor reactor = new Reactor("target-" + i, i, targetKernel, Participant.REACTOR);
            simulation.participant(reactor.name()).run(reactor);
            reactors.add(reactor);
        }
        hostReactor = new Reactor("host", 0, hostKernel, Participant.REACTOR);
        simulation.participant("host").run(hostReactor);
        target = new Target(options(), reactors);
        await("target started", target.start());
        InetSocketAddress portal =
                await("portal", target.addPortal(new InetSocketAddress("10.0.0.1", 8420)));
        for (int i = 0; i < DEVICES; i++) {
            share(i, reactors.get(i));
        }
        await("initiator", hostReactor.call(() -> initiator = new Initiator(hostReactor)));
        for (int i = 0; i < DEVICES; i++) {
            remotes.add(connect(i, portal));
        }
    }

    private static TargetOptions options() {
        return new TargetOptions(
                32,
                4,
                8192,
                5,
                64,
                8,
                64 << 10,
                1 << 20,
                4 << 20,
                4 << 20,
                64 << 10,
                30_000_000_000L,
                60_000,
                RetryDelays.NONE);
    }

    private void share(int index, Reactor reactor) {
        String path = "/disk" + index;
        targetKernel.attach(path, SimulatedDisk.file((long) BLOCKS * BLOCK));
        FileDeviceFactory factory = new FileDeviceFactory(targetKernel, "node");
        DeviceUri uri = DeviceUri.parse("aio://" + path + "?blk_size=" + BLOCK);
        BlockDevice disk = await("disk " + index, factory.open(uri, reactor));
        disks.add(disk);
        await(
                "subsystem " + index,
                target.addSubsystem(
                        new SubsystemConfig(
                                NQN + index,
                                "DCS" + index,
                                SubsystemConfig.MODEL,
                                disk,
                                disk.uuid(),
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE)));
    }

    /** The first device uses every option that changes the byte stream, the second one none. */
    private BlockDevice connect(int index, InetSocketAddress portal) {
        boolean plain = index > 0;
        UnaryOperator<ControllerOptions> tuning =
                options ->
                        options.withQueues(2, 16)
                                .withTransport(plain, !plain, !plain, plain ? 8192 : 0);
        NvmeTcpDeviceFactory factory =
                new NvmeTcpDeviceFactory(
                        reactor -> initiator,
                        "nqn.2019-05.io.openebs:host",
                        new UUID(1, 2),
                        tuning,
                        ReconnectPolicy.ALWAYS);
        DeviceUri uri =
                DeviceUri.parse("nvmf+tcp://10.0.0.1:" + portal.getPort() + "/" + NQN + index);
        return await("connected " + index, factory.open(uri, hostReactor));
    }

    Simulation simulation() {
        return simulation;
    }

    long failedRequests() {
        return hosts.stream().mapToLong(RandomHost::failed).sum();
    }

    /** Runs the requests, then reads every block once more. */
    void run(long operations, boolean loseConnections) {
        List<BlockModel> models = new ArrayList<>();
        losing = loseConnections;
        scheduleLoss();
        for (int i = 0; i < DEVICES; i++) {
            BlockModel model = new BlockModel(BLOCKS, BLOCK);
            BlockDevice device = remotes.get(i);
            models.add(model);
            SplittableRandom own = random.split();
            hosts.add(
                    await(
                            "requests started",
                            hostReactor.call(() ->
                                    new RandomHost(
                                            device, model, own, operations / DEVICES, DEPTH))));
        }
        simulation.runUntil(
                "all requests are answered",
                () -> hosts.stream().allMatch(RandomHost::isDone),
                Long.MAX_VALUE / 4);
        losing = false;
    }

    private void scheduleLoss() {
        simulation.after(
                random.nextLong(250_000_000),
                () -> {
                    if (losing) {
                        network.loseOneConnection();
                        scheduleLoss();
                    }
                });
    }

    /** Takes everything down and looks for what was left behind. */
    void close() {
        for (BlockDevice remote : remotes) {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            hostReactor.execute(() -> remote.close(() -> closed.complete(null)));
            await("remote device closed", closed);
        }
        await("target stopped", target.stop());
        for (BlockDevice disk : disks) {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            disk.reactor().execute(() -> disk.close(() -> closed.complete(null)));
            await("disk closed", closed);
            assertEquals(0, disk.reactor().arena().statistics().usedBytes(), "target's buffers");
        }
        assertEquals(0, hostReactor.arena().statistics().usedBytes(), "host's buffers");
        assertEquals(0, targetKernel.openDescriptors(), "target's descriptors");
        assertEquals(0, hostKernel.openDescriptors(), "host's descriptors");
        assertEquals(0, target.connectionCount(), "connections counted");
    }

    private <T> T await(String what, CompletableFuture<T> future) {
        simulation.runUntil(what, future::isDone);
        return future.join();
    }
}
