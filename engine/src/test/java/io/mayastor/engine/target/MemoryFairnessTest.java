package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Memory and quotas go to whoever has waited the longest, however much it needs. */
class MemoryFairnessTest {
    private static final int BLOCK = 4096;
    private static final int SMALL_BLOCKS = 32;
    private static final int LARGE_BLOCKS = (1 << 20) / BLOCK;
    private static final long HOSTS_MEMORY = 15 << 20;
    private static final int ROUNDS = 16;

    private final TargetWorld world = new TargetWorld(FlowControlTest.options(16 << 20, 64 << 20));
    private final WireHost admin = world.wireAdmin();

    /** 128 KiB reads that the device does not answer, until hosts can have no more memory. */
    private void holdAllMemory() {
        world.device.holding = true;
        for (int queue = 1; queue <= 4; queue++) {
            WireHost host = world.wireIo(admin, queue);
            for (int i = 0; i < 30; i++) {
                host.read(0, SMALL_BLOCKS, BLOCK);
            }
            world.simulation.runFor(1_000_000);
        }
        assertEquals(HOSTS_MEMORY, world.usage().bufferedBytes());
    }

    /** Each round gives the memory of one small command back and starts another small one. */
    private List<Integer> startSmallOnesUntilTheLargeOneRuns(IntSupplier small) {
        List<Integer> started = new ArrayList<>();
        while (!world.device.holdsRequestOf(LARGE_BLOCKS)) {
            assertTrue(started.size() < ROUNDS, "later commands have got the memory instead");
            world.onReactor(world.device::releaseOne);
            started.add(small.getAsInt());
            world.simulation.runFor(1_000_000);
        }
        return started;
    }

    private void finish(WireHost host, List<Integer> commands) {
        world.onReactor(world.device::releaseHeld);
        for (int command : commands) {
            assertEquals(Status.SUCCESS, host.await(command).status());
        }
    }

    @Test
    void laterReadsDoNotTakeTheMemoryThatALargeReadWaitsFor() {
        holdAllMemory();
        WireHost large = world.wireIo(admin, 5);
        WireHost small = world.wireIo(admin, 6);
        int read = large.read(0, LARGE_BLOCKS, BLOCK);
        world.simulation.runFor(1_000_000);
        List<Integer> later =
                startSmallOnesUntilTheLargeOneRuns(() -> small.read(0, SMALL_BLOCKS, BLOCK));
        finish(small, later);
        assertEquals(1 << 20, large.await(read).data().length);
    }

    @Test
    void laterCapsulesDoNotTakeTheMemoryThatALargeReadWaitsFor() {
        holdAllMemory();
        WireHost large = world.wireIo(admin, 5);
        WireHost small = world.wireIo(admin, 6);
        int read = large.read(0, LARGE_BLOCKS, BLOCK);
        world.simulation.runFor(1_000_000);
        List<Integer> later =
                startSmallOnesUntilTheLargeOneRuns(() -> {
                    for (int i = 0; i < 3; i++) {
                        small.write(0, new byte[2 * BLOCK], BLOCK);
                    }
                    return small.write(0, new byte[2 * BLOCK], BLOCK);
                });
        finish(small, later);
        assertEquals(1 << 20, large.await(read).data().length);
    }

    @Test
    void aCapsuleThatWaitsIsServedBeforeLaterReads() {
        holdAllMemory();
        WireHost capsule = world.wireIo(admin, 5);
        WireHost large = world.wireIo(admin, 6);
        int write = capsule.write(7, TargetWorld.pattern(1, BLOCK), BLOCK);
        world.simulation.runFor(1_000_000);
        for (int i = 0; i < 16; i++) {
            large.read(0, SMALL_BLOCKS, BLOCK);
        }
        world.simulation.runFor(1_000_000);
        world.onReactor(world.device::releaseOne);
        world.simulation.runFor(1_000_000);
        assertTrue(world.device.holdsRequestOf(1), "later reads have got the memory instead");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, capsule.await(write).status());
    }

    @Test
    void verifyWaitsForMemoryLikeAnyOther() {
        holdAllMemory();
        WireHost host = world.wireIo(admin, 5);
        int verify = host.range(NvmOpcode.VERIFY, 0, LARGE_BLOCKS, 0);
        world.simulation.runFor(1_000_000);
        assertFalse(host.isAnswered(verify), "answered without memory");
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, host.await(verify).status());
    }

    @Test
    void aCommandOfTheSameQueueWaitsBehindOneThatIsOverTheQuota() {
        TargetWorld narrow = new TargetWorld(FlowControlTest.options(16 << 20, 1 << 20));
        WireHost host = narrow.wireIo(narrow.wireAdmin(), 1);
        int half = host.startByR2t(0, LARGE_BLOCKS / 2, BLOCK);
        WirePdu request = host.awaitR2t(half);
        int whole = host.writeByR2t(0, new byte[1 << 20], BLOCK);
        int small = host.startByR2t(0, 4, BLOCK);
        narrow.simulation.runFor(10_000_000);
        assertFalse(host.hasR2t(small), "R2T before that of the command before it");
        host.sendData(request, new byte[1 << 19]);
        assertEquals(Status.SUCCESS, host.await(whole).status());
        host.sendData(host.awaitR2t(small), new byte[4 * BLOCK]);
        assertEquals(Status.SUCCESS, host.await(small).status());
    }

    @Test
    void aConnectionThatEndsWhileItWaitsKeepsNobodyBehindIt() {
        holdAllMemory();
        WireHost large = world.wireIo(admin, 5);
        WireHost capsule = world.wireIo(admin, 6);
        WireHost patient = world.wireIo(admin, 7);
        large.read(0, LARGE_BLOCKS, BLOCK);
        capsule.write(7, new byte[BLOCK], BLOCK);
        world.simulation.runFor(1_000_000);
        int read = patient.read(0, 1, BLOCK);
        int write = patient.write(8, new byte[BLOCK], BLOCK);
        world.simulation.runFor(1_000_000);
        large.stream().close();
        capsule.stream().close();
        world.simulation.runFor(1_000_000);
        world.onReactor(world.device::releaseHeld);
        assertEquals(Status.SUCCESS, patient.await(read).status());
        assertEquals(Status.SUCCESS, patient.await(write).status());
        for (WireHost each : List.of(admin, patient)) {
            each.stream().close();
        }
    }
}
