package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Controllers come with the Connect of a host and go with its admin connection. */
class AssociationTest {
    private static final int BLOCK = 4096;
    private static final String NARROW = "nqn.2019-05.io.openebs:two-controllers";

    private final TargetWorld world = new TargetWorld();

    private int connect(WireHost host, String nqn, String hostNqn) {
        return host.connect(nqn, hostNqn, ConnectData.ANY_CONTROLLER, 0, 32, 0, 0);
    }

    private WireHost narrow() {
        return world.wire().admin(NARROW, TargetWorld.HOST_NQN, 0);
    }

    private void addNarrowSubsystem() {
        world.await(
                world.target.addSubsystem(
                        new SubsystemConfig(
                                NARROW,
                                "S",
                                SubsystemConfig.MODEL,
                                world.device,
                                TargetWorld.NAMESPACE,
                                Set.of(),
                                5,
                                6,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE)));
    }

    @Test
    void aLostAdminConnectionEndsItsIoQueues() {
        WireHost admin = world.wireAdmin();
        WireHost one = world.wireIo(admin, 1);
        WireHost two = world.wireIo(admin, 2);
        admin.stream().close();
        one.awaitEnd();
        two.awaitEnd();
        assertEquals(0, world.await(world.target.describe(TargetWorld.NQN)).controllers().size());
        one.stream().close();
        two.stream().close();
        world.assertNothingIsLeft();
    }

