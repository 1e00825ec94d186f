package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the target takes on at a time: slots, quotas, memory, and who waits for what. */
class FlowControlTest {
    private static final int BLOCK = 4096;
    private static final int MIB_BLOCKS = (1 << 20) / BLOCK;

    static TargetOptions options(long r2tBytes, long connectionBytes) {
        return new TargetOptions(
                128,
                8,
                8192,
                8,
                64,
                16,
                64 << 10,
                r2tBytes,
                connectionBytes,
                64 << 20,
                1 << 20,
                30_000_000_000L,
                24 * 3600 * 1000,
                RetryDelays.NONE);
    }

    @Test
    void aCommandBeyondTheQueueIsNotReadAndNotRefused() {
        TargetWorld world = new TargetWorld();
        WireHost admin = world.wireAdmin();
        WireHost host = world.wire().io(admin.controllerId(), 1, 4, false);
        world.device.holding = true;
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ids.add(host.read(i, 1, BLOCK));
        }
        world.simulation.runFor(10_000_000);
        assertEquals(4, world.device.heldRequests(), "commands taken from a queue of 4 entries");
        assertEquals(1, world.usage().stalledConnections());
        world.onReactor(world.device::releaseHeld);
        for (int id : ids) {
            assertEquals(Status.SUCCESS, host.await(id).status());
        }
    }

    @Test
    void dataIsAskedForOnlyAsFarAsTheReactorMayAsk() {
        TargetWorld world = new TargetWorld(options(2 << 20, 8 << 20));
        WireHost admin = world.wireAdmin();
        WireHost one = world.wireIo(admin, 1);
        WireHost two = world.wireIo(admin, 2);
        int first = one.startByR2t(0, MIB_BLOCKS, BLOCK);
        int second = one.startByR2t(MIB_BLOCKS, MIB_BLOCKS, BLOCK);
        one.awaitR2t(first);
        one.awaitR2t(second);
        int third = two.startByR2t(2 * MIB_BLOCKS, 4, BLOCK);
        world.simulation.runFor(10_000_000);
        assertFalse(two.hasR2t(third), "R2T beyond the quota");
        assertEquals(2 << 20, world.usage().requestedBytes());
        assertEquals(2 << 20, world.usage().bufferedBytes());
        byte[] data = TargetWorld.pattern(1, 1 << 20);
        one.sendData(one.awaitR2t(first), data);
        two.sendData(two.awaitR2t(third), new byte[4 * BLOCK]);
        assertEquals(Status.SUCCESS, one.await(first).status());
        assertEquals(Status.SUCCESS, two.await(third).status());
        assertArrayEquals(data, world.device.content(0, MIB_BLOCKS));
    }

    @Test
    void oneConnectionHoldsNoMoreThanItsQuota() {
        TargetWorld world = new TargetWorld(options(16 << 20, 1 << 20));
        WireHost admin = world.wireAdmin();
        WireHost host = world.wireIo(admin, 1);
        WireHost other = world.wireIo(admin, 2);
        int first = host.startByR2t(0, MIB_BLOCKS, BLOCK);
        host.awaitR2t(first);
        int second = host.startByR2t(MIB_BLOCKS, 4, BLOCK);
        int elsewhere = other.startByR2t(MIB_BLOCKS, 4, BLOCK);
        other.awaitR2t(elsewhere);
        assertFalse(host.hasR2t(second), "R2T beyond the connection's quota");
        host.sendData(host.awaitR2t(first), new byte[1 << 20]);
        host.sendData(host.awaitR2t(second), new byte[4 * BLOCK]);
        assertEquals(Status.SUCCESS, host.await(second).status());
    }

    @Test
    void aCapsuleIsTakenAlthoughTheQuotaIsHeldByDataThatComesBehindIt() {
        TargetWorld world = new TargetWorld(options(16 << 20, 1 << 20));
        WireHost host = world.wireIo(world.wireAdmin(), 1);
        int large = host.startByR2t(0, MIB_BLOCKS, BLOCK);
        WirePdu request = host.awaitR2t(large);
        int small = host.write(500, TargetWorld.pattern(5, BLOCK), BLOCK);
        host.sendData(request, new byte[1 << 20]);
        assertEquals(Status.SUCCESS, host.await(small).status());
        assertEquals(Status.SUCCESS, host.await(large).status());
    }

    @Test
    void hostsNeverGetTheReserveNorAllMemoryByR2t() {
        // The arena has 16 MiB; this asks for more than it has.
        TargetWorld world = new TargetWorld(options(64 << 20, 64 << 20));
        WireHost admin = world.wireAdmin();
        List<WireHost> hosts = new ArrayList<>();
        List<Integer> writes = new ArrayList<>();
        for (int queue = 1; queue <= 4; queue++) {
            WireHost host = world.wireIo(admin, queue);
            for (int i = 0; i < 8; i++) {
                hosts.add(host);
                writes.add(host.startByR2t(0, MIB_BLOCKS, BLOCK));
            }
        }
        world.simulation.runFor(100_000_000);
        assertTrue(world.usage().requestedBytes() <= 8 << 20, world.usage().toString());
        // What comes unasked still finds room, although the data asked for lies behind it.
        for (int queue = 0; queue < 4; queue++) {
            WireHost host = hosts.get(queue * 8);
            int small = host.write(900, TargetWorld.pattern(queue, BLOCK), BLOCK);
            assertEquals(Status.SUCCESS, host.await(small).status());
        }
        for (int i = 0; i < writes.size(); i++) {
            WireHost host = hosts.get(i);
            host.sendData(host.awaitR2t(writes.get(i)), new byte[1 << 20]);
            assertEquals(Status.SUCCESS, host.await(writes.get(i)).status());
        }
    }

    @Test
    void readsWaitForMemoryAndGoOn() {
        TargetWorld world = new TargetWorld(options(16 << 20, 64 << 20));
        WireHost host = world.wireIo(world.wireAdmin(), 1);
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            reads.add(host.read(0, MIB_BLOCKS, BLOCK));
        }
        for (int read : reads) {
            assertEquals(1 << 20, host.await(read).data().length);
        }
        assertTrue(
                world.reactor.arena().statistics().peakBytes() <= 15 << 20,
                "hosts got the reserve of 1 MiB");
        assertTrue(
                world.reactor.arena().statistics().refusedCount() > 0,
                "the test asked for no more than there is");
    }

    @Test
    void anIdleConnectionHoldsNoBuffers() {
        TargetWorld world = new TargetWorld();
        WireHost admin = world.wireAdmin();
        for (int queue = 1; queue <= 8; queue++) {
            WireHost host = world.wireIo(admin, queue);
            host.await(host.read(0, 4, BLOCK));
            host.await(host.writeByR2t(0, new byte[8 * BLOCK], BLOCK));
        }
        world.simulation.runFor(1_000_000);
        assertEquals(new GroupUsage(9, 0, 0, 0, 0, 0, 0, 0, 0), world.usage());
        assertEquals(0, world.reactor.arena().statistics().usedBytes());
    }
}
