package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.engine.nvme.AbortCommand;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A paused subsystem holds data commands, and nothing else. */
class PauseTest {
    private static final int BLOCK = 4096;
    private static final byte[] DATA = TargetWorld.pattern(3, BLOCK);

    private final TargetWorld world = new TargetWorld();
    private final WireHost admin = world.wireAdmin();
    private final WireHost host = world.wireIo(admin, 1);

    private void pause() {
        world.await(world.target.pause(TargetWorld.NQN));
    }

    private void resume() {
        world.await(world.target.resume(TargetWorld.NQN));
    }

    @Test
    void dataCommandsAreHeldBeforeTheirR2t() {
        pause();
        int inCapsule = host.write(1, DATA, BLOCK);
        int byR2t = host.startByR2t(2, 4, BLOCK);
        int read = host.read(0, 1, BLOCK);
        world.simulation.runFor(1_000_000_000);
        assertFalse(host.hasR2t(byR2t), "R2T during the pause");
        assertEquals(0, host.answered() - 1, "answers during the pause");
        assertEquals(List.of(), world.device.submitted);
        resume();
        host.sendData(host.awaitR2t(byR2t), TargetWorld.pattern(4, 4 * BLOCK));
        assertEquals(Status.SUCCESS, host.await(byR2t).status());
        assertEquals(Status.SUCCESS, host.await(inCapsule).status());
        assertEquals(Status.SUCCESS, host.await(read).status());
        assertArrayEquals(DATA, world.device.content(1, 1));
    }

    @Test
    void heldCommandsGoOnInTheirOrder() {
        pause();
        byte[] last = TargetWorld.pattern(5, BLOCK);
        for (int seed = 10; seed < 20; seed++) {
            host.write(1, TargetWorld.pattern(seed, BLOCK), BLOCK);
        }
        int id = host.write(1, last, BLOCK);
        world.simulation.runFor(1_000_000);
        resume();
        assertEquals(Status.SUCCESS, host.await(id).status());
        assertArrayEquals(last, world.device.content(1, 1));
    }

    @Test
    void adminCommandsAndConnectsAreAnswered() {
        pause();
        int keepAlive =
                admin.start((to, base, id) ->
                        SubmissionEntry.encode(to, base, AdminOpcode.KEEP_ALIVE, id, 0));
        assertEquals(Status.SUCCESS, admin.await(keepAlive).status());
        int identify =
                admin.start((to, base, id) ->
                        IdentifyCommand.encode(to, base, id, 0, IdentifyCommand.CNS_CONTROLLER, 0));
        assertEquals(Status.SUCCESS, admin.await(identify).status());
        WireHost other = world.wireIo(admin, 2);
        world.wireIo(world.wireAdmin(), 1);
        assertFalse(other.stream().isEnded());
    }

    @Test
    void abortRemovesAHeldCommand() {
        pause();
        int held = host.write(1, DATA, BLOCK);
        world.simulation.runFor(1_000_000);
        int abort = admin.start((to, base, id) -> AbortCommand.encode(to, base, id, 1, held));
        WireHost.Answer answer = admin.await(abort);
        assertEquals(Status.SUCCESS, answer.status());
        assertEquals(0, answer.result() & 1, "bit 0 of DW0: not aborted");
        assertEquals(Status.ABORT_REQUESTED, host.await(held).status() & ~Status.DNR);
        resume();
        world.simulation.runFor(1_000_000);
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void pauseWaitsForWhatRunsAndForDataThatHasBeenAskedFor() {
        int write = host.startByR2t(2, 4, BLOCK);
        WirePdu request = host.awaitR2t(write);
        CompletableFuture<Void> paused = world.target.pause(TargetWorld.NQN);
        world.simulation.runFor(1_000_000);
        assertFalse(paused.isDone(), "paused while a write is on its way");
        host.sendData(request, TargetWorld.pattern(4, 4 * BLOCK));
        world.await(paused);
        assertEquals(Status.SUCCESS, host.await(write).status());
    }

    @Test
    void aPauseEndsAlthoughDataOfAWriteCameDamaged() {
        WireHost digested =
                world.wire(PduHeader.FLAG_DATA_DIGEST, 0).io(admin.controllerId(), 2, 32, false);
        int write = digested.startByR2t(2, 1, BLOCK);
        WirePdu request = digested.awaitR2t(write);
        byte[] pdu = digested.h2cData(write, request.transferTag(), 0, DATA, true);
        pdu[100] ^= 1;
        digested.stream().send(pdu);
        assertEquals(
                Status.TRANSIENT_TRANSPORT_ERROR, digested.await(write).status() & ~Status.DNR);
        pause();
        resume();
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void commandsHeldForALongTimeDoNotEndTheirConnection() {
        pause();
        int byR2t = host.startByR2t(2, 4, BLOCK);
        world.simulation.runFor(60_000_000_000L);
        resume();
        WirePdu request = host.awaitR2t(byR2t);
        world.simulation.runFor(5_000_000_000L);
        host.sendData(request, TargetWorld.pattern(4, 4 * BLOCK));
        assertEquals(Status.SUCCESS, host.await(byR2t).status());
    }

    @Test
    void heldCommandsOfALostConnectionAreNeverExecuted() {
        pause();
        host.write(1, DATA, BLOCK);
        host.startByR2t(2, 4, BLOCK);
        world.simulation.runFor(1_000_000);
        host.stream().close();
        world.simulation.runFor(1_000_000);
        resume();
        world.simulation.runFor(1_000_000);
        assertEquals(List.of(), world.device.submitted);
        admin.stream().close();
        world.assertNothingIsLeft();
    }
}
