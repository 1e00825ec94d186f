package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AbortCommand;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import org.junit.jupiter.api.Test;

class AbortTest {
    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.admin();
    private final RawHost io = world.io(host, 1);

    private RawHost.Response abort(int queue, int commandId) {
        return host.call((to, base, id) -> AbortCommand.encode(to, base, id, queue, commandId));
    }

    private int startFlush() {
        return io.start((to, base, id) -> SubmissionEntry.encode(to, base, NvmOpcode.FLUSH, id, 1));
    }

    /** What the I/O queue has sent is with the target once this has been answered. */
    private void settle() {
        io.plain(AdminOpcode.FABRICS);
    }

    @Test
    void heldCommandIsRemovedAndNeverExecuted() {
        world.await(world.target.pause(TargetWorld.NQN));
        int flush = startFlush();
        settle();
        RawHost.Response response = abort(1, flush);
        assertEquals(Status.SUCCESS, response.status());
        assertEquals(0, response.dw0(), "aborted");
        assertEquals(Status.ABORT_REQUESTED, io.response(flush).status());
        world.await(world.target.resume(TargetWorld.NQN));
        settle();
        assertTrue(world.device.submitted.isEmpty(), "seen: " + world.device.submitted);
    }

    @Test
    void startedCommandGoesOn() {
        world.device.holding = true;
        int flush = startFlush();
        settle();
        assertEquals(AbortCommand.NOT_ABORTED, abort(1, flush).dw0());
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, io.response(flush).status());
    }

    @Test
    void commandOrQueueThatDoesNotExistIsNotAborted() {
        assertEquals(AbortCommand.NOT_ABORTED, abort(1, 4711).dw0());
        assertEquals(AbortCommand.NOT_ABORTED, abort(7, 1).dw0());
        assertEquals(AbortCommand.NOT_ABORTED, abort(0xffff, 1).dw0());
    }

    @Test
    void eventRequestCanBeAborted() {
        int request =
                host.start((to, base, id) ->
                        SubmissionEntry.encode(to, base, AdminOpcode.ASYNC_EVENT_REQUEST, id, 0));
        assertEquals(0, abort(0, request).dw0());
        assertEquals(Status.ABORT_REQUESTED, host.response(request).status());
    }

    @Test
    void heldHalfOfAFusedPairTakesTheOtherWithIt() {
        world.device.holding = true;
        int flush = startFlush();
        settle();
        int compare = startFused(NvmOpcode.COMPARE, SubmissionEntry.FUSE_FIRST);
        int write = startFused(NvmOpcode.WRITE, SubmissionEntry.FUSE_SECOND);
        settle();
        assertEquals(0, abort(1, compare).dw0());
        assertEquals(Status.ABORT_REQUESTED, io.response(compare).status());
        assertEquals(Status.ABORTED_FAILED_FUSED, io.response(write).status());
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, io.response(flush).status());
        assertEquals(Status.SUCCESS, io.response(startFlush()).status(), "the gate is open again");
    }

    private int startFused(int opcode, int part) {
        return io.start(
                (to, base, id) -> {
                    SubmissionEntry.encode(to, base, opcode, id, 1);
                    SubmissionEntry.setInCapsuleData(to, base, 4096);
                    SubmissionEntry.setFuse(to, base, part);
                },
                new byte[4096]);
    }
}
