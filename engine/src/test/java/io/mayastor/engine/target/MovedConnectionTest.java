package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.sim.Simulation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection accepted on one reactor is served by the one that owns its subsystem. */
class MovedConnectionTest {
    private static final int BLOCK = 4096;

    private final TargetWorld world = new TargetWorld(1, TargetWorld.OPTIONS, 2);
    private final TestDevice[] devices = new TestDevice[2];

    private static String name(int reactor) {
        return "nqn.2019-05.io.openebs:on-reactor-" + reactor;
    }

    private static TestDevice[] addSubsystems(TargetWorld world, TestDevice[] devices) {
        for (int i = 0; i < devices.length; i++) {
            Reactor owner = world.reactors.get(i);
            devices[i] = new TestDevice("d" + i, owner, BLOCK, 256);
            world.await(world.target.addSubsystem(TargetWorld.subsystem(name(i), devices[i])));
        }
        return devices;
    }

    private WireHost io(int reactor, int digests) {
        WireHost admin = world.wire(digests, 0).admin(name(reactor), TargetWorld.HOST_NQN, 0);
        WireHost host = world.wire(digests, 7);
        int connect =
                host.connect(
                        name(reactor), TargetWorld.HOST_NQN, admin.controllerId(), 1, 32, 0, 0);
        assertEquals(Status.SUCCESS, host.await(connect).status());
        return host;
    }

    private List<Integer> connections() {
        return world.await(world.target.usage()).stream().map(GroupUsage::connections).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void eachIsServedWhereItsSubsystemLives(int digests) {
        addSubsystems(world, devices);
        WireHost[] hosts = {io(0, digests), io(1, digests)};
        assertEquals(List.of(2, 2), connections());
        for (int i = 0; i < hosts.length; i++) {
            byte[] data = TargetWorld.pattern(i, 16 * BLOCK);
            assertEquals(
                    Status.SUCCESS, hosts[i].await(hosts[i].writeByR2t(8, data, BLOCK)).status());
            assertArrayEquals(data, devices[i].content(8, 16));
            assertArrayEquals(data, hosts[i].await(hosts[i].read(8, 16, BLOCK)).data());
        }
    }

    @Test
    void theConnectMayComeInPieces() {
        addSubsystems(world, devices);
        for (int reactor = 0; reactor < 2; reactor++) {
            WireHost host = world.wire(WireHost.DIGESTS_BOTH, 0);
            byte[] connect = connect(host, reactor);
            for (int at = 0; at < connect.length; at += 100) {
                host.stream()
                        .send(Arrays.copyOfRange(connect, at, Math.min(at + 100, connect.length)));
                world.simulation.runFor(1_000_000);
            }
            assertEquals(Status.SUCCESS, host.await(1).status());
        }
    }

    private static byte[] connect(WireHost host, int reactor) {
        return host.capsule(
                (to, base, id) -> ConnectCommand.encode(to, base, id, 0, 32, 0, 0),
                1,
                WireHost.connectData(name(reactor), TargetWorld.HOST_NQN, RawHost.NEW_CONTROLLER));
    }

    @Test
    void whatComesBehindAConnectThatMovesIsOutOfSequence() {
        addSubsystems(world, devices);
        int ended = 0;
        for (int reactor = 0; reactor < 2; reactor++) {
            WireHost host = world.wire();
            byte[] connect = connect(host, reactor);
            byte[] next =
                    host.capsule(
                            (to, base, id) -> SubmissionEntry.encode(to, base, 0x18, id, 0),
                            2,
                            new byte[0]);
            byte[] both = Arrays.copyOf(connect, connect.length + next.length);
            System.arraycopy(next, 0, both, connect.length, next.length);
            host.stream().send(both);
            world.simulation.runUntil(
                    "it is answered or ended",
                    () -> host.isAnswered(2) || host.termination() != null,
                    100_000);
            if (host.termination() != null) {
                ended++;
                assertEquals(FatalErrorStatus.SEQUENCE_ERROR, host.termination().fatalStatus());
            }
        }
        assertNotEquals(2, ended, "the one that stays need not be ended");
    }

    private static LongStream seeds() {
        return Simulation.seeds(60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsLeftWhenTheTargetStopsDuringTheMove(long seed) {
        TargetWorld busy = new TargetWorld(seed, TargetWorld.OPTIONS, 2);
        addSubsystems(busy, new TestDevice[2]);
        for (int i = 0; i < 6; i++) {
            WireHost host = busy.wire();
            host.stream().send(connect(host, i % 2));
        }
        busy.simulation.runFor(seed * 2_000);
        busy.await(busy.target.stop());
        busy.simulation.runFor(10_000_000);
        assertEquals(0, busy.target.connectionCount());
        assertEquals(0, busy.targetHost.openDescriptors());
    }
}
