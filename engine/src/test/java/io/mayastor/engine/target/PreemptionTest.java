package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of commands under way when their host loses its rights. */
class PreemptionTest {
    private static final UUID WINNER = new UUID(0xa, 1);
    private static final UUID LOSER = new UUID(0xb, 2);
    private static final long WINNERS_KEY = 0xaaaa;
    private static final long LOSERS_KEY = 0xbbbb;
    private static final int ABORTED = Status.withDoNotRetry(Status.ABORTED_PREEMPT);
    private static final int CONFLICT = Status.withDoNotRetry(Status.RESERVATION_CONFLICT);

    private final TargetWorld world = new TargetWorld();
    private final ReservingHost winner = new ReservingHost(world, WINNER);
    private final ReservingHost loser = new ReservingHost(world, LOSER);

    PreemptionTest() {
        winner.register(WINNERS_KEY);
        loser.register(LOSERS_KEY);
        loser.acquire(LOSERS_KEY, ReservationType.WRITE_EXCLUSIVE);
    }

    private int startPreemptAndAbort() {
        return winner.startPreemptAndAbort(
                WINNERS_KEY, LOSERS_KEY, ReservationType.WRITE_EXCLUSIVE);
    }

    /** What a host has sent is with the target once this has been answered. */
    private static void settle(ReservingHost host) {
        host.io.plain(AdminOpcode.FABRICS);
    }

    @Test
    void preemptAndAbortIsAnsweredWhenTheDeviceIsDoneWithTheLosersCommands() {
        world.device.holding = true;
        int write = loser.startData(NvmOpcode.WRITE);
        settle(loser);
        int preempt = startPreemptAndAbort();
        settle(winner);
        assertFalse(winner.io.isAnswered(preempt), "answered before the loser's write had ended");
        assertEquals(CONFLICT, loser.data(NvmOpcode.WRITE), "a write after the preempt");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, winner.io.response(preempt).status());
        assertEquals(Status.SUCCESS, loser.io.response(write).status());
        assertEquals(List.of(BlockIo.Operation.WRITE), world.device.submitted);
    }

    @Test
    void commandsOfOtherHostsAreNeitherAbortedNorWaitedFor() {
        world.device.holding = true;
        int read = winner.startData(NvmOpcode.READ);
        settle(winner);
        int preempt = startPreemptAndAbort();
        assertEquals(Status.SUCCESS, winner.io.response(preempt).status());
        assertFalse(winner.io.isAnswered(read));
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, winner.io.response(read).status());
    }

    @Test
    void heldCommandsOfTheLoserAreAbortedEvenWhereItCouldStillRead() {
        world.await(world.target.pause(TargetWorld.NQN));
        int write = loser.startData(NvmOpcode.WRITE);
        int read = loser.startData(NvmOpcode.READ);
        settle(loser);
        assertEquals(Status.SUCCESS, winner.io.response(startPreemptAndAbort()).status());
        assertEquals(ABORTED, loser.io.response(write).status());
        assertEquals(ABORTED, loser.io.response(read).status());
        world.await(world.target.resume(TargetWorld.NQN));
        assertEquals(List.of(), world.device.submitted);
        assertEquals(Status.SUCCESS, winner.data(NvmOpcode.WRITE), "the gate is open");
    }

    @Test
    void aWriteThatWaitsForItsDataIsAbortedAndDoesNotHoldThePreemptUp() {
        loser.io.withholdData();
        int write = loser.startLargeWrite();
        settle(loser);
        assertEquals(1, loser.io.r2ts());
        assertEquals(Status.SUCCESS, winner.io.response(startPreemptAndAbort()).status());
        loser.io.sendWithheldData();
        assertEquals(ABORTED, loser.io.response(write).status());
        assertEquals(List.of(), world.device.submitted);
        world.await(world.target.pause(TargetWorld.NQN));
    }

    @Test
    void aWriteWhoseDataComesAfterAPlainPreemptConflicts() {
        loser.io.withholdData();
        int write = loser.startLargeWrite();
        settle(loser);
        assertEquals(
                Status.SUCCESS,
                winner.preempt(WINNERS_KEY, LOSERS_KEY, ReservationType.WRITE_EXCLUSIVE));
        loser.io.sendWithheldData();
        assertEquals(CONFLICT, loser.io.response(write).status());
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void aHeldWriteConflictsWhenItsHostIsPreemptedMeanwhile() {
        world.await(world.target.pause(TargetWorld.NQN));
        int write = loser.startData(NvmOpcode.WRITE);
        settle(loser);
        winner.preempt(WINNERS_KEY, LOSERS_KEY, ReservationType.WRITE_EXCLUSIVE);
        world.await(world.target.resume(TargetWorld.NQN));
        assertEquals(CONFLICT, loser.io.response(write).status());
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void aLostConnectionsWriteIsWaitedForToo() {
        world.device.holding = true;
        loser.startData(NvmOpcode.WRITE);
        settle(loser);
        loser.io.close();
        loser.admin.close();
        world.simulation.runUntil(
                "the loser is gone",
                () ->
                        world.await(world.target.describe(TargetWorld.NQN)).controllers().size()
                                == 1);
        int preempt = startPreemptAndAbort();
        settle(winner);
        assertFalse(winner.io.isAnswered(preempt));
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, winner.io.response(preempt).status());
        assertTrue(world.device.submitted.contains(BlockIo.Operation.WRITE));
    }
}