    @Test
    void connectIsAnsweredOnlyWhenTheFormerAssociationHasNoStartedWrite() {
        WireHost admin = world.wireAdmin();
        WireHost former = world.wireIo(admin, 1);
        world.device.holding = true;
        former.write(1, new byte[BLOCK], BLOCK);
        world.simulation.runUntil("the write runs", () -> world.device.heldRequests() == 1);
        admin.stream().close();
        former.stream().close();
        world.simulation.runFor(1_000_000);
        WireHost next = world.wire();
        int connect = connect(next, TargetWorld.NQN, TargetWorld.HOST_NQN);
        WireHost other = world.wire();
        int elsewhere = connect(other, TargetWorld.NQN, TargetWorld.OTHER_HOST_NQN);
        assertEquals(Status.SUCCESS, other.await(elsewhere).status(), "another host");
        world.simulation.runFor(1_000_000_000);
        assertFalse(next.isAnswered(connect), "answered while a write runs");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, next.await(connect).status());
    }

    @Test
    void aStartedReadHoldsNobodyUp() {
        WireHost admin = world.wireAdmin();
        WireHost former = world.wireIo(admin, 1);
        world.device.holding = true;
        former.read(1, 1, BLOCK);
        world.simulation.runUntil("the read runs", () -> world.device.heldRequests() == 1);
        admin.stream().close();
        world.simulation.runFor(1_000_000);
        world.wireAdmin();
    }

    @Test
    void aConnectWaitsForWritesOnlySoLong() {
        WireHost admin = world.wireAdmin();
        WireHost former = world.wireIo(admin, 1);
        world.device.holding = true;
        former.write(1, new byte[BLOCK], BLOCK);
        world.simulation.runUntil("the write runs", () -> world.device.heldRequests() == 1);
        admin.stream().close();
        world.simulation.runFor(1_000_000);
        WireHost next = world.wire();
        int connect = connect(next, TargetWorld.NQN, TargetWorld.HOST_NQN);
        assertEquals(Status.CONNECT_CONTROLLER_BUSY, next.await(connect).status() & ~Status.DNR);
        assertFalse(next.stream().isEnded());
        world.onReactor(world.device::releaseHeld);
        int again = connect(next, TargetWorld.NQN, TargetWorld.HOST_NQN);
        assertEquals(Status.SUCCESS, next.await(again).status());
    }

    @Test
    void aHostThatGoesWhileItsConnectWaitsLeavesNothing() {
        WireHost admin = world.wireAdmin();
        WireHost former = world.wireIo(admin, 1);
        world.device.holding = true;
        former.write(1, new byte[BLOCK], BLOCK);
        world.simulation.runUntil("the write runs", () -> world.device.heldRequests() == 1);
        admin.stream().close();
        former.stream().close();
        world.simulation.runFor(1_000_000);
        WireHost next = world.wire();
        connect(next, TargetWorld.NQN, TargetWorld.HOST_NQN);
        world.simulation.runFor(1_000_000);
        next.stream().close();
        world.simulation.runFor(1_000_000);
        world.onReactor(world.device::releaseHeld);
        world.assertNothingIsLeft();
    }

    @Test
    void withoutAFreeIdAnAssociationOfTheSameHostGivesWay() {
        addNarrowSubsystem();
        WireHost first = narrow();
        WireHost second = narrow();
        assertNotEquals(first.controllerId(), second.controllerId());
        WireHost third = narrow();
        first.awaitEnd();
        assertFalse(second.stream().isEnded());
        assertFalse(third.stream().isEnded());
    }

    @Test
    void theOneThatGivesWayIsWaitedForToo() {
        addNarrowSubsystem();
        WireHost first = narrow();
        WireHost queue = world.wire();
        int connected =
                queue.connect(NARROW, TargetWorld.HOST_NQN, first.controllerId(), 1, 32, 0, 0);
        assertEquals(Status.SUCCESS, queue.await(connected).status());
        narrow();
        world.device.holding = true;
        queue.write(1, new byte[BLOCK], BLOCK);
        world.simulation.runUntil("the write runs", () -> world.device.heldRequests() == 1);
        WireHost third = world.wire();
        int connect = connect(third, NARROW, TargetWorld.HOST_NQN);
        first.awaitEnd();
        world.simulation.runFor(1_000_000_000);
        assertFalse(third.isAnswered(connect), "answered while a write of the evicted one runs");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, third.await(connect).status());
    }

    @Test
    void withoutAFreeIdAnotherHostIsTurnedAway() {
        addNarrowSubsystem();
        WireHost first = narrow();
        WireHost second = narrow();
        WireHost other = world.wire();
        int connect = connect(other, NARROW, TargetWorld.OTHER_HOST_NQN);
        assertEquals(Status.CONNECT_CONTROLLER_BUSY, other.await(connect).status() & ~Status.DNR);
        assertFalse(first.stream().isEnded() || second.stream().isEnded());
    }

    @Test
    void idsAreUsedAgainOnlyWhenNoOtherIsFree() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            WireHost admin = world.wireAdmin();
            assertTrue(seen.add(admin.controllerId()), "id " + admin.controllerId() + " again");
            admin.stream().close();
            world.simulation.runFor(1_000_000);
        }
        addNarrowSubsystem();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            WireHost admin = narrow();
            ids.add(admin.controllerId());
            admin.stream().close();
            world.simulation.runFor(1_000_000);
        }
        assertEquals(List.of(5, 6, 5, 6), ids);
    }

    @Test
    void aNewRangeOfIdsIsForNewControllers() {
        WireHost first = world.wireAdmin();
        world.await(world.target.setControllerIds(TargetWorld.NQN, 1, 3));
        WireHost second = world.wireAdmin();
        world.await(world.target.setControllerIds(TargetWorld.NQN, 2, 3));
        WireHost third = world.wireAdmin();
        assertEquals(
                List.of(1, 2, 3),
                List.of(first.controllerId(), second.controllerId(), third.controllerId()));
        assertFalse(first.stream().isEnded() || second.stream().isEnded());

        first.stream().close();
        second.stream().close();
        world.simulation.runFor(1_000_000);
        assertEquals(2, world.wireAdmin().controllerId(), "1 is not in the range any more");
    }

    @Test
    void startedCommandsOfALostQueueKeepTheirBuffersUntilTheyAreDone() {
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        world.device.holding = true;
        host.write(1, TargetWorld.pattern(1, BLOCK), BLOCK);
        host.read(2, 4, BLOCK);
        world.simulation.runUntil("both run", () -> world.device.heldRequests() == 2);
        host.stream().close();
        world.simulation.runFor(1_000_000_000);
        assertEquals(5 * BLOCK, world.reactor.arena().statistics().usedBytes());
        assertEquals(2, world.usage().commands());
        world.onReactor(world.device::releaseHeld);
        admin.stream().close();
        world.assertNothingIsLeft();
        assertEquals(
                List.of(BlockIo.Operation.WRITE, BlockIo.Operation.READ), world.device.submitted);
    }

    @Test
    void removingASubsystemWaitsForStartedWrites() {
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        world.device.holding = true;
        host.write(1, new byte[BLOCK], BLOCK);
        world.simulation.runUntil("the write runs", () -> world.device.heldRequests() == 1);
        var removed = world.target.removeSubsystem(TargetWorld.NQN);
        world.simulation.runFor(1_000_000_000);
        assertFalse(removed.isDone(), "removed while a write runs");
        assertTrue(host.stream().isEnded() && admin.stream().isEnded());
        world.onReactor(world.device::releaseHeld);
        world.await(removed);
    }

    @Test
    void aReceiveThatIsPendingDoesNotKeepAnEndedConnectionOpen() {
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        world.await(world.target.stop());
        host.awaitEnd();
        admin.awaitEnd();
        assertEquals(0, world.targetHost.openDescriptors());
        assertEquals(0, world.target.connectionCount());
    }
}
