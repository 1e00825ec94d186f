package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.ring.Memory;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pool's disks say is what is loaded, and nothing is guessed. */
class PoolLoaderTest {
    private HandMadePool pool = new HandMadePool(1);

    @AfterEach
    void close() {
        pool.close();
    }

    private void disks(int count) {
        pool.close();
        pool = new HandMadePool(count);
    }

    private LoadedPool loadsAs(String picture) {
        LoadedPool loaded = pool.load();
        try (Metadata metadata = loaded.metadata()) {
            assertEquals(picture, MetadataPicture.of(metadata));
            assertEquals(0, metadata.space().held() + metadata.space().dying());
        }
        return loaded;
    }

    private String picture() {
        return MetadataPicture.of(pool.metadata);
    }

    private LoadException refused(LoadException.Kind kind) {
        LoadException refused = assertThrows(LoadException.class, pool::load);
        assertEquals(kind, refused.kind(), refused.getMessage());
        return refused;
    }

    /** A replica with a partial and a whole region, all durable. */
    private void twoRegions() {
        int first = pool.metadata.allocateCluster(false);
        int second = pool.metadata.allocateCluster(false);
        pool.block()
                .layer(HandMadePool.replica(1, 4))
                .units(1, 0, 3, 20, first, 'a')
                .units(1, 2, 0, 256, second, 'b')
                .write(pool.root.lastRecord());
        pool.block().units(1, 0, 100, 1, first, 'c').write(pool.sequence);
        pool.block().write(pool.sequence);
    }

    @Test
    void newPoolIsEmpty() {
        LoadedPool loaded = loadsAs("");
        assertEquals(0, loaded.journal().lastSequence());
        assertEquals("tank", loaded.label().poolName());
        assertEquals(List.of(), loaded.notes());
    }

    @Test
    void recordsAfterTheCheckpointCount() {
        twoRegions();
        LoadedPool loaded = loadsAs(picture());
        assertEquals(4, loaded.journal().lastSequence());
        assertEquals(pool.position, loaded.journal().position());
        assertEquals(pool.previousCrc, loaded.journal().lastCrc());
        assertEquals(0, loaded.figures().unitsVerified());
    }

    @Test
    void checkpointHoldsWhatRecordsSaid() {
        twoRegions();
        pool.checkpoint();
        LoadedPool loaded = loadsAs(picture());
        assertEquals(0, loaded.figures().records());
        assertEquals(4, loaded.journal().lastSequence());
        assertTrue(loaded.figures().pages() > 0);
    }

    @Test
    void unfinishedCheckpointIsPassedOverAndOverwrittenByTheNext() {
        twoRegions();
        pool.checkpoint();
        String before = picture();
        long end = pool.position;
        pool.block().units(1, 0, 200, 1, cluster(0), 'x').write(pool.sequence);
        pool.unfinishedCheckpoint();
        Memory.putLong(pool.journalAddress(0, 0, (int) end), 0);
        LoadedPool loaded = pool.load();
        assertEquals(before, MetadataPicture.of(loaded.metadata()));
        assertTrue(loaded.metadata().dirtyPages() > 0, "strays are rewritten");
        loaded.metadata().close();
    }

    private int cluster(int region) {
        return pool.metadata.cluster(pool.metadata.entry(pool.metadata.layer(1), region));
    }

    @Test
    void journalEndsAtTheFirstBlockThatDoesNotFollow() {
        twoRegions();
        String before = picture();
        long end = pool.position;
        pool.block().clear(1, 2, 0, 8).write(4);
        pool.block().clear(1, 2, 8, 8).write(4);
        Memory.putInt(pool.journalAddress(0, 0, (int) end) + 90, 7);
        LoadedPool loaded = loadsAs(before);
        assertEquals(4, loaded.journal().lastSequence());
        assertEquals(end, loaded.journal().position());
        assertEquals(end, loaded.journal().offset());
    }

