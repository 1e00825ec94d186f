package io.mayastor.engine.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel.OpenMode;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
    private static final int SECTOR = SimulatedDisk.SECTOR;
    private static final int SECTORS = 32;

    private final Simulation simulation = new Simulation(1);
    private final SimulatedNetwork network =
            new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
    private final SimulatedDisk disk = SimulatedDisk.blockDevice((long) SECTORS * SECTOR, SECTOR);
    private final SimulatedKernel kernel = network.addHost("10.0.0.1").attach("/dev/sda", disk);
    private final Blocking ring = new Blocking(kernel.newRing(RingOptions.DEFAULT));
    private int file;

    @BeforeEach
    void open() throws IOException {
        file = kernel.open("/dev/sda", new OpenMode(true, true, false));
    }

    @Test
    void aCompletedWriteIsReadButMayBeLostWithoutFlush() {
        assertEquals(SECTOR, ring.write(file, 0, sectors(1, 'a'), 0));
        assertArrayEquals(sectors(1, 'a'), ring.read(file, 0, SECTOR));
        assertArrayEquals(sectors(1, 0), disk.afterPowerCut(Survival.NONE).read(0, SECTOR));
        assertArrayEquals(sectors(1, 'a'), disk.afterPowerCut(Survival.ALL).read(0, SECTOR));
    }

    @Test
    void aFlushedWriteSurvives() {
        ring.write(file, 0, sectors(2, 'a'), 0);
        assertEquals(0, ring.fsync(file));
        assertArrayEquals(sectors(2, 'a'), disk.afterPowerCut(Survival.NONE).read(0, 2 * SECTOR));
    }

    @Test
    void aDurableWriteSurvivesAndBuriesWhatItOverwrote() {
        ring.write(file, 0, sectors(2, 'a'), 0);
        ring.write(file, SECTOR, sectors(1, 'b'), Ring.DSYNC);
        assertEquals(1, disk.unflushedWrites());
        byte[] all = disk.afterPowerCut(Survival.ALL).read(0, 2 * SECTOR);
        assertEquals('a', all[0]);
        assertEquals('b', all[SECTOR]);
        byte[] none = disk.afterPowerCut(Survival.NONE).read(0, 2 * SECTOR);
        assertEquals(0, none[0]);
        assertEquals('b', none[SECTOR]);
    }

    @Test
    void aFlushCoversOnlyWhatWasCompleteWhenItWasAskedFor() {
        int[] flushed = {-1};
        ring.ring().fsync(file, true, (result, _) -> flushed[0] = result);
        ring.ring().turn(0);
        disk.withProfile(new DiskProfile(0, 0, 0, 0, 1));
        ring.write(file, 0, sectors(1, 'a'), 0);
        ring.awaitUntil(() -> flushed[0] == 0);
        assertEquals(0, disk.afterPowerCut(Survival.NONE).read(0, 1)[0]);
    }

    @Test
    void afterAFailedFlushNoLaterFlushMakesItsWritesDurable() {
        ring.write(file, 0, sectors(1, 'a'), 0);
        disk.inject(DiskFault.every(DiskFault.Kind.FLUSH, DiskFault.ioError()).atMost(1));
        assertEquals(-Errno.EIO, ring.fsync(file));
        assertEquals(0, ring.fsync(file));
        assertEquals('a', ring.read(file, 0, SECTOR)[0]);
        assertEquals(0, disk.afterPowerCut(Survival.NONE).read(0, 1)[0]);
    }

    @Test
    void aWriteInFlightMayTearAtSectors() {
        ring.startWrite(file, 0, sectors(8, 'a'), Ring.DSYNC, (_, _) -> {});
        ring.ring().turn(0);
        assertEquals(1, disk.undecidedWrites());
        Set<String> outcomes = new HashSet<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            outcomes.add(
                    Arrays.toString(firstBytes(disk.afterPowerCut(Survival.random(random)), 8)));
        }
        assertTrue(outcomes.size() > 20, "outcomes: " + outcomes.size());
    }

    @Test
    void whatSurvivesIsAlwaysOneOfTheLegalOutcomes() {
        for (long seed : Simulation.seeds(200).toArray()) {
            checkLegalOutcomes(seed);
        }
    }

    /**
     * Each sector may hold its last durable content or anything written to it since; nothing else.
     */
    private static void checkLegalOutcomes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedDisk disk = SimulatedDisk.blockDevice((long) SECTORS * SECTOR, SECTOR);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Set<Byte>[] allowed = new Set[SECTORS];
        Arrays.setAll(allowed, _ -> new HashSet<>(Set.of((byte) 0)));
        byte[] last = new byte[SECTORS];
        for (int step = 1; step <= 40; step++) {
            int first = random.nextInt(SECTORS);
            int count = 1 + random.nextInt(SECTORS - first);
            int kind = random.nextInt(10);
            if (kind == 0) {
                disk.flush(disk.flushMark());
                for (int sector = 0; sector < SECTORS; sector++) {
                    allowed[sector] = new HashSet<>(Set.of(last[sector]));
                }
                continue;
            }
            byte content = kind == 1 ? 0 : (byte) step;
            boolean durable = kind == 2;
            if (kind == 1) {
                disk.clear((long) first * SECTOR, (long) count * SECTOR);
            } else {
                disk.store((long) first * SECTOR, sectors(count, content), durable);
            }
            for (int sector = first; sector < first + count; sector++) {
                if (durable) {
                    allowed[sector].clear();
                }
                allowed[sector].add(content);
                last[sector] = content;
            }
        }
        assertArrayEquals(last, firstBytes(disk, SECTORS), "seed " + seed);
        for (int outcome = 0; outcome < 20; outcome++) {
            byte[] survived = firstBytes(disk.afterPowerCut(Survival.random(random)), SECTORS);
            for (int sector = 0; sector < SECTORS; sector++) {
                assertTrue(
                        allowed[sector].contains(survived[sector]),
                        "seed "
                                + seed
                                + ", sector "
                                + sector
                                + " holds "
                                + survived[sector]
                                + ", allowed "
                                + allowed[sector]);
            }
        }
    }

    @Test
    void aPunchInFlightMayBeHalfDone() {
        ring.write(file, 0, sectors(8, 'a'), Ring.DSYNC);
        ring.ring().fallocate(file, Ring.PUNCH_HOLE, 0, 8 * SECTOR, (_, _) -> {});
        ring.ring().turn(0);
        byte[] survived = firstBytes(disk.afterPowerCut((_, block) -> block < 3), 8);
        assertArrayEquals(new byte[] {0, 0, 0, 'a', 'a', 'a', 'a', 'a'}, survived);
    }

    @Test
    void aBlockOfABlockDeviceNeverTears() {
        SimulatedDisk large = SimulatedDisk.blockDevice(1 << 20, 4096);
        large.store(4096, sectors(16, 'a'), false);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            byte[] survived = firstBytes(large.afterPowerCut(Survival.random(random)), 24);
            for (int sector = 0; sector < 24; sector++) {
                assertEquals(survived[sector / 8 * 8], survived[sector]);
            }
        }
    }

    @Test
    void everyPrefixOfUnflushedWritesCanBeReplayed() {
        for (int i = 0; i < 5; i++) {
            ring.write(file, (long) i * SECTOR, sectors(1, 'a' + i), 0);
        }
        for (int prefix = 0; prefix <= 5; prefix++) {
            byte[] survived = firstBytes(disk.afterPowerCut(Survival.prefix(prefix)), 5);
            for (int i = 0; i < 5; i++) {
                assertEquals(i < prefix ? 'a' + i : 0, survived[i]);
            }
        }
    }

    @Test
    void aCrashedHostComesBackWithTheSurvivingDisk() throws IOException {
        ring.write(file, 0, sectors(1, 'a'), Ring.DSYNC);
        ring.write(file, SECTOR, sectors(1, 'b'), 0);
        SimulatedKernel next = kernel.crash(Survival.NONE);
        Blocking after = new Blocking(next.newRing(RingOptions.DEFAULT));
        int reopened = next.open("/dev/sda", new OpenMode(true, true, true));
        byte[] read = after.read(reopened, 0, 2 * SECTOR);
        assertEquals('a', read[0]);
        assertEquals(0, read[SECTOR]);
    }

    @Test
    void faultsHitWhatTheyAreAskedTo() {
        disk.inject(
                DiskFault.every(DiskFault.Kind.READ, DiskFault.ioError())
                        .within(0, SECTOR)
                        .atMost(1));
        disk.inject(
                DiskFault.every(DiskFault.Kind.WRITE, new DiskFault.Effect.Lose())
                        .within(SECTOR, 2 * SECTOR));
        disk.inject(
                DiskFault.every(DiskFault.Kind.WRITE, new DiskFault.Effect.Misdirect(SECTOR))
                        .within(4 * SECTOR, 5 * SECTOR));
        disk.inject(
                DiskFault.every(DiskFault.Kind.WRITE, new DiskFault.Effect.Shorten())
                        .within(8 * SECTOR, 9 * SECTOR));
        assertEquals(
                -Errno.EIO,
                ring.await(done -> ring.ring().read(file, 0, ring.address(), SECTOR, done)));
        assertEquals(SECTOR, ring.read(file, 0, SECTOR).length);
        assertEquals(SECTOR, ring.write(file, SECTOR, sectors(1, 'x'), 0));
        assertEquals(0, disk.read(SECTOR, 1)[0]);
        assertEquals(SECTOR, ring.write(file, 4 * SECTOR, sectors(1, 'y'), 0));
        assertEquals(0, disk.read(4 * SECTOR, 1)[0]);
        assertEquals('y', disk.read(5 * SECTOR, 1)[0]);
        int part = ring.write(file, 8 * SECTOR, sectors(4, 'z'), 0);
        assertTrue(part >= SECTOR && part < 4 * SECTOR, "wrote " + part);
        disk.heal();
        assertEquals(4 * SECTOR, ring.write(file, 8 * SECTOR, sectors(4, 'z'), 0));
    }

    @Test
    void directAccessInsistsOnAlignment() {
        assertEquals(-Errno.EINVAL, ring.write(file, 1, sectors(1, 'a'), 0));
        assertEquals(-Errno.EINVAL, ring.write(file, 0, new byte[SECTOR - 1], 0));
        assertEquals(-Errno.ENOSPC, ring.write(file, (long) SECTORS * SECTOR, sectors(1, 'a'), 0));
    }

    private static byte[] sectors(int count, int content) {
        byte[] bytes = new byte[count * SECTOR];
        Arrays.fill(bytes, (byte) content);
        return bytes;
    }

    /** One byte of each sector, all of which are uniform. */
    private static byte[] firstBytes(SimulatedDisk disk, int sectors) {
        byte[] bytes = new byte[sectors];
        for (int sector = 0; sector < sectors; sector++) {
            byte[] content = disk.read((long) sector * SECTOR, SECTOR);
            assertArrayEquals(sectors(1, content[0]), content);
            bytes[sector] = content[0];
        }
        return bytes;
    }
}
