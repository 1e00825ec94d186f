package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.reactor.ArenaOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.Participant;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A target on one simulated host, and another host from which {@link RawHost}s reach it. Starts
 * with one portal and one subsystem over {@link #device}.
 */
final class TargetWorld {
    static final String TARGET_ADDRESS = "10.0.0.1";
    static final String NQN = "nqn.2019-05.io.openebs:volume-1";
    static final String HOST_NQN =
            "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
    static final String OTHER_HOST_NQN = "nqn.2014-08.org.example:other-host";
    static final UUID NAMESPACE = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    static final TargetOptions OPTIONS =
            new TargetOptions(
                    128,
                    8,
                    8192,
                    8,
                    64,
                    16,
                    64 << 10,
                    16 << 20,
                    8 << 20,
                    64 << 20,
                    1 << 20,
                    30_000_000_000L,
                    24 * 3600 * 1000,
                    RetryDelays.NONE);

    private static final long MIB = 1 << 20;

    final Simulation simulation;
    final SimulatedKernel targetHost;
    final Participant participant;
    final Reactor reactor;
    final List<Reactor> reactors = new ArrayList<>();
    final Target target;
    final TestDevice device;
    final InetSocketAddress portal;
    final SimulatedNetwork network;
    final Participant hosts;
    private final SimulatedKernel clientHost;
    private final Ring clientRing;
    private Ring hostRing;

    TargetWorld() {
        this(OPTIONS);
    }

    TargetWorld(TargetOptions options) {
        this(1, options);
    }

    TargetWorld(long seed, TargetOptions options) {
        this(seed, options, 1);
    }

    /** A target on several reactors; {@link #reactor} is the first. */
    TargetWorld(long seed, TargetOptions options, int reactorCount) {
        simulation = new Simulation(seed);
        network = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
        targetHost = network.addHost(TARGET_ADDRESS, "fd00::1");
        clientHost = network.addHost("10.0.0.2", "fd00::2");
        participant = simulation.participant("target");
        reactor = runReactor(participant, 0);
        reactors.add(reactor);
        for (int index = 1; index < reactorCount; index++) {
            reactors.add(runReactor(simulation.participant("target-" + index), index));
        }
        target = new Target(options, reactors);
        device = new TestDevice("device-1", reactor, 4096, 1024);
        await(target.start());
        portal = await(target.addPortal(new InetSocketAddress(TARGET_ADDRESS, 8420)));
        await(target.addSubsystem(subsystem(NQN, device)));
        clientRing = clientHost.newRing(RingOptions.DEFAULT);
        hosts = simulation.participant("hosts");
        hosts.run(() -> hostRing = clientHost.newRing(RingOptions.DEFAULT));
        hosts.start(() -> hostRing.turn(Long.MAX_VALUE));
    }

    private Reactor runReactor(Participant turns, int index) {
        ArenaOptions arena = new ArenaOptions(16 * MIB, 16 * MIB, MIB, MIB, Runnable::run);
        Reactor made =
                new Reactor(
                        turns.name(), index, targetHost, ReactorOptions.DEFAULT.withArena(arena));
        turns.run(made);
        return made;
    }

    static SubsystemConfig subsystem(String nqn, TestDevice device) {
        return new SubsystemConfig(
                nqn,
                "DCS0123456789ABCDEF0",
                SubsystemConfig.MODEL,
                device,
                NAMESPACE,
                Set.of(),
                1,
                SubsystemConfig.MAX_CONTROLLER_ID,
                AnaState.OPTIMIZED,
                ReservationStore.VOLATILE);
    }

    /** Runs the world until a call of the target's management is done. */
    <T> T await(CompletableFuture<T> call) {
        participant.run(() -> {}); // a sleeping participant does not see a post by itself
        simulation.runUntil("the call is done", call::isDone, 1_000_000);
        return call.join();
    }

    /** Does something on the reactor and waits for its end. */
    void onReactor(Runnable action) {
        await(
                reactor.call(() -> {
                    action.run();
                    return null;
                }));
    }

    /** A TCP connection to a portal, initialized without digests. */
    RawHost connect(InetSocketAddress address) {
        RawHost host = new RawHost(clientHost, clientRing, address);
        host.initialize(0);
        return host;
    }

    RawHost connect() {
        return connect(portal);
    }

    /** The admin queue of a new controller, enabled. */
    RawHost admin(String nqn, String hostNqn, long keepAliveMillis) {
        return admin(RawHost.HOST_ID, nqn, hostNqn, keepAliveMillis);
    }

    private RawHost admin(UUID hostId, String nqn, String hostNqn, long keepAliveMillis) {
        RawHost host = connect().as(hostId);
        host.connectQueue(nqn, hostNqn, RawHost.NEW_CONTROLLER, 0, 32, keepAliveMillis);
        host.enable();
        return host;
    }

    RawHost admin() {
        return admin(NQN, HOST_NQN, 0);
    }

    /** As {@link #admin()}, of a host of its own. */
    RawHost adminOf(UUID hostId) {
        return admin(hostId, NQN, "nqn.2014-08.org.nvmexpress:uuid:" + hostId, 0);
    }

    RawHost discovery() {
        return admin(Nqn.DISCOVERY, HOST_NQN, 0);
    }

    /** An I/O queue of the controller that the admin queue has. */
    RawHost io(RawHost admin, int queueId) {
        RawHost host = connect().as(admin.hostId());
        host.connectQueue(NQN, admin.hostNqn(), admin.controllerId(), queueId, 32, 0);
        return host;
    }

    /** A TCP connection to a portal on which the test says every byte. */
    WireStream stream(InetSocketAddress address) {
        return new WireStream(clientHost, hosts, hostRing, address);
    }

    /** A connection, initialized. */
    WireHost wire(int digests, int alignment) {
        WireHost host = new WireHost(this, stream(portal));
        host.initialize(digests, alignment);
        return host;
    }

    WireHost wire() {
        return wire(0, 0);
    }

    WireHost wireAdmin() {
        return wire().admin(NQN, HOST_NQN, 0);
    }

    /** An I/O queue of a controller, 32 entries, with SQ flow control. */
    WireHost wireIo(WireHost admin, int queueId) {
        return wire().io(admin.controllerId(), queueId, 32, false);
    }

    /** What the target holds now. */
    GroupUsage usage() {
        return await(target.usage()).getFirst();
    }

    /** The hosts have gone: nothing may be held for them any more. */
    void assertNothingIsLeft() {
        simulation.runUntil("every connection is closed", () -> target.connectionCount() == 0);
        simulation.runFor(1_000_000);
        for (GroupStatistics each : target.groupStatistics()) {
            assertEquals(0, each.internalErrorCount(), "own mistakes");
        }
        for (GroupUsage each : await(target.usage())) {
            assertEquals(GroupUsage.NOTHING, each, "what the target still holds");
        }
        for (Reactor each : reactors) {
            assertEquals(0, each.arena().statistics().usedBytes(), "bytes of the arena in use");
        }
        assertEquals(
                target.portals().size(), targetHost.openDescriptors(), "descriptors: portals only");
    }

    /** Bytes that depend on the seed and the place. */
    static byte[] pattern(int seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