    @Test
    void lossBeforeADurableRecordIsNamedWithBothNumbers() {
        twoRegions();
        long end = pool.position;
        pool.block().clear(1, 2, 0, 8).write(4);
        pool.block().clear(1, 2, 8, 8).write(5);
        Memory.putInt(pool.journalAddress(0, 0, (int) end) + 90, 7);
        LoadException refused = refused(LoadException.Kind.CORRUPT);
        assertTrue(refused.getMessage().contains("up to record 4"), refused.getMessage());
        assertTrue(refused.getMessage().contains("that 5 is durable"), refused.getMessage());
    }

    @Test
    void oldTailOfAnEarlierEpochDoesNotCount() {
        twoRegions();
        pool.checkpoint();
        String before = picture();
        pool.block().clear(1, 2, 0, 8).write(4);
        pool.position -= DiskLayout.UNIT;
        pool.epoch++;
        pool.sequence--;
        pool.writeRoot(false);
        loadsAs(before);
    }

    @Test
    void journalGoesOnInTheNextChunkAndRoundTheRing() {
        twoRegions();
        pool.checkpoint();
        for (int i = 0; i < 30; i++) {
            // Blocks of 200 KiB leave a rest at the end of each chunk.
            pool.block().clear(1, 2, i * 8, 8).write(pool.sequence, 199 << 10);
            if (i % 3 == 2) {
                assertEquals(pool.sequence, loadsAs(picture()).journal().lastSequence());
                pool.checkpoint();
            }
        }
        assertTrue(pool.position > 2L * HandMadePool.JOURNAL_CHUNKS * DiskLayout.CHUNK);
    }

    @Test
    void unitsWithTheirDataCountThoughNothingSaysThatTheyAreDurable() {
        int cluster = pool.metadata.allocateCluster(false);
        pool.block().layer(HandMadePool.replica(1, 4)).units(1, 0, 3, 20, cluster, 'a').write(0);
        pool.data(cluster, 3, 20, 'a');
        LoadedPool loaded = loadsAs(picture());
        assertEquals(20, loaded.figures().unitsVerified());
        assertEquals(0, loaded.figures().unitsRolledBack());
    }

    @Test
    void unitsWithoutTheirDataAreAsBefore() {
        int cluster = pool.metadata.allocateCluster(false);
        pool.block().layer(HandMadePool.replica(1, 4)).units(1, 0, 3, 20, cluster, 'a').write(0);
        pool.data(cluster, 3, 7, 'a');
        pool.data(cluster, 12, 11, 'a');
        LoadedPool loaded = pool.load();
        try (Metadata metadata = loaded.metadata()) {
            int entry = metadata.entry(metadata.layer(1), 0);
            assertEquals(18, metadata.validUnits(entry));
            assertEquals(0xF3F8, metadata.mask(entry, 0));
            assertEquals(2, loaded.figures().unitsRolledBack());
        }
    }

    @Test
    void rolledBackUnitsLeaveTheirClusterFree() {
        int cluster = pool.metadata.allocateCluster(false);
        long free = pool.metadata.space().free();
        pool.block().layer(HandMadePool.replica(1, 4)).units(1, 0, 3, 20, cluster, 'a').write(0);
        LoadedPool loaded = pool.load();
        try (Metadata metadata = loaded.metadata()) {
            assertEquals(0, metadata.layer(1).mappedRegions());
            assertEquals(free + 1, metadata.space().free());
        }
    }

    @Test
    void unitMayHoldWhatAnyOfItsRecordsSays() {
        for (char content : new char[] {'a', 'b'}) {
            disks(1);
            int cluster = pool.metadata.allocateCluster(false);
            pool.block().layer(HandMadePool.replica(1, 4)).write(0);
            pool.block().units(1, 0, 5, 1, cluster, 'a').write(0);
            pool.block().units(1, 0, 5, 1, cluster, 'b').write(0);
            pool.data(cluster, 5, 1, content);
            loadsAs(picture());
        }
    }

