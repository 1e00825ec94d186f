package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that keep us waiting are ended within the stall limit; those that only idle are not. */
class StalledPeerTest {
    private static final int BLOCK = 4096;
    private static final long LIMIT = TargetWorld.OPTIONS.stallNanos();
    private static final long TWICE = 2 * LIMIT;

    private final TargetWorld world = new TargetWorld();

    private long stalledPeers() {
        return world.target.groupStatistics().getFirst().stalledCount();
    }

    @Test
    void aHostThatSaysNothingIsEnded() {
        WireStream silent = world.stream(world.portal);
        world.simulation.runFor(TWICE);
        assertTrue(silent.isEnded());
        world.assertNothingIsLeft();
    }

    @Test
    void aHostThatInitializesAndNeverConnectsIsEnded() {
        WireHost host = world.wire();
        world.simulation.runFor(TWICE);
        assertTrue(host.stream().isEnded());
        world.assertNothingIsLeft();
    }

    @Test
    void aHostThatConnectsOneByteAtATimeIsEnded() {
        WireStream slow = world.stream(world.portal);
        byte[] request = WireHost.icReq(0, 0);
        for (int i = 0; i < 20 && !slow.isEnded(); i++) {
            slow.send(new byte[] {request[i]});
            world.simulation.runFor(LIMIT / 4);
        }
        assertTrue(slow.isEnded());
    }

    @Test
    void aHostThatDoesNotReadIsEndedAndGivesItsBuffersBack() {
        WireHost admin = world.wireAdmin();
        WireHost slow = world.wireIo(admin, 1);
        WireHost good = world.wireIo(admin, 2);
        slow.stream().stopReading();
        for (int i = 0; i < 31; i++) {
            slow.read(0, 64, BLOCK);
        }
        world.simulation.runFor(1_000_000_000);
        assertTrue(world.reactor.arena().statistics().usedBytes() > 0);
        assertEquals(Status.SUCCESS, good.await(good.read(0, 1, BLOCK)).status());
        world.simulation.runFor(TWICE);
        slow.stream().goOnReading();
        slow.awaitEnd();
        assertEquals(1, stalledPeers());
        assertEquals(0, world.reactor.arena().statistics().usedBytes());
        assertFalse(good.stream().isEnded());
    }

    @Test
    void aHostThatDoesNotReadButKeepsSendingIsEnded() {
        WireHost admin = world.wireAdmin();
        WireHost slow = world.wireIo(admin, 1);
        slow.stream().stopReading();
        for (int i = 0; i < 6; i++) {
            slow.read(0, 64, BLOCK);
        }
        for (int i = 0; i < 8; i++) {
            slow.range(0, 0, 1, 0);
            world.simulation.runFor(LIMIT / 4);
        }
        assertEquals(1, stalledPeers());
    }

    @Test
    void aHostThatOwesDataIsEndedWhateverElseItSends() {
        WireHost admin = world.wireAdmin();
        WireHost slow = world.wireIo(admin, 1);
        slow.awaitR2t(slow.startByR2t(0, 4, BLOCK));
        for (int i = 0; i < 8 && !slow.stream().isEnded(); i++) {
            slow.read(0, 1, BLOCK);
            world.simulation.runFor(LIMIT / 4);
        }
        assertTrue(slow.stream().isEnded());
        assertEquals(1, stalledPeers());
    }

    @Test
    void aHostThatServesAllButOneCommandIsEndedInTheEnd() {
        WireHost admin = world.wireAdmin();
        WireHost slow = world.wireIo(admin, 1);
        slow.awaitR2t(slow.startByR2t(0, 4, BLOCK));
        for (int i = 0; i < 24 && !slow.stream().isEnded(); i++) {
            slow.writeByR2t(8, new byte[BLOCK], BLOCK);
            world.simulation.runFor(LIMIT / 4);
        }
        assertTrue(slow.stream().isEnded());
    }

    @Test
    void aHostThatStopsInsideAPduIsEnded() {
        WireHost admin = world.wireAdmin();
        WireHost slow = world.wireIo(admin, 1);
        byte[] capsule = slow.capsule(WireHost.transport(2, 0, 1, BLOCK, 0), 5, new byte[0]);
        slow.stream().send(Arrays.copyOf(capsule, 30));
        world.simulation.runFor(TWICE);
        assertTrue(slow.stream().isEnded());
        assertEquals(1, world.usage().connections());
        assertEquals(0, world.usage().stashes());
    }

    @Test
    void idleQueuesAndSlowDevicesAreNoReasonToEndAConnection() {
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        world.simulation.runFor(10 * LIMIT);
        world.device.holding = true;
        int write = host.write(0, new byte[BLOCK], BLOCK);
        int read = host.read(0, 1, BLOCK);
        world.simulation.runFor(10 * LIMIT);
        assertFalse(host.stream().isEnded());
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, host.await(write).status());
        assertEquals(Status.SUCCESS, host.await(read).status());
        assertEquals(0, stalledPeers());
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnce() {
        List<WireStream> streams = new ArrayList<>();
        for (int i = 0; i < TargetWorld.OPTIONS.connections() + 5; i++) {
            streams.add(world.stream(world.portal));
        }
        world.simulation.runFor(100_000_000);
        assertEquals(5, streams.stream().filter(WireStream::isEnded).count());
        assertEquals(5, world.target.groupStatistics().getFirst().refusedCount());
        streams.forEach(WireStream::close);
        world.assertNothingIsLeft();
        world.wireAdmin();
    }

    @Test
    void acceptingGoesOnWhenDescriptorsAreFreeAgain() {
        WireHost admin = world.wireAdmin();
        world.targetHost.limitDescriptors(world.targetHost.openDescriptors() + 2);
        List<WireStream> streams = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            streams.add(world.stream(world.portal));
        }
        world.simulation.runFor(1_000_000_000);
        assertTrue(world.target.groupStatistics().getFirst().acceptFailureCount() > 0);
        world.targetHost.limitDescriptors(1000);
        world.simulation.runFor(1_000_000_000);
        assertEquals(0, streams.stream().filter(WireStream::isEnded).count());
        assertEquals(Status.SUCCESS, world.wireIo(admin, 1).await(1).status());
        assertEquals(7, world.usage().connections());
    }

    @Test
    void theTimeInWhichThisProcessStoodStillIsNotThePeers() {
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        byte[] capsule = host.capsule(WireHost.transport(2, 0, 1, BLOCK, 0), 5, new byte[0]);
        host.stream().send(Arrays.copyOf(capsule, 30));
        world.simulation.runFor(LIMIT / 4);
        world.participant.pause(TWICE);
        host.stream().send(Arrays.copyOfRange(capsule, 30, capsule.length));
        world.simulation.runFor(2 * TWICE);
        assertFalse(host.stream().isEnded());
        assertEquals(0, stalledPeers());
    }
}
