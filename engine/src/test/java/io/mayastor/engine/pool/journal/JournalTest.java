package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.journal.JournalWorld.Change;
import io.mayastor.engine.pool.journal.JournalWorld.Found;
import io.mayastor.engine.pool.journal.JournalWorld.Synced;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.Simulation;
import io.mayastor.engine.sim.Survival;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalTest {
    private static final int CHUNKS = 4;
    private static final int LARGE = Journal.MAX_RECORD_BYTES / 16;

    private final JournalWorld world = new JournalWorld(1, 1, CHUNKS);

    static LongStream seeds() {
        return Simulation.seeds(5);
    }

    @Test
    void whatComesInOneTurnIsOneBlock() {
        List<Change> changes = new ArrayList<>();
        world.run(() -> {
            for (int i = 1; i <= 50; i++) {
                Change change = world.new Change(i, 2, true);
                changes.add(change);
                world.journal.append(change);
            }
        });
        world.runUntil("all are recorded", () -> changes.stream().allMatch(Change::isTold));
        Found found = JournalWorld.read(world.disks.getFirst(), CHUNKS);
        assertEquals(1, found.blocks);
        assertEquals(100, found.numbers.size());
        assertEquals(99, changes.getLast().sequence());
        assertEquals(100, world.journal.lastSequence());
    }

    @Test
    void anEntryLargerThanABlockOrUsedTwiceIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> world.append(1, LARGE + 1));
        Change change = world.append(1, 1);
        assertThrows(
                IllegalStateException.class, () -> world.run(() -> world.journal.append(change)));
    }

    @Test
    void recordsOfAFullRingWaitUntilARootMakesRoom() {
        List<Change> changes = new ArrayList<>();
        int[] asked = new int[1];
        world.journal.whenHalfUsed(() -> asked[0]++);
        for (int i = 0; i < 20; i++) {
            changes.add(world.append(i, LARGE));
        }
        world.simulation.runFor(100_000_000);
        long recorded = changes.stream().filter(Change::isTold).count();
        assertEquals(14, recorded, "blocks of 256 KiB in 4 MiB but for the reserve");
        assertNotEquals(0, asked[0]);

        world.run(
                () -> world.journal.freeUpTo(world.ring.position(), world.journal.lastSequence()));
        world.runUntil("all are recorded", () -> changes.stream().allMatch(Change::isTold));
    }

    @Test
    void theRingIsUsedAgainAndAgain() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 300; i++) {
            Change change = world.append(i, random.nextInt(1, LARGE));
            world.runUntil("it is recorded", change::isTold);
            assertEquals(0, change.status);
            if (world.ring.isHalfUsed()) {
                world.run(() ->
                        world.journal.freeUpTo(
                                world.ring.position(), world.journal.lastSequence()));
            }
        }
        assertTrue(world.ring.position() > 5L * CHUNKS * JournalWorld.MIB);
    }

    @Test
    void aHoldWaitsForWhatHasANumberAndKeepsTheRestBack() {
        Change slow = world.new Change(1, 1, false);
        world.run(() -> world.journal.append(slow));
        world.runUntil("it is recorded", slow::isTold);
        boolean[] quiet = new boolean[1];
        world.run(() -> world.journal.hold(() -> quiet[0] = true));
        Change later = world.append(2, 1);
        Change urgent = world.new Change(3, 1, true);
        world.run(() -> world.journal.appendUrgently(urgent));
        world.runUntil("the urgent one is recorded", urgent::isTold);
        world.simulation.runFor(10_000_000);
        assertFalse(later.isTold());
        assertFalse(quiet[0]);

        world.run(() -> world.journal.complete(slow));
        assertTrue(quiet[0]);
        world.run(() -> world.journal.release());
        world.runUntil("the later one is recorded", later::isTold);
        assertEquals(3, later.sequence());
    }

    @Test
    void aFailedWriteFaultsThePoolAndNobodyIsToldOfSuccess() {
        world.disks.getFirst().inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()));
        Change first = world.append(1, 1);
        world.runUntil("the first is told", first::isTold);
        Change second = world.append(2, 1);
        Synced synced = world.synchronise();
        world.runUntil("all are told", () -> second.isTold() && synced.isTold());
        assertNotEquals(0, first.status);
        assertNotEquals(0, second.status);
        assertNotEquals(0, synced.status);
        assertTrue(world.fault.isSet());
    }

    @Test
    void aWriteThatNeverReturnsIsGivenUp() {
        world.disks
                .getFirst()
                .inject(DiskFault.every(Kind.WRITE, new Effect.Delay(Long.MAX_VALUE)));
        Change change = world.append(1, 1);
        world.simulation.runFor(3_000_000_000L);
        assertTrue(world.poolDisks.all().getFirst().isStalled());
        assertFalse(change.isTold());
        world.runUntil("it is given up", change::isTold);
        assertNotEquals(0, change.status);
        assertTrue(world.fault.isSet());
    }

    @Test
    void aMetadataDiskThatFailsIsExcludedBeforeTheNextAcknowledgement() {
        JournalWorld three = new JournalWorld(1, 3, CHUNKS);
        three.disks.get(1).inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()));
        Change change = three.append(1, 1);
        three.runUntil("it is recorded", change::isTold);
        assertEquals(0, change.status);
        assertEquals(List.of(three.poolDisks.disk(1)), three.excluded);
        Change next = three.append(2, 1);
        three.runUntil("the next is recorded", next::isTold);
        for (int disk : new int[] {0, 2}) {
            assertEquals(List.of(1, 2), JournalWorld.read(three.disks.get(disk), CHUNKS).numbers);
        }
        assertFalse(three.fault.isSet());
    }

    /**
     * At many instants of a busy run, looks at what a power cut would leave: a prefix of the
     * records, at least those of the last synchronisation that was acknowledged, and no name for
     * what is not durable.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void aPowerCutLeavesAPrefixWithAllThatWasSynchronised(long seed) {
        JournalWorld busy = new JournalWorld(seed, 1, CHUNKS);
        SplittableRandom random = busy.simulation.stream("test");
        SimulatedDisk disk = busy.disks.getFirst();
        List<Integer> appended = new ArrayList<>();
        List<Synced> syncs = new ArrayList<>();
        List<Long> covers = new ArrayList<>();
        int number = 0;
        for (int step = 0; step < 1_000 && !busy.ring.isHalfUsed(); step++) {
            if (random.nextInt(4) == 0) {
                int records = random.nextInt(10) == 0 ? random.nextInt(1, 3_000) : 1;
                number++;
                for (int i = 0; i < records; i++) {
                    appended.add(number);
                }
                busy.append(number, records);
            }
            if (random.nextInt(20) == 0) {
                covers.add(busy.journal.completeSequence());
                syncs.add(busy.synchronise());
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                busy.simulation.step();
            }
            if (step % 10 == 0) {
                SimulatedDisk survivor = disk.afterPowerCut(Survival.random(random.split()));
                Found found = JournalWorld.read(survivor, CHUNKS);
                int size = found.numbers.size();
                assertEquals(appended.subList(0, size), found.numbers, "a prefix");
                for (int i = 0; i < syncs.size(); i++) {
                    if (syncs.get(i).isTold()) {
                        assertTrue(size >= covers.get(i), "synchronised: " + covers.get(i));
                    }
                }
                assertTrue(found.durable <= size, "named durable and lost");
            }
        }
        assertFalse(syncs.isEmpty());
    }
}
