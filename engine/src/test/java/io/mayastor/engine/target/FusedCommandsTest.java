package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Compare and Write as one (Base 2.0 §3.4.2). */
class FusedCommandsTest {
    private static final int BLOCK = 4096;
    private static final byte[] ZEROS = new byte[BLOCK];
    private static final byte[] NEW = TargetWorld.pattern(7, BLOCK);

    private final TargetWorld world = new TargetWorld();
    private final WireHost admin = world.wireAdmin();
    private final WireHost host = world.wireIo(admin, 1);

    private int compare(byte[] expected) {
        return half(NvmOpcode.COMPARE, SubmissionEntry.FUSE_FIRST, 5, expected);
    }

    private int write(byte[] data) {
        return half(NvmOpcode.WRITE, SubmissionEntry.FUSE_SECOND, 5, data);
    }

    private int half(int opcode, int fuse, long block, byte[] data) {
        return host.start(
                WireHost.fused(WireHost.inCapsule(opcode, block, 1, 0, data.length), fuse), data);
    }

    private int status(int command) {
        return host.await(command).status() & ~Status.DNR;
    }

    @Test
    void writesWhenTheCompareSucceeds() {
        int compare = compare(ZEROS);
        int write = write(NEW);
        assertEquals(Status.SUCCESS, status(compare));
        assertEquals(Status.SUCCESS, status(write));
        assertArrayEquals(NEW, world.device.content(5, 1));
    }

    @Test
    void doesNotWriteWhenTheCompareFails() {
        int compare = compare(NEW);
        int write = write(NEW);
        assertEquals(Status.COMPARE_FAILURE, status(compare));
        assertEquals(Status.ABORTED_FAILED_FUSED, status(write));
        assertArrayEquals(ZEROS, world.device.content(5, 1));
    }

    @Test
    void dataOfBothHalvesMayComeByR2t() {
        int compare =
                host.start(
                        WireHost.fused(
                                WireHost.transport(NvmOpcode.COMPARE, 5, 1, BLOCK, 0),
                                SubmissionEntry.FUSE_FIRST));
        int write =
                host.start(
                        WireHost.fused(
                                WireHost.transport(NvmOpcode.WRITE, 5, 1, BLOCK, 0),
                                SubmissionEntry.FUSE_SECOND));
        host.sendData(host.awaitR2t(compare), ZEROS);
        host.sendData(host.awaitR2t(write), NEW);
        assertEquals(Status.SUCCESS, status(compare));
        assertEquals(Status.SUCCESS, status(write));
        assertArrayEquals(NEW, world.device.content(5, 1));
    }

