package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.pool.journal.JournalWorld.Change;
import io.mayastor.engine.pool.journal.JournalWorld.Request;
import io.mayastor.engine.pool.journal.JournalWorld.Synced;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolSyncTest {
    private static final int CHUNKS = 4;

    private final JournalWorld world = new JournalWorld(1, 2, CHUNKS);

    @Test
    void manyWhoAskShareFewRounds() {
        List<Synced> synced = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            world.append(i, 1);
            synced.add(world.synchronise());
            world.simulation.runFor(1_000);
        }
        world.runUntil("all are told", () -> synced.stream().allMatch(Synced::isTold));
        synced.forEach(waiter -> assertEquals(0, waiter.status));
        assertTrue(world.sync.rounds() <= 3, "rounds: " + world.sync.rounds());
    }

    @Test
    void aRoundMakesDataAndRecordsDurableOnEveryDiskThatWasWritten() {
        Request write = world.request(Operation.WRITE, 20, 0, 65_536);
        Change change = world.append(1, 1);
        world.runUntil("both are done", () -> write.isDone() && change.isTold());
        assertNotEquals(0, world.disks.get(1).unflushedWrites());

        Synced synced = world.synchronise();
        world.runUntil("it is told", synced::isTold);
        assertEquals(0, world.disks.get(0).unflushedWrites());
        assertEquals(0, world.disks.get(1).unflushedWrites());
        assertEquals(1, world.journal.durableSequence());
        assertFalse(world.journal.hasUndurable());
    }

    @Test
    void itWaitsForRecordsThatAreNotComplete() {
        Change slow = world.new Change(1, 1, false);
        world.run(() -> world.journal.append(slow));
        world.runUntil("it is recorded", slow::isTold);
        Synced synced = world.synchronise();
        world.simulation.runFor(50_000_000);
        assertFalse(synced.isTold());
        world.run(() -> world.journal.complete(slow));
        world.runUntil("it is told", synced::isTold);
        assertEquals(0, synced.status);
    }

    @Test
    void aWriteThatCompletesDuringAFlushIsFlushedAgain() {
        world.disks
                .getFirst()
                .inject(DiskFault.every(Kind.FLUSH, new Effect.Delay(5_000_000)).atMost(1));
        Change first = world.append(1, 1);
        world.runUntil("it is recorded", first::isTold);
        Synced early = world.synchronise();
        world.simulation.runFor(200_000);
        Request write = world.request(Operation.WRITE, 3, 0, 4096);
        world.runUntil("it is written", write::isDone);
        assertFalse(early.isTold());
        Synced late = world.synchronise();
        world.runUntil("both are told", () -> early.isTold() && late.isTold());
        assertEquals(0, world.disks.getFirst().unflushedWrites());
    }

    @Test
    void whatIsDurableIsNamedSoDurablyBeforeUnitsMayBeOverwritten() {
        Change change = world.append(1, 1);
        world.runUntil("it is recorded", change::isTold);
        world.run(() -> world.sync.undurable().add(1, 0, 1, 1));
        Synced first = world.synchronise();
        world.runUntil("the first round ends", first::isTold);
        assertTrue(world.sync.undurable().contains(1, 0, 1));
        assertEquals(0, JournalWorld.read(world.disks.getFirst(), CHUNKS).durable);

        Synced second = world.synchronise();
        world.runUntil("the second round ends", second::isTold);
        assertFalse(world.sync.undurable().contains(1, 0, 1));
        assertEquals(1, JournalWorld.read(world.disks.getFirst(), CHUNKS).durable);
        assertEquals(0, world.disks.getFirst().unflushedWrites());

        long written = world.ring.position();
        Synced third = world.synchronise();
        world.runUntil("the third round ends", third::isTold);
        assertEquals(written, world.ring.position(), "nothing is left to name");
    }

    @Test
    void recordsBecomeDurableAndNamedByThemselves() {
        world.append(1, 1);
        world.simulation.runFor(1_500_000_000);
        assertEquals(1, world.journal.durableSequence());
        world.simulation.runFor(1_500_000_000);
        assertEquals(1, world.journal.namedSequence());
        long rounds = world.sync.rounds();
        world.simulation.runFor(10_000_000_000L);
        assertEquals(rounds, world.sync.rounds(), "then it rests");
    }

    @Test
    void aFailedFlushFaultsThePoolForGood() {
        Change change = world.append(1, 1);
        world.runUntil("it is recorded", change::isTold);
        world.disks.getFirst().inject(DiskFault.every(Kind.FLUSH, DiskFault.ioError()).atMost(1));
        Synced first = world.synchronise();
        world.runUntil("it is told", first::isTold);
        assertNotEquals(0, first.status);
        Synced second = world.synchronise();
        Change later = world.append(2, 1);
        Request write = world.request(Operation.WRITE, 3, 0, 4096);
        world.runUntil("all are told", () -> second.isTold() && later.isTold() && write.isDone());
        assertNotEquals(0, second.status);
        assertNotEquals(0, later.status);
        assertNotEquals(0, write.io.status);
        assertEquals(0, world.journal.durableSequence());
    }
}
