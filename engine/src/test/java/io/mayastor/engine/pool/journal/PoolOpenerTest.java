package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.Rescannable;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.journal.JournalWorld.Synced;
import io.mayastor.engine.pool.journal.PoolWorld.UnitWrite;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import io.mayastor.engine.sim.Simulation;
import io.mayastor.engine.sim.Survival;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolOpenerTest {
    private static final int REGIONS = 200;

    static LongStream seeds() {
        return Simulation.seeds(16);
    }

    private static PoolWorld made(long seed, int disks) {
        PoolWorld world = new PoolWorld(seed, disks, 256);
        world.create();
        assertNull(world.failure);
        world.makeLayer(REGIONS);
        return world;
    }

    private static void written(PoolWorld world, int region, int seed) {
        UnitWrite write = world.write(region, seed);
        world.runUntil("the write ends", write::isDone);
        assertEquals(0, write.status);
    }

    @Test
    void aNewPoolIsThereAfterAnExport() {
        PoolWorld world = made(1, 2);
        written(world, 3, 33);
        assertTrue(world.close());

        world.kill();
        world.openOrThrow();
        assertEquals("pool-1", world.core.name());
        assertEquals(2, world.core.epoch());
        assertTrue(world.core.recovery().closedInOrder());
        assertEquals(0, world.core.recovery().records());
        assertEquals("", world.core.recovery().formerOwner());
        assertEquals(33, world.content(3));
        assertFalse(world.core.isDegraded());
    }

    @Test
    void aKilledProcessLosesNothingThatWasAcknowledged() {
        PoolWorld world = made(2, 1);
        for (int region = 0; region < 50; region++) {
            written(world, region, region + 1);
        }
        world.kill();
        world.openOrThrow();
        for (int region = 0; region < 50; region++) {
            assertEquals(region + 1, world.content(region));
        }
        assertEquals(0, world.core.recovery().unitsRolledBack());
    }

    @Test
    void aPoolOfAnotherNodeIsTakenOnlyOnRequest() {
        PoolWorld world = made(3, 1);
        world.kill();
        world.open("node-2", false);
        PoolOpenException refused = assertInstanceOf(PoolOpenException.class, world.failure);
        assertEquals(PoolOpenException.Kind.OWNED, refused.kind());
        assertTrue(refused.getMessage().contains("node-1"), refused.getMessage());
        world.open("node-2", true);
        assertNotNull(world.core);
        assertEquals("node-2", world.core.labels().any().owner());
    }

    @Test
    void disksWithoutAPoolAreRefused() {
        PoolWorld world = new PoolWorld(1, 1, 64);
        world.open();
        LoadException refused = assertInstanceOf(LoadException.class, world.failure);
        assertEquals(LoadException.Kind.NO_LABEL, refused.kind());
    }

    @Test
    void aDiskThatFailsLeavesNoPoolThatIsHalfMade() {
        PoolWorld world = new PoolWorld(1, 1, 64);
        world.disk(0).inject(DiskFault.every(Kind.FLUSH, DiskFault.ioError()));
        world.create();
        PoolOpenException failed = assertInstanceOf(PoolOpenException.class, world.failure);
        assertEquals(PoolOpenException.Kind.IO, failed.kind());
        world.disk(0).heal();
        world.kill();
        world.open();
        assertInstanceOf(LoadException.class, world.failure);
    }

    @Test
    void theJournalIsReallyWrittenWhenAPoolIsMade() {
        PoolWorld world = new PoolWorld(1, 1, 64);
        byte[] old = new byte[PoolWorld.MIB];
        Arrays.fill(old, (byte) 0x55);
        for (int at = 0; at < 8; at++) {
            world.disk(0).plant((long) at * PoolWorld.MIB + 4096, old);
        }
        world.create();
        assertNull(world.failure);
        int cluster = world.core.journal().ring().clusters(0)[0];
        long at = world.core.disks().byteOffset(cluster) + world.core.journal().ring().offset(0);
        for (byte value : world.disk(0).read(at, DiskLayout.CHUNK)) {
            assertEquals(0, value);
        }
    }

    @Test
    void checkpointsFreeTheJournalUnderLoad() {
        PoolWorld world = made(5, 1);
        long first = world.core.checkpointer().number();
        int regions = 0;
        while (world.core.checkpointer().number() < first + 3 && regions < REGIONS) {
            List<UnitWrite> writes = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                writes.add(world.write(regions, regions + 1));
                regions++;
            }
            world.runUntil("they end", () -> writes.stream().allMatch(UnitWrite::isDone));
            for (int i = 0; i < 40; i++) {
                PoolWorld.PutLayer put = world.new PutLayer(world.layer().record());
                world.run(() -> world.core.journal().append(put));
                world.runUntil("it is recorded", put::isDone);
            }
        }
        assertEquals(first + 3, world.core.checkpointer().number());
        world.kill();
        world.openOrThrow();
        for (int region = 0; region < regions; region++) {
            assertEquals(region + 1, world.content(region));
        }
    }

    @Test
    void aFailedPageOrRootFaultsThePool() {
        for (long from : new long[] {DiskLayout.rootOffset(0), DiskLayout.FIRST_CLUSTER}) {
            PoolWorld world = made(6, 1);
            written(world, 1, 1);
            Synced synced = world.synchronise();
            world.runUntil("it is durable", synced::isTold);
            world.disk(0)
                    .inject(
                            DiskFault.every(Kind.WRITE, DiskFault.ioError())
                                    .within(from, from + PoolWorld.MIB / 2));
            assertFalse(world.checkpoint() && !world.core.isFaulted());
            if (world.core.isFaulted()) {
                assertNotNull(world.core.faultReason());
                assertFalse(world.close());
            }
        }
    }

    @Test
    void closingAPoolWhoseDiskNeverAnswersEnds() {
        PoolWorld world = made(7, 1);
        written(world, 1, 1);
        world.disk(0).inject(DiskFault.every(Kind.WRITE, new Effect.Delay(Long.MAX_VALUE)));
        assertFalse(world.close());
        assertTrue(world.core.isFaulted());
    }

    @Test
    void aMetadataDiskThatFailsIsExcludedAndThePoolGoesOn() {
        PoolWorld world = made(8, 3);
        Synced synced = world.synchronise();
        world.runUntil("it is durable", synced::isTold);
        world.disk(2).inject(DiskFault.every(Kind.WRITE, DiskFault.ioError()));
        PoolWorld.PutLayer put =
                world.new PutLayer(world.layer().record().with().name("renamed").make());
        world.run(() -> world.core.journal().append(put));
        world.runUntil("it is recorded", put::isDone);
        assertFalse(world.core.isFaulted());
        assertTrue(world.core.isDegraded());
        assertTrue(world.checkpoint());
        assertEquals(2, world.core.metadata().metadataSpace().copies());

        world.disk(2).heal();
        world.cut(Survival.NONE);
        world.openOrThrow();
        assertEquals("renamed", world.layer().record().name());
        assertTrue(world.core.isDegraded());
        assertTrue(world.core.disks().disk(2).isFaulted());
    }

    @Test
    void aGrownDiskAndAnotherDiskGiveMoreClusters() {
        PoolWorld world = made(9, 2);
        long before = world.core.metadata().space().total();
        world.disk(0).resize(320L * PoolWorld.MIB);
        ((Rescannable) world.devices.get(0)).rescan();
        Boolean[] grown = new Boolean[1];
        world.simulation.runFor(1_000_000);
        world.run(() ->
                world.core.growth().grow(world.core.disks().disk(0), done -> grown[0] = done));
        world.runUntil("it has grown", () -> grown[0] != null);
        assertTrue(grown[0]);
        long larger = world.core.metadata().space().total();
        assertEquals(before + 64, larger);
        assertTrue(world.close());
        world.kill();
        world.openOrThrow();
        assertEquals(larger, world.core.metadata().space().total());
    }

    /** What may be found in a unit: the writes to it since the last one that must be there. */
    private static final class Unit {
        private final List<Integer> possible = new ArrayList<>(List.of(0));
        private UnitWrite last;

        boolean isIdle() {
            return last == null || last.isDone();
        }

        /** The content that is acknowledged now. */
        int acknowledged() {
            boolean done = last != null && last.isDone() && last.status == 0;
            return done ? last.seed : possible.getFirst();
        }

        void write(PoolWorld world, int region, int seed) {
            possible.add(seed);
            last = world.write(region, seed);
        }

        /** This content, or that of a later write. */
        void holds(int content) {
            int at = possible.indexOf(content);
            if (at > 0) {
                possible.subList(0, at).clear();
            }
        }

        void found(int[] contents, String what) {
            for (int content : contents) {
                assertTrue(possible.contains(content), what + ": " + content + " of " + possible);
            }
            possible.clear();
            Arrays.stream(contents).distinct().forEach(possible::add);
            last = null;
        }
    }

    /**
     * Several lives of a pool, each ended by a power cut or a kill at any moment, checkpoints and
     * openings included: what was synchronised is there, what was acknowledged is there after a
     * kill, and nothing else than what was written.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void noCutLosesWhatWasSynchronised(long seed) {
        int disks = 1 + (int) (seed % 3);
        PoolWorld world = new PoolWorld(seed, disks, 256, seed % 2 == 0 ? 512 : 4096);
        world.create();
        world.makeLayer(REGIONS);
        SplittableRandom random = world.simulation.stream("test");
        Synced made = world.synchronise();
        world.runUntil("the layer is durable", made::isTold);
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            units.add(new Unit());
        }
        int seeds = 1_000;
        for (int life = 0; life < 6; life++) {
            List<Synced> syncs = new ArrayList<>();
            List<int[]> covers = new ArrayList<>();
            for (int step = random.nextInt(2_000); step > 0; step--) {
                int region = random.nextInt(units.size());
                if (random.nextInt(10) == 0 && units.get(region).isIdle()) {
                    units.get(region).write(world, region, seeds++);
                }
                if (random.nextInt(60) == 0) {
                    covers.add(units.stream().mapToInt(Unit::acknowledged).toArray());
                    syncs.add(world.synchronise());
                }
                if (random.nextInt(300) == 0) {
                    world.run(() -> world.core.checkpointer().request(done -> {}));
                }
                world.simulation.step();
            }
            for (int i = 0; i < syncs.size(); i++) {
                for (int region = 0; syncs.get(i).isTold() && region < units.size(); region++) {
                    units.get(region).holds(covers.get(i)[region]);
                }
            }
            boolean interrupted = random.nextInt(3) == 0;
            if (random.nextInt(3) == 0) {
                if (!interrupted) {
                    units.forEach(unit -> unit.holds(unit.acknowledged()));
                }
                world.kill();
            } else {
                world.cut(Survival.random(random.split()));
            }
            if (interrupted) {
                interruptedOpening(world, random);
            }
            world.openOrThrow();
            for (int region = 0; region < units.size(); region++) {
                String what = "region %d in life %d".formatted(region, life);
                units.get(region).found(world.contents(region), what);
            }
        }
    }

    private static void interruptedOpening(PoolWorld world, SplittableRandom random) {
        world.startOpening("node-1", false);
        for (int i = random.nextInt(400); i > 0; i--) {
            world.simulation.step();
        }
        world.cut(Survival.random(random.split()));
    }
}
