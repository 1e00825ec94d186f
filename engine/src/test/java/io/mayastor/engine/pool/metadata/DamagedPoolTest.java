package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.JournalBlock;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever the disks say, a pool is refused by name or is sound. A failure names the seed. */
class DamagedPoolTest {
    private static final long SEED = 0x64616d61;
    private static final int ROUNDS = 1_000;

    /** All metadata but the end label. */
    private static final int DAMAGED_BYTES = 5 << 20;

    private final HandMadePool pool = new HandMadePool(1);
    private final Arena arena = Arena.ofConfined();
    private final long backup = arena.allocate(HandMadePool.DISK_BYTES, 4096).address();
    private int journalBlocks;

    @BeforeEach
    void fill() {
        int first = pool.metadata.allocateCluster(false);
        int second = pool.metadata.allocateCluster(false);
        LayerRecord replica = HandMadePool.replica(1, 4);
        pool.block()
                .layer(replica)
                .units(1, 0, 3, 20, first, 'a')
                .units(1, 2, 0, 256, second, 'b')
                .layer(replica.with().kind(LayerRecord.Kind.SNAPSHOT).make())
                .layer(HandMadePool.replica(2, 4).with().parent(1).make())
                .slice(2, 0, 17, 4, pool.metadata.allocateSlice(), 's')
                .write(0);
        pool.checkpoint();
        int third = pool.metadata.allocateCluster(true);
        pool.block().clear(2, 2, 0, 256).clear(2, 0, 16, 4).write(pool.sequence);
        pool.block()
                .slice(2, 0, 40, 4, pool.metadata.allocateSlice(), 't')
                .layer(HandMadePool.replica(5, 3))
                .units(5, 1, 7, 9, third, 'u')
                .write(pool.sequence);
        pool.block().clear(2, 0, 41, 1).write(pool.sequence - 2);
        journalBlocks = 3;
        Memory.copy(pool.address(0), backup, HandMadePool.DISK_BYTES);
    }

    @AfterEach
    void close() {
        pool.close();
        arena.close();
    }

    private void restore() {
        Memory.copy(backup, pool.address(0), DAMAGED_BYTES);
    }

    /** Opens, or sees it refused; returns whether it opened. */
    private boolean refusedOrSound() {
        LoadedPool loaded;
        try {
            loaded = pool.load();
        } catch (LoadException e) {
            assertTrue(!e.problems().isEmpty());
            return false;
        }
        try (Metadata metadata = loaded.metadata()) {
            assertTrue(metadata.pageMemoryBytes() >= 0);
            return PoolCheck.check(loaded).isSound();
        }
    }

    private interface Damage {
        void apply(SplittableRandom random);
    }

    private int rounds(Damage damage) {
        SplittableRandom seeds = new SplittableRandom(SEED);
        int opened = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long seed = seeds.nextLong();
            try {
                damage.apply(new SplittableRandom(seed));
                opened += refusedOrSound() ? 1 : 0;
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("seed " + seed, failure);
            }
            restore();
        }
        return opened;
    }

    @Test
    void undamagedPoolIsSound() {
        assertTrue(refusedOrSound());
    }

    @Test
    void flippedBitsAndLostBlocks() {
        int opened =
                rounds(random -> {
                    long at = pool.address(0) + random.nextInt(DAMAGED_BYTES);
                    if (random.nextBoolean()) {
                        at = pool.journalAddress(0, 0, random.nextInt(4 * 4096));
                    }
                    if (random.nextBoolean()) {
                        Memory.zero(at & -4096L, 4096);
                    } else {
                        Memory.putByte(at, (byte) (Memory.getByte(at) ^ 1 << random.nextInt(8)));
                    }
                });
        assertTrue(opened > ROUNDS / 10, opened + " opened");
    }

    @Test
    void pagesThatLieWithARightChecksum() {
        int opened = rounds(this::lieInAPage);
        assertTrue(opened < ROUNDS, opened + " opened");
    }

    private void lieInAPage(SplittableRandom random) {
        int chunk = pool.root.pageChunks()[0];
        int cluster = pool.metadata.metadataSpace().cluster(chunk, 0);
        int page = random.nextInt(pool.root.pages());
        long slots = pool.address(cluster, Root.chunkOffset(chunk));
        long address = slots + DiskLayout.pageOffset(page, 0);
        long other = slots + DiskLayout.pageOffset(page, 1);
        if (BlockHeader.hasMagic(other, BlockHeader.PAGE)
                && PageHeader.checkpoint(other) > PageHeader.checkpoint(address)) {
            address = other;
        }
        long number = PageHeader.checkpoint(address);
        long fingerprint =
                pool.root.fingerprint()
                        - PageHeader.fingerprint(page, number, BlockHeader.crc(address));
        disturb(address + 64, random.nextBoolean() ? 64 : PageHeader.CONTENT_BYTES, random);
        int crc = PageHeader.seal(pool.checksum, address, HandMadePool.POOL, number, page, 1);
        long changed = fingerprint + PageHeader.fingerprint(page, number, crc);
        Root root = pool.root;
        new Root(
                        root.pool(),
                        root.number(),
                        root.slot(),
                        root.epoch(),
                        root.lastRecord(),
                        changed,
                        root.pages(),
                        root.nextLayerId(),
                        root.journalChunk(),
                        root.journalOffset(),
                        root.previousCrc(),
                        root.closed(),
                        root.journalPosition(),
                        root.copyDisks(),
                        root.metadataClusters(),
                        root.pageChunks(),
                        root.journalChunks())
                .encode(
                        pool.checksum,
                        pool.address(0) + DiskLayout.rootOffset(root.slot()),
                        HandMadePool.CLUSTER);
    }

    @Test
    void recordsThatLieWithARightChecksum() {
        int opened = rounds(this::lieInTheJournal);
        assertTrue(opened > ROUNDS / 100 && opened < ROUNDS, opened + " opened");
    }

    private void lieInTheJournal(SplittableRandom random) {
        int offset = (int) (pool.root.journalPosition() % DiskLayout.CHUNK);
        int lying = random.nextInt(journalBlocks);
        int previous = pool.root.previousCrc();
        for (int i = 0; i < journalBlocks; i++) {
            long address = pool.journalAddress(0, 0, offset);
            int length = BlockHeader.length(address);
            if (i == lying) {
                disturb(address + JournalBlock.RECORDS_AT, 256, random);
            }
            previous =
                    JournalBlock.seal(
                            pool.checksum,
                            address,
                            length - JournalBlock.RECORDS_AT,
                            JournalBlock.count(address),
                            HandMadePool.POOL,
                            JournalBlock.firstSequence(address),
                            JournalBlock.position(address),
                            1,
                            JournalBlock.durableSequence(address),
                            previous);
            offset += length;
        }
        assertEquals(0, offset % 4096);
    }

    /** Changes a few bytes of what is there, mostly by little. */
    private static void disturb(long address, int length, SplittableRandom random) {
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            long at = address + random.nextInt(length);
            int value = Memory.getByte(at);
            Memory.putByte(
                    at,
                    (byte)
                            switch (random.nextInt(4)) {
                                case 0 -> value + 1;
                                case 1 -> value - 1;
                                case 2 -> 0xFF;
                                default -> random.nextInt();
                            });
        }
    }
}
