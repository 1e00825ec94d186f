package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A subsystem that is paused or slow leaves the memory of its reactor to the others. */
class SubsystemQuotaTest {
    private static final int BLOCK = 4096;
    private static final int CAPSULE = 8192;
    private static final int LARGE_BLOCKS = (1 << 20) / BLOCK;
    private static final String OTHER = "nqn.2019-05.io.openebs:volume-2";
    private static final TargetOptions OPTIONS =
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
                    8 << 20,
                    1 << 20,
                    30_000_000_000L,
                    24 * 3600 * 1000,
                    RetryDelays.NONE);

    private final TargetWorld world = new TargetWorld(OPTIONS);
    private final Map<WireHost, List<Integer>> flood = new HashMap<>();

    /** More data in capsules than the arena has room for: 2 hosts, 8 queues each, 120 writes. */
    private void flood() {
        for (int i = 0; i < 2; i++) {
            WireHost admin = world.wireAdmin();
            for (int queue = 1; queue <= 8; queue++) {
                WireHost host = world.wire().io(admin.controllerId(), queue, 128, false);
                List<Integer> writes = new ArrayList<>();
                for (int write = 0; write < 120; write++) {
                    writes.add(host.write(0, new byte[CAPSULE], BLOCK));
                }
                flood.put(host, writes);
                world.simulation.runFor(1_000_000);
            }
        }
        world.simulation.runFor(10_000_000);
    }

    private void assertFloodSucceeds() {
        flood.forEach((host, writes) -> {
            for (int write : writes) {
                assertEquals(Status.SUCCESS, host.await(write).status());
            }
        });
    }

    /** An I/O queue of another subsystem on the same reactor. */
    private WireHost neighbour() {
        world.await(
                world.target.addSubsystem(
                        TargetWorld.subsystem(
                                OTHER, new TestDevice("other", world.reactor, BLOCK, 1024))));
        WireHost admin = world.wire().admin(OTHER, TargetWorld.HOST_NQN, 0);
        WireHost host = world.wire();
        int connect = host.connect(OTHER, TargetWorld.HOST_NQN, admin.controllerId(), 1, 32, 0, 0);
        assertEquals(Status.SUCCESS, host.await(connect).status());
        return host;
    }

    private long heldBytes() {
        return world.await(world.target.describe(TargetWorld.NQN)).bufferedBytes();
    }

    @Test
    void aPausedSubsystemThatIsFloodedLeavesItsNeighboursTheMemory() {
        WireHost neighbour = neighbour();
        world.await(world.target.pause(TargetWorld.NQN));
        flood();
        assertEquals(OPTIONS.pausedBytes(), heldBytes());
        assertEquals(OPTIONS.pausedBytes(), world.usage().bufferedBytes());
        assertTrue(
                world.usage().receiveBuffers() <= OPTIONS.receiveBuffers() / 4 + 1,
                "shared buffers that stalled streams hold: " + world.usage());
        for (int i = 0; i < 31; i++) {
            neighbour.read(0, LARGE_BLOCKS, BLOCK);
        }
        byte[] data = TargetWorld.pattern(1, CAPSULE);
        int last = neighbour.write(0, data, BLOCK);
        assertEquals(Status.SUCCESS, neighbour.await(last).status());
        assertTrue(flood.keySet().stream().noneMatch(host -> host.answered() > 1));
        world.await(world.target.resume(TargetWorld.NQN));
        assertFloodSucceeds();
        assertEquals(0, heldBytes());
    }

    @Test
    void aSlowSubsystemLeavesItsNeighboursTheMemory() {
        WireHost neighbour = neighbour();
        world.device.holding = true;
        flood();
        assertEquals(OPTIONS.subsystemBytes() / 2, heldBytes());
        int read = neighbour.read(0, LARGE_BLOCKS, BLOCK);
        assertEquals(Status.SUCCESS, neighbour.await(read).status());
        world.onReactor(world.device::releaseHeld);
        assertFloodSucceeds();
    }

    @Test
    void largeTransfersHaveRoomBesideTheDataOfCapsules() {
        world.device.holding = true;
        flood();
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        int write = host.startByR2t(0, LARGE_BLOCKS, BLOCK);
        host.sendData(host.awaitR2t(write), new byte[1 << 20]);
        world.simulation.runFor(10_000_000);
        assertTrue(world.device.holdsRequestOf(LARGE_BLOCKS));
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, host.await(write).status());
    }

    @Test
    void aPauseReachesDataThatLiesBehindMoreCapsulesThanItHolds() {
        WireHost host = world.wireIo(world.wireAdmin(), 1);
        int write = host.startByR2t(0, LARGE_BLOCKS, BLOCK);
        WirePdu request = host.awaitR2t(write);
        CompletableFuture<Void> paused = world.target.pause(TargetWorld.NQN);
        world.simulation.runFor(1_000_000);
        flood();
        for (int i = 0; i < 20; i++) {
            host.write(0, new byte[CAPSULE], BLOCK);
        }
        host.sendData(request, new byte[1 << 20]);
        assertEquals(Status.SUCCESS, host.await(write).status());
        world.await(paused);
        assertFalse(host.stream().isEnded());
        world.await(world.target.resume(TargetWorld.NQN));
        assertFloodSucceeds();
    }

    @Test
    void aHostConnectsToASubsystemThatHoldsAllItMay() {
        world.await(world.target.pause(TargetWorld.NQN));
        flood();
        WireHost host = world.wire();
        int connect =
                host.connect(
                        TargetWorld.NQN,
                        TargetWorld.OTHER_HOST_NQN,
                        ConnectData.ANY_CONTROLLER,
                        0,
                        32,
                        0,
                        0);
        assertEquals(Status.SUCCESS, host.await(connect).status());
    }
}