    @Test
    void clearedUnitNeedsNoProofAndWhatCameAfterDoes() {
        int cluster = pool.metadata.allocateCluster(false);
        pool.block()
                .layer(HandMadePool.replica(1, 4))
                .units(1, 0, 5, 2, cluster, 'a')
                .clear(1, 0, 5, 1)
                .write(0);
        String before = picture();
        pool.block().units(1, 0, 5, 1, cluster, 'b').write(0);
        pool.data(cluster, 5, 2, 'a');
        assertEquals(1, loadsAs(before).figures().unitsRolledBack());
    }

    @Test
    void overwriteThatWasLostLeavesTheDurableUnitValid() {
        twoRegions();
        String before = picture();
        pool.block().units(1, 0, 3, 1, cluster(0), 'z').write(4);
        pool.data(cluster(0), 3, 1, 'a');
        assertEquals(1, loadsAs(before).figures().unitsRolledBack());
    }

    /** A snapshot with a clone whose region 0 has one slice. */
    private long cloneWithOneSlice() {
        twoRegions();
        pool.block()
                .layer(
                        pool.metadata
                                .layer(1)
                                .record()
                                .with()
                                .kind(LayerRecord.Kind.SNAPSHOT)
                                .make())
                .layer(HandMadePool.replica(2, 4).with().parent(1).make())
                .write(4);
        long place = pool.metadata.allocateSlice();
        pool.block().slice(2, 0, 17, 4, place, 's').write(6);
        pool.data(place, 1, 4, 's');
        return place;
    }

    @Test
    void slicesCountWithTheirData() {
        cloneWithOneSlice();
        assertEquals(4, loadsAs(picture()).figures().unitsVerified());
    }

    @Test
    void regionStaysSlicedWhenItsNewClusterLacksData() {
        cloneWithOneSlice();
        pool.block().write(7);
        String before = picture();
        int cluster = pool.metadata.allocateCluster(Use.UPKEEP);
        pool.block().units(2, 0, 0, 256, cluster, 'h').write(7);
        pool.block().units(2, 0, 40, 2, cluster, 'i').write(7);
        pool.data(cluster, 0, 255, 'h');
        pool.data(cluster, 40, 2, 'i');
        assertEquals(1, loadsAs(before).figures().unitsRolledBack());
        pool.data(cluster, 255, 1, 'h');
        assertEquals(0, loadsAs(picture()).figures().unitsRolledBack());
    }

    @Test
    void recordThatContradictsTheMapsIsCorruption() {
        twoRegions();
        HandMadePool other = new HandMadePool(1);
        try (other) {
            int cluster = other.metadata.allocateCluster(false);
            other.block()
                    .layer(HandMadePool.replica(7, 4))
                    .units(7, 0, 0, 1, cluster, 'a')
                    .write(0);
        }
        pool.metadata.putLayer(99, HandMadePool.replica(9, 1));
        pool.block().clear(9, 0, 0, 1).write(pool.sequence);
        LoadException refused = refused(LoadException.Kind.CORRUPT);
        assertTrue(refused.getMessage().contains("no layer 9"), refused.getMessage());
    }

    @Test
    void eitherLabelOfADiskIsEnough() {
        Memory.zero(pool.address(0), Label.BYTES);
        assertEquals(1, loadsAs("").notes().size());
        pool.writeLabels(HandMadePool.label(0, 1, 1));
        Memory.zero(pool.address(0) + DiskLayout.endLabel(HandMadePool.DISK_BYTES), Label.BYTES);
        assertEquals(1, loadsAs("").notes().size());
    }

    @Test
    void newerLabelWins() {
        pool.writeLabel(HandMadePool.label(0, 2, 1), DiskLayout.endLabel(HandMadePool.DISK_BYTES));
        assertEquals(2, loadsAs("").label().generation());
    }

    @Test
    void diskWithoutLabelIsNoPool() {
        Memory.zero(pool.address(0), Label.BYTES);
        Memory.zero(pool.address(0) + DiskLayout.endLabel(HandMadePool.DISK_BYTES), Label.BYTES);
        refused(LoadException.Kind.NO_LABEL);
    }

