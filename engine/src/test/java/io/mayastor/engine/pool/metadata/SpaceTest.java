package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.Place;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpaceTest {
    @Test
    void thinReplicasNeverTakeWhatAThickOneWasPromised() {
        try (MetadataFixture pool = new MetadataFixture(64)) {
            Metadata metadata = pool.metadata;
            Layer thick = pool.replica(20, true);
            pool.writeWhole(thick, 0);
            assertEquals(19, metadata.space().promised());

            int thin = 0;
            while (metadata.allocateCluster(Use.THIN) >= 0) {
                thin++;
            }
            assertEquals(Place.NONE, metadata.allocateSlice());
            assertEquals(0, metadata.space().available());
            assertTrue(thin > 30, thin + " clusters");

            for (int region = 1; region < 20; region++) {
                int cluster = metadata.allocateCluster(Use.THICK);
                assertTrue(cluster >= 0, "region " + region);
                pool.units(thick, region, 0, 1, cluster);
            }
            assertEquals(0, metadata.space().promised());
        }
    }

    @Test
    void promiseEndsWithTheLayerOrItsDeletion() {
        try (MetadataFixture pool = new MetadataFixture(64)) {
            Layer first = pool.replica(10, true);
            Layer second = pool.replica(5, true);
            assertEquals(15, pool.metadata.space().promised());
            pool.put(first.record().with().kind(LayerRecord.Kind.DELETED).make());
            assertEquals(5, pool.metadata.space().promised());
            pool.resize(second, second.record().sizeBytes() * 2);
            assertEquals(10, pool.metadata.space().promised());
            pool.remove(second);
            assertEquals(0, pool.metadata.space().promised());
        }
    }

    @Test
    void fullPoolHasRoomForUpkeep() {
        try (MetadataFixture pool = new MetadataFixture(32)) {
            Metadata metadata = pool.metadata;
            while (metadata.allocateCluster(Use.THIN) >= 0) {
                assertTrue(metadata.space().free() > 0);
            }
            assertFalse(metadata.prepare(1, Use.THIN));
            assertTrue(metadata.prepare(1, Use.UPKEEP));
            assertNotEquals(Place.NONE, metadata.allocateSlice(Use.UPKEEP));
        }
    }

    @Test
    void clustersAreSpreadOverTheDisksByTheirFreeSpace() {
        try (Metadata metadata =
                new Metadata(Geometry.of(1 << 20), MetadataFixture.POOL, 1 << 20)) {
            metadata.addExtent(0, 0, 100);
            metadata.addExtent(1, 100, 200);
            metadata.addExtent(2, 300, 100);
            metadata.closeDisk(2);
            Set<Integer> given = new HashSet<>();
            for (int i = 0; i < 150; i++) {
                assertTrue(given.add(metadata.allocateCluster(false)), "given out twice");
            }
            assertEquals(50, metadata.freeClustersOn(0));
            assertEquals(100, metadata.freeClustersOn(1));
            assertEquals(0, metadata.freeClustersOn(2));
            assertEquals(150, metadata.space().held());
            assertEquals(300, metadata.space().total());
        }
    }

    @Test
    void pagesBeyondTheLimitOfTheirMemoryAreRefusedBefore() {
        try (MetadataFixture pool = new MetadataFixture(4 << 20, 64, 100 * 4096)) {
            assertTrue(pool.metadata.prepare(30));
            assertFalse(pool.metadata.prepare(60));
            assertFalse(pool.metadata.prepare(60, Use.UPKEEP));
        }
    }

    @Test
    void tebibyteMappedWholeTakesAtMostOneAndAHalfMebibytes() {
        int clusters = 1 << 18;
        try (MetadataFixture pool = new MetadataFixture(4 << 20, clusters + 64, 64L << 20)) {
            Layer layer = pool.replica(clusters, false);
            for (int region = 0; region < clusters; region++) {
                pool.writeWhole(layer, region);
            }
            assertEquals(clusters, layer.mappedClusters());
            long bytes = pool.metadata.memoryBytes();
            assertTrue(bytes < 3L << 19, bytes + " bytes");
        }
    }
}