    @Test
    void nothingElseRunsBetweenCompareAndWrite() {
        world.device.holding = true;
        int compare = compare(ZEROS);
        int write = write(NEW);
        WireHost other = world.wireIo(admin, 2);
        int rival = other.write(5, TargetWorld.pattern(8, BLOCK), BLOCK);
        world.simulation.runUntil("the compare runs", () -> world.device.heldRequests() == 1);
        world.simulation.runFor(1_000_000);
        assertEquals(List.of(BlockIo.Operation.COMPARE), world.device.submitted);
        world.onReactor(world.device::releaseOne);
        world.simulation.runFor(1_000_000);
        assertEquals(
                List.of(BlockIo.Operation.COMPARE, BlockIo.Operation.WRITE),
                world.device.submitted);
        assertFalse(other.isAnswered(rival));
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, status(compare));
        assertEquals(Status.SUCCESS, status(write));
        assertEquals(Status.SUCCESS, other.await(rival).status());
    }

    @Test
    void firstHalfIsAbortedWhenAnotherCommandFollows() {
        int compare = compare(ZEROS);
        int read = host.read(0, 1, BLOCK);
        assertEquals(Status.ABORTED_MISSING_FUSED, status(compare));
        assertEquals(Status.SUCCESS, status(read));
    }

    @Test
    void firstHalfIsAbortedWhenAWrongCommandFollows() {
        int compare = compare(ZEROS);
        int wrong = host.range(0x7d, 0, 1, 0);
        assertEquals(Status.INVALID_OPCODE, status(wrong));
        assertEquals(Status.ABORTED_MISSING_FUSED, status(compare));
        int write = write(NEW);
        assertEquals(Status.ABORTED_MISSING_FUSED, status(write));
        assertArrayEquals(ZEROS, world.device.content(5, 1));
    }

    @Test
    void firstHalfIsAbortedWhenTheSecondIsWrong() {
        int compare = compare(ZEROS);
        int write = half(NvmOpcode.WRITE, SubmissionEntry.FUSE_SECOND, 1L << 40, NEW);
        assertEquals(Status.LBA_OUT_OF_RANGE, status(write));
        assertEquals(Status.ABORTED_FAILED_FUSED, status(compare));
    }

    @Test
    void firstHalfIsAbortedWhenTheSecondHasAWrongDescriptor() {
        int compare = compare(ZEROS);
        int write =
                host.start(
                        WireHost.fused(
                                (to, base, id) -> {
                                    WireHost.inCapsule(NvmOpcode.WRITE, 5, 1, 0, 512)
                                            .write(to, base, id);
                                },
                                SubmissionEntry.FUSE_SECOND),
                        NEW);
        assertEquals(Status.DATA_SGL_LENGTH_INVALID, status(write));
        assertEquals(Status.ABORTED_FAILED_FUSED, status(compare));
    }

    @Test
    void secondHalfAloneIsAborted() {
        assertEquals(Status.ABORTED_MISSING_FUSED, status(write(NEW)));
    }

    @Test
    void halvesOfDifferentRangesAreRefused() {
        int compare = compare(ZEROS);
        int write = half(NvmOpcode.WRITE, SubmissionEntry.FUSE_SECOND, 6, NEW);
        assertEquals(Status.INVALID_FIELD, status(compare));
        assertEquals(Status.INVALID_FIELD, status(write));
    }

    @Test
    void otherCommandsCanNotBeFused() {
        assertEquals(
                Status.INVALID_FIELD,
                status(half(NvmOpcode.WRITE, SubmissionEntry.FUSE_FIRST, 5, NEW)));
        assertEquals(Status.INVALID_FIELD, status(half(NvmOpcode.WRITE, 3, 5, NEW)));
    }

    @Test
    void aPairThatComesDuringAPauseWaitsForItsEnd() {
        world.await(world.target.pause(TargetWorld.NQN));
        int compare = compare(ZEROS);
        int write = write(NEW);
        world.simulation.runFor(10_000_000);
        assertEquals(List.of(), world.device.submitted, "what ran during the pause");
        world.await(world.target.resume(TargetWorld.NQN));
        assertEquals(Status.SUCCESS, status(compare));
        assertEquals(Status.SUCCESS, status(write));
    }

    @Test
    void aFirstHalfKeepsItsPlaceWhenHeldCommandsGoOn() {
        world.await(world.target.pause(TargetWorld.NQN));
        int held = host.write(9, NEW, BLOCK);
        int compare = compare(ZEROS);
        world.simulation.runFor(10_000_000);
        world.await(world.target.resume(TargetWorld.NQN));
        assertEquals(Status.SUCCESS, status(held));
        int write = write(NEW);
        assertEquals(Status.SUCCESS, status(compare));
        assertEquals(Status.SUCCESS, status(write));
    }

    @Test
    void aPauseDuringAPairWaitsForBothHalves() {
        world.device.holding = true;
        int compare = compare(ZEROS);
        int write = write(NEW);
        world.simulation.runUntil("the compare runs", () -> world.device.heldRequests() == 1);
        CompletableFuture<Void> paused = world.target.pause(TargetWorld.NQN);
        world.simulation.runFor(1_000_000);
        world.onReactor(world.device::releaseOne);
        world.simulation.runFor(1_000_000);
        assertFalse(paused.isDone(), "paused between the halves");
        world.onReactor(world.device::releaseHeld);
        world.await(paused);
        assertEquals(Status.SUCCESS, status(compare));
        assertEquals(Status.SUCCESS, status(write));
        world.await(world.target.resume(TargetWorld.NQN));
        assertEquals(Status.SUCCESS, status(host.read(0, 1, BLOCK)));
    }

    @Test
    void theWriteIsNotExecutedWhenTheConnectionIsLostDuringTheCompare() {
        world.device.holding = true;
        compare(ZEROS);
        write(NEW);
        world.simulation.runUntil("the compare runs", () -> world.device.heldRequests() == 1);
        host.stream().close();
        world.simulation.runFor(1_000_000);
        world.onReactor(world.device::releaseHeld);
        world.simulation.runFor(1_000_000);
        assertEquals(List.of(BlockIo.Operation.COMPARE), world.device.submitted);
        assertTrue(world.usage().commands() == 0, "command slots in use");
        WireHost next = world.wireIo(admin, 2);
        assertEquals(Status.SUCCESS, next.await(next.read(0, 1, BLOCK)).status());
    }

    @Test
    void aPairThatWaitsForItsTurnIsDroppedWithItsConnection() {
        world.device.holding = true;
        WireHost other = world.wireIo(admin, 2);
        int running = other.read(0, 1, BLOCK);
        world.simulation.runUntil("a read runs", () -> world.device.heldRequests() == 1);
        compare(ZEROS);
        write(NEW);
        world.simulation.runFor(1_000_000);
        host.stream().close();
        world.simulation.runFor(1_000_000);
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, other.await(running).status());
        assertEquals(Status.SUCCESS, other.await(other.read(0, 1, BLOCK)).status());
        assertEquals(
                List.of(BlockIo.Operation.READ, BlockIo.Operation.READ), world.device.submitted);
    }

    @Test
    void aCommandHeldBehindAPairOfTheSameConnectionIsNotExecutedWhenItIsLost() {
        int compare =
                host.start(
                        WireHost.fused(
                                WireHost.transport(NvmOpcode.COMPARE, 5, 1, BLOCK, 0),
                                SubmissionEntry.FUSE_FIRST));
        write(NEW);
        host.awaitR2t(compare);
        host.write(9, NEW, BLOCK);
        world.simulation.runFor(1_000_000);
        host.stream().close();
        world.simulation.runFor(10_000_000);
        assertEquals(List.of(), world.device.submitted, "executed after the connection had ended");
        assertEquals(0, world.usage().commands(), "command slots in use");
    }

    @Test
    void aPairIsNotExecutedByTheEndOfItsOwnConnection() {
        int pending = host.startByR2t(20, 1, BLOCK);
        host.awaitR2t(pending);
        compare(ZEROS);
        write(NEW);
        world.simulation.runFor(1_000_000);
        host.stream().close();
        world.simulation.runFor(10_000_000);
        assertEquals(List.of(), world.device.submitted, "executed after the connection had ended");
    }

    @Test
    void nothingIsLeftOfAbortedAndLostPairs() {
        compare(ZEROS);
        world.simulation.runFor(1_000_000);
        host.stream().close();
        admin.stream().close();
        world.assertNothingIsLeft();
    }
}