    @Test
    void missingDiskIsNamed() {
        disks(2);
        pool.disks.remove(0);
        LoadException refused = refused(LoadException.Kind.MISSING_DISK);
        assertTrue(refused.getMessage().contains(new UUID(9, 0).toString()), refused.getMessage());
    }

    @Test
    void foreignPoolIsNamed() {
        LoadOptions other = new LoadOptions(new UUID(1, 1), null, Long.MAX_VALUE);
        LoadException refused = assertThrows(LoadException.class, () -> pool.load(other));
        assertEquals(LoadException.Kind.FOREIGN_DISK, refused.kind());
        LoadOptions named = new LoadOptions(null, "other", Long.MAX_VALUE);
        assertTrue(
                assertThrows(LoadException.class, () -> pool.load(named))
                        .getMessage()
                        .contains("\"tank\""));
    }

    @Test
    void disksMayComeInAnyOrder() {
        disks(3);
        twoRegions();
        pool.disks.add(pool.disks.remove(0));
        LoadedPool loaded = loadsAs(picture());
        assertEquals(2, loaded.disks().get(0).input());
    }

    @Test
    void anotherCopyHelpsWhenOneIsBad() {
        disks(2);
        twoRegions();
        pool.checkpoint();
        pool.block().clear(1, 2, 0, 8).write(4);
        int page = pool.root.pageChunks()[0];
        int cluster = pool.metadata.metadataSpace().cluster(page, 0);
        Memory.zero(pool.address(cluster, Root.chunkOffset(page)), 64 << 10);
        Memory.zero(pool.journalAddress(0, 0, 0), DiskLayout.CHUNK);
        Memory.zero(pool.address(0) + DiskLayout.rootOffset(pool.root.slot()), 4096);
        loadsAs(picture());
        pool.unfinishedCheckpoint();
        pool.writeRoot(true);
        loadsAs(picture());
        Memory.zero(pool.address(cluster, Root.chunkOffset(page)), 64 << 10);
        loadsAs(picture());
    }

    @Test
    void lostPageWithoutACopyIsCorruption() {
        twoRegions();
        pool.checkpoint();
        int page = pool.root.pageChunks()[0];
        int cluster = pool.metadata.metadataSpace().cluster(page, 0);
        Memory.zero(pool.address(cluster, Root.chunkOffset(page)), 2 * DiskLayout.PAGE);
        refused(LoadException.Kind.CORRUPT);
    }

    @Test
    void stalePageIsCorruption() {
        twoRegions();
        pool.checkpoint();
        int page = pool.root.pageChunks()[0];
        int cluster = pool.metadata.metadataSpace().cluster(page, 0);
        long slots = pool.address(cluster, Root.chunkOffset(page));
        for (int i = 1; i < 4; i++) {
            pool.block().clear(1, 2, i, 1).clear(1, 0, i, 1).write(pool.sequence);
            pool.checkpoint();
        }
        // Every page's newest version goes; an older one is left.
        for (int i = 0; i < DiskLayout.PAGES_PER_CHUNK; i++) {
            long newest = slots + DiskLayout.pageOffset(i, 0);
            if (Memory.getLong(newest + 32) < Memory.getLong(newest + DiskLayout.PAGE + 32)) {
                newest += DiskLayout.PAGE;
            }
            if (Memory.getLong(newest + 32) > 3) {
                Memory.zero(newest, DiskLayout.PAGE);
            }
        }
        assertTrue(refused(LoadException.Kind.CORRUPT).getMessage().contains("fingerprint"));
    }

    @Test
    void dataOfSlicesIsReadWhereTheyAre() {
        long place = cloneWithOneSlice();
        pool.data(place, 2, 1, 'q');
        LoadedPool loaded = pool.load();
        try (Metadata metadata = loaded.metadata()) {
            int entry = metadata.entry(metadata.layer(2), 0);
            assertEquals(0b11010, metadata.mask(entry, 1));
            assertEquals(place, metadata.place(entry, 1));
            assertEquals(Place.NONE, metadata.place(entry, 0));
        }
    }
}
