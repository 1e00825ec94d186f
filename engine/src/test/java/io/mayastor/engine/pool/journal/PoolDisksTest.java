package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.journal.JournalWorld.Request;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import org.junit.jupiter.api.Test;

class PoolDisksTest {
    private static final long SECOND = 1_000_000_000;

    private final JournalWorld world = new JournalWorld(1, 3, 4);

    private DiskFault late(Kind kind, long seconds) {
        return DiskFault.every(kind, new Effect.Delay(seconds * SECOND)).atMost(1);
    }

    @Test
    void clustersLieOneBehindTheOtherOverTheDisks() {
        assertSame(world.poolDisks.disk(0), world.poolDisks.holder(14));
        assertSame(world.poolDisks.disk(1), world.poolDisks.holder(15));
        assertEquals(JournalWorld.MIB + 2L * JournalWorld.CLUSTER, world.poolDisks.byteOffset(17));
        assertEquals(null, world.poolDisks.holder(45));
        Request request = world.request(Operation.READ, 45, 0, 4096);
        assertEquals(Status.INTERNAL_PATH_ERROR, request.io.status);
        assertThrows(
                IllegalArgumentException.class,
                () -> world.request(Operation.READ, 1, JournalWorld.CLUSTER - 512, 4096));
    }

    @Test
    void aFailedReadIsCountedAndAFailedWriteFaultsTheDisk() {
        world.disks.get(1).inject(DiskFault.every(Kind.READ, DiskFault.ioError()).atMost(1));
        world.disks.get(1).inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()).atMost(1));
        Request read = world.request(Operation.READ, 16, 0, 4096);
        world.runUntil("the read ends", read::isDone);
        assertEquals(Status.UNRECOVERED_READ_ERROR, read.io.status);
        assertFalse(world.poolDisks.disk(1).isFaulted());

        Request write = world.request(Operation.WRITE, 16, 0, 4096);
        world.runUntil("the write ends", write::isDone);
        assertEquals(Status.WRITE_FAULT, write.io.status);
        assertTrue(world.poolDisks.disk(1).isFaulted());
        assertEquals(2, world.poolDisks.disk(1).ioErrors());
        assertEquals(Status.INTERNAL_ERROR, world.request(Operation.READ, 16, 0, 4096).io.status);
    }

    @Test
    void aSlowDiskIsSuspectedAndThenNotAnyMore() {
        world.disks.get(1).inject(late(Kind.READ, 5));
        Request read = world.request(Operation.READ, 16, 0, 4096);
        PoolDisk disk = world.poolDisks.disk(1);
        world.runUntil("the disk is suspected", disk::isStalled);
        assertFalse(read.isDone());
        world.runUntil("the read ends", read::isDone);
        world.runUntil("the disk is well again", () -> !disk.isStalled());
        assertEquals(1, disk.stalls());
        assertEquals(0, disk.ioErrors());
    }

    @Test
    void aDiskThatDoesNotAnswerFailsItsRequestsButKeepsTheirBuffers() {
        world.disks.get(1).inject(late(Kind.WRITE, 15));
        int ticket = world.run(() -> world.grace.enter());
        Request write = world.request(Operation.WRITE, 16, 0, 65_536);
        boolean[] graceIsOver = new boolean[1];
        world.run(() -> world.grace.afterCurrent(() -> graceIsOver[0] = true));
        world.runUntil("the write is given up", write::isDone);
        assertEquals(Status.INTERNAL_PATH_ERROR, write.io.status);
        PoolDisk disk = world.poolDisks.disk(1);
        assertTrue(disk.isStuck());
        assertEquals(
                Status.INTERNAL_PATH_ERROR,
                world.request(Operation.READ, 16, 0, 4096).io.status,
                "nothing is sent to it meanwhile");

        world.run(() -> {
            world.reactor.arena().free(write.io.address, 65_536);
            world.grace.leave(ticket);
        });
        long other = world.run(() -> world.reactor.arena().allocate(65_536));
        assertNotEquals(write.io.address, other, "the disk still reads it");
        assertFalse(graceIsOver[0], "its cluster is in use");

        world.runUntil("the disk has let go", () -> !disk.isStuck());
        assertTrue(graceIsOver[0]);
        assertEquals(write.io.address, world.run(() -> world.reactor.arena().allocate(65_536)));
        Request read = world.request(Operation.READ, 16, 0, 4096);
        world.runUntil("it is used again", read::isDone);
        assertEquals(0, read.io.status);
    }
}
