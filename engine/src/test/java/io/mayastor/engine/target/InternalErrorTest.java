package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.engine.nvme.Status;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A mistake of ours costs one connection. */
class InternalErrorTest {
    private static final int BLOCK = 4096;
    private static final long LIMIT = TargetWorld.OPTIONS.stallNanos();

    private final TargetWorld world = new TargetWorld();
    private final WireHost admin = world.wireAdmin();

    private long internalErrors() {
        return world.target.groupStatistics().getFirst().internalErrorCount();
    }

    @Test
    void aDeviceThatThrowsEndsOnlyTheConnectionAndTheTargetStillStops() {
        WireHost victim = world.wireIo(admin, 1);
        WireHost other = world.wireIo(admin, 2);
        world.device.broken = true;
        victim.write(0, new byte[BLOCK], BLOCK);
        victim.awaitEnd();
        world.device.broken = false;
        assertEquals(1, internalErrors());
        assertEquals(Status.SUCCESS, other.await(other.read(0, 1, BLOCK)).status());
        assertFalse(other.stream().isEnded());
        world.await(world.target.stop());
        assertEquals(0, world.target.connectionCount());
    }

    @Test
    void aRequestThatCompletesAfterAllGivesItsBufferBack() {
        abandonOneWrite();
        assertEquals(BLOCK, world.reactor.arena().statistics().usedBytes());
        world.onReactor(world.device::releaseHeld);
        assertEquals(0, world.reactor.arena().statistics().usedBytes());
        assertEquals(1, world.usage().connections(), "the admin queue");
    }

    @Test
    void aPauseWaitsForAnAbandonedRequestAsLongAsItMayStillComplete() {
        abandonOneWrite();
        CompletableFuture<Void> paused = world.target.pause(TargetWorld.NQN);
        world.simulation.runFor(LIMIT / 2);
        assertFalse(paused.isDone());
        world.onReactor(world.device::releaseHeld);
        world.await(paused);
    }

    @Test
    void aPauseWaitsForAnAbandonedRequestNoLongerThanTheStallLimit() {
        abandonOneWrite();
        admin.stream().close();
        CompletableFuture<Void> paused = world.target.pause(TargetWorld.NQN);
        world.simulation.runFor(2 * LIMIT);
        world.await(paused);
        assertEquals(BLOCK, world.reactor.arena().statistics().usedBytes(), "still the device's");
        world.onReactor(world.device::releaseHeld);
        assertEquals(0, world.reactor.arena().statistics().usedBytes());
        assertEquals(1, internalErrors());
    }

    private void abandonOneWrite() {
        WireHost victim = world.wireIo(admin, 1);
        world.device.holding = true;
        world.device.brokenAfterwards = true;
        victim.write(0, new byte[BLOCK], BLOCK);
        victim.awaitEnd();
        world.device.brokenAfterwards = false;
    }
}
