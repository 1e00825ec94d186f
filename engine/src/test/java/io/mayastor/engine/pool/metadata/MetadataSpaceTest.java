package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.DiskLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataSpaceTest {
    private final Metadata metadata =
            new Metadata(Geometry.of(2 << 20), MetadataFixture.POOL, 64L << 20);
    private final MetadataSpace space = metadata.metadataSpace();

    @BeforeEach
    void makePool() {
        metadata.addExtent(0, 0, 20);
        metadata.addExtent(1, 20, 20);
        space.copies(0, 1);
    }

    @AfterEach
    void close() {
        metadata.close();
    }

    @Test
    void everyCopyHasItsOwnClusterOnItsOwnDisk() {
        assertTrue(space.addJournalChunk());
        assertTrue(space.addJournalChunk());
        assertTrue(space.addJournalChunk());

        assertEquals(3, space.journalChunks());
        assertEquals(4, metadata.space().metadata());
        assertEquals(
                space.cluster(space.journalChunk(0), 0), space.cluster(space.journalChunk(1), 0));
        for (int i = 0; i < 3; i++) {
            assertTrue(space.cluster(space.journalChunk(i), 0) < 20);
            assertTrue(space.cluster(space.journalChunk(i), 1) >= 20);
        }
        assertEquals(3, IntStream.range(0, 3).map(space::journalChunk).distinct().count());
    }

    @Test
    void listsOfACheckpointAreThoseOfItsMark() {
        space.addJournalChunk();
        metadata.markCheckpoint(1, 1);
        space.addJournalChunk();
        assertTrue(metadata.prepare(3 * DiskLayout.PAGES_PER_CHUNK));

        MetadataSpace.Lists lists = space.marked();
        assertEquals(1, lists.journalChunks().length);
        assertEquals(0, lists.pageChunks().length);
        assertEquals(1, lists.clusters().length);
    }

    @Test
    void lostCopyGivesItsClustersUp() {
        space.addJournalChunk();
        metadata.markCheckpoint(1, 1);
        space.addJournalChunk();
        space.addJournalChunk();
        int first = space.cluster(space.journalChunk(0), 1);

        space.dropCopy(0);

        assertEquals(1, space.copies());
        assertEquals(1, space.copyDisk(0));
        assertEquals(first, space.cluster(space.journalChunk(0), 0));
        assertEquals(2, metadata.space().metadata());
        assertEquals(1, space.marked().clusters().length);
        assertEquals(1, space.marked().clusters()[0].length);
        assertEquals(first, space.marked().clusters()[0][0]);
        assertThrows(IllegalStateException.class, () -> space.dropCopy(1));
    }

    @Test
    void fullDiskRefusesAnotherCluster() {
        metadata.run(null);
        while (metadata.allocateCluster(Use.THICK) >= 0) {
            assertTrue(metadata.space().free() >= 0);
        }
        assertFalse(space.addJournalChunk());
        assertEquals(0, space.journalChunks());
        assertEquals(0, metadata.space().metadata());
    }
}
