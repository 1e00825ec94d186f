package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.ring.Memory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sound pool has no problems; each broken invariant is named. */
class PoolCheckTest {
    private final HandMadePool pool = new HandMadePool(2);
    private LoadedPool loaded;
    private Metadata metadata;

    @BeforeEach
    void fill() {
        int first = pool.metadata.allocateCluster(false);
        int second = pool.metadata.allocateCluster(false);
        pool.block()
                .layer(HandMadePool.replica(1, 4))
                .units(1, 0, 3, 20, first, 'a')
                .units(1, 2, 0, 256, second, 'b')
                .layer(HandMadePool.replica(1, 4).with().kind(LayerRecord.Kind.SNAPSHOT).make())
                .layer(
                        HandMadePool.replica(2, 4)
                                .with()
                                .parent(1)
                                .sourceUuid(HandMadePool.replica(1, 4).uuid())
                                .make())
                .write(0);
        pool.block()
                .slice(2, 0, 17, 4, pool.metadata.allocateSlice(), 's')
                .slice(2, 0, 40, 4, pool.metadata.allocateSlice(), 's')
                .clear(2, 2, 0, 256)
                .write(pool.sequence);
        pool.block().write(pool.sequence);
        pool.unfinishedCheckpoint();
        pool.writeRoot(true);
        loaded = pool.load();
        metadata = loaded.metadata();
    }

    @AfterEach
    void close() {
        metadata.close();
        pool.close();
    }

    private void expect(String problem) {
        List<PoolReport.Problem> problems = PoolCheck.check(loaded).problems();
        assertTrue(
                problems.stream().anyMatch(found -> found.toString().contains(problem)),
                problem + " in " + problems);
    }

    private int entry(int layer, int region) {
        return metadata.entry(metadata.layer(layer), region);
    }

    @Test
    void soundPoolIsCounted() {
        PoolReport report = PoolCheck.check(loaded);
        assertEquals(List.of(), report.problems());
        PoolReport.Figures figures = report.figures();
        assertEquals(1, figures.replicas());
        assertEquals(1, figures.clones());
        assertEquals(1, figures.snapshots());
        assertEquals(2, figures.chainDepth());
        assertEquals(2, figures.usedClusters());
        assertEquals(1, figures.slicedClusters());
        assertEquals(2, figures.slices());
        assertEquals(1, figures.wholeRegions());
        assertEquals(1, figures.partialRegions());
        assertEquals(1, figures.slicedRegions());
        assertEquals(1, figures.zeroRegions());
        assertEquals(
                figures.clusters(),
                figures.freeClusters()
                        + figures.usedClusters()
                        + figures.slicedClusters()
                        + figures.metadataClusters());
    }

    @Test
    void poolInUseIsCheckedToo() {
        pool.metadata.allocateSlice();
        pool.metadata.allocateCluster(false);
        assertEquals(List.of(), PoolCheck.check(pool.metadata, loaded.disks()));
    }

    @Test
    void copiesThatDifferAfterAnOrderlyEndAreToldAndNoDamage() {
        Memory.zero(pool.address(1) + DiskLayout.endLabel(HandMadePool.DISK_BYTES), Label.BYTES);
        Memory.zero(pool.address(0) + DiskLayout.rootOffset(pool.root.slot()), 4096);
        metadata.close();
        loaded = pool.load();
        metadata = loaded.metadata();
        PoolReport report = PoolCheck.check(loaded);
        assertEquals(List.of(), report.problems());
        assertTrue(report.notes().toString().contains("disk 1: end: no label"), report::toString);
        assertTrue(
                report.notes().toString().contains("disk 0: its newest root is"), report::toString);
    }

    @Test
    void clusterWithTwoOwners() {
        metadata.details()
                .partial
                .putInt(
                        MapEntry.slot(entry(1, 0)),
                        DetailSlot.CLUSTER_AT,
                        metadata.cluster(entry(1, 2)));
        expect("has another owner");
    }

    @Test
    void clusterThatHoldsMetadata() {
        int cluster = metadata.metadataSpace().clusters().get(0)[0];
        metadata.details()
                .partial
                .putInt(MapEntry.slot(entry(1, 0)), DetailSlot.CLUSTER_AT, cluster);
        expect("cluster %d has another owner".formatted(cluster));
    }

    @Test
    void clusterBeyondTheDisks() {
        metadata.details().partial.putInt(MapEntry.slot(entry(1, 0)), DetailSlot.CLUSTER_AT, 77);
        expect("cluster 77 is on no disk");
    }

    @Test
    void sliceWithTwoOwners() {
        metadata.details().putPlace(entry(2, 0), 1, metadata.place(entry(2, 0), 2));
        expect("has another owner");
    }

    @Test
    void sliceInAClusterThatIsMapped() {
        metadata.details().putPlace(entry(2, 0), 1, metadata.place(entry(1, 2), 2));
        expect("is in a cluster that has another owner");
    }

    @Test
    void unitsBothValidAndZero() {
        metadata.details()
                .partial
                .putInt(MapEntry.slot(entry(1, 0)), DetailSlot.maskAt(0), 0x00080008);
        expect("slice 0 has units both valid and zero");
        expect("units are valid, counted were 20");
    }

    @Test
    void slotOfAnotherRegion() {
        metadata.details().sliced.putInt(MapEntry.slot(entry(2, 0)), DetailSlot.REGION_AT, 3);
        expect("its slot has another owner");
    }

    @Test
    void countersThatAreWrong() {
        metadata.layer(1).clusters++;
        metadata.allocateCluster(false);
        expect("counted were");
        expect("held and dying: 0, not 1");
    }

    @Test
    void parentThatIsNotFrozen() {
        metadata.putLayer(
                99, metadata.layer(1).record().with().kind(LayerRecord.Kind.REPLICA).make());
        expect("its parent 1 is not frozen");
    }

    @Test
    void twoReplicasWithOneName() {
        metadata.putLayer(99, HandMadePool.replica(3, 1).with().name("r2").make());
        metadata.putLayer(
                99,
                HandMadePool.replica(4, 1).with().uuid(HandMadePool.replica(3, 1).uuid()).make());
        expect("another one is named \"r2\"");
        expect("has the UUID of layer 3");
    }

    @Test
    void refusedPoolIsReported() {
        Memory.zero(pool.address(0), Label.BYTES);
        Memory.zero(pool.address(0) + DiskLayout.endLabel(HandMadePool.DISK_BYTES), Label.BYTES);
        PoolReport report =
                PoolCheck.check(
                        new long[] {HandMadePool.DISK_BYTES, HandMadePool.DISK_BYTES},
                        LoadOptions.ANY,
                        pool.memory,
                        pool);
        assertFalse(report.isSound());
        assertTrue(report.problems().toString().contains("NO_LABEL"), report.toString());
    }
}
