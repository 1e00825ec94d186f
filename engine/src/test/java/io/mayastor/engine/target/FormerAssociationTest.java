package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** A host connects anew while an association of it is still there, lost or in use. */
class FormerAssociationTest {
    private static final int BLOCK = 4096;
    private static final long SECOND = 1_000_000_000;
    private static final int KEEP_ALIVE_MILLIS = 5000;

    private final TargetWorld world = new TargetWorld();

    /** An association with a write in the device, of which nothing is heard from now on. */
    private WireHost silentWithWrite(long keepAliveMillis) {
        WireHost admin = world.wire().admin(TargetWorld.NQN, TargetWorld.HOST_NQN, keepAliveMillis);
        WireHost former = world.wireIo(admin, 1);
        world.device.holding = true;
        former.write(1, new byte[BLOCK], BLOCK);
        world.simulation.runUntil("the write runs", () -> world.device.heldRequests() == 1);
        world.simulation.runFor(SECOND / 10);
        return admin;
    }

    private int connect(WireHost host) {
        return host.connect(
                TargetWorld.NQN,
                TargetWorld.HOST_NQN,
                ConnectData.ANY_CONTROLLER,
                0,
                32,
                0,
                KEEP_ALIVE_MILLIS);
    }

    @Test
    void connectWaitsForTheWriteOfAnAssociationThatIsNotHeardAnyMore() {
        silentWithWrite(KEEP_ALIVE_MILLIS);
        WireHost next = world.wire();
        int connect = connect(next);
        world.simulation.runFor(SECOND);
        assertFalse(next.isAnswered(connect), "answered while the write runs");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, next.await(connect).status());
    }

    @Test
    void theSilentAssociationEndsWithItsKeepAliveTimeAndItsWriteIsStillWaitedFor() {
        WireHost former = silentWithWrite(KEEP_ALIVE_MILLIS);
        WireHost next = world.wire();
        int connect = connect(next);
        world.simulation.runFor(6 * SECOND);
        assertTrue(former.stream().isEnded(), "the silent association lives on");
        assertFalse(next.isAnswered(connect), "answered while the write runs");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, next.await(connect).status());
    }

    @Test
    void anAssociationThatSpeaksIsInUseAndStays() {
        WireHost former = silentWithWrite(KEEP_ALIVE_MILLIS);
        WireHost next = world.wire();
        int connect = connect(next);
        world.simulation.runFor(SECOND / 2);
        assertFalse(next.isAnswered(connect), "answered before anything is known");
        former.start(
                (to, base, id) -> SubmissionEntry.encode(to, base, AdminOpcode.KEEP_ALIVE, id, 0));
        assertEquals(Status.SUCCESS, next.await(connect).status());
        assertEquals(1, world.device.heldRequests(), "the write was waited for");
        assertFalse(former.stream().isEnded());
    }

    @Test
    void anotherPortalIsAnotherPath() {
        WireHost former = silentWithWrite(KEEP_ALIVE_MILLIS);
        InetSocketAddress second =
                world.await(
                        world.target.addPortal(
                                new InetSocketAddress(TargetWorld.TARGET_ADDRESS, 8421)));
        WireHost next = new WireHost(world, world.stream(second));
        next.initialize(0, 0);
        int connect = connect(next);
        assertEquals(Status.SUCCESS, next.await(connect).status());
        assertEquals(1, world.device.heldRequests(), "the write was waited for");
        assertFalse(former.stream().isEnded());
    }

    @Test
    void anAssociationWithoutKeepAliveMayBeSilent() {
        WireHost former = silentWithWrite(0);
        WireHost next = world.wire();
        int connect = connect(next);
        assertEquals(Status.SUCCESS, next.await(connect).status());
        world.simulation.runFor(60 * SECOND);
        assertFalse(former.stream().isEnded());
    }

    @Test
    void anIdleAssociationKeepsNobodyWaiting() {
        WireHost former = world.wire().admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        world.wireIo(former, 1);
        world.simulation.runFor(SECOND / 10);
        WireHost next = world.wire();
        int connect = connect(next);
        world.simulation.runFor(SECOND / 20);
        assertTrue(next.isAnswered(connect), "kept waiting by an idle association");
        assertFalse(former.stream().isEnded());
    }

    @Test
    void theWaitIsBounded() {
        silentWithWrite(10 * KEEP_ALIVE_MILLIS);
        WireHost next = world.wire();
        int connect = connect(next);
        assertEquals(Status.CONNECT_CONTROLLER_BUSY, next.await(connect).status() & ~Status.DNR);
        world.onReactor(world.device::releaseHeld);
        int again = connect(next);
        assertEquals(Status.SUCCESS, next.await(again).status());
    }
}
