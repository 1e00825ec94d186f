package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionChangesTest {
    private final MetadataFixture pool = new MetadataFixture(64);
    private final Metadata metadata = pool.metadata;
    private final int units = pool.geometry.unitsPerCluster();

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void regionWithAllUnitsValidIsWhole() {
        Layer layer = pool.replica(4, false);
        int cluster = pool.write(layer, 2, 0, 100);
        assertTrue(MapEntry.isPartial(pool.entry(layer, 2)));
        assertEquals(100, metadata.validUnits(pool.entry(layer, 2)));

        pool.write(layer, 2, 100, units - 100);

        assertEquals(MapEntry.whole(cluster), pool.entry(layer, 2));
        assertEquals(Place.of(cluster, 3), metadata.place(pool.entry(layer, 2), 3));
    }

    @Test
    void wholeRegionWithAHoleIsPartialInTheSameCluster() {
        Layer layer = pool.replica(4, false);
        int cluster = pool.write(layer, 0, 0, units);

        pool.clear(layer, 0, 17, 3);

        int entry = pool.entry(layer, 0);
        assertTrue(MapEntry.isPartial(entry));
        assertEquals(cluster, metadata.cluster(entry));
        assertEquals(units - 3, metadata.validUnits(entry));
        assertEquals(0xFFFF & ~0xE, metadata.mask(entry, 1));
    }

    @Test
    void clusterWithoutAValidUnitIsGivenUpAtOnce() {
        Layer layer = pool.replica(4, false);
        int cluster = pool.write(layer, 1, 8, 8);

        pool.clear(layer, 1, 0, 16);

        assertEquals(MapEntry.ABSENT, pool.entry(layer, 1));
        assertEquals(List.of(cluster), pool.freedClusters);
        assertEquals(1, metadata.space().dying());
        metadata.releaseCluster(cluster);
        assertEquals(0, metadata.space().dying());
    }

    @Test
    void sliceWithoutAValidUnitIsGivenUpAtOnce() {
        Layer child = pool.child(pool.replica(4, false));
        long first = pool.writeSlice(child, 1, 0, 4);
        long second = pool.writeSlice(child, 1, 20, 4);

        pool.clear(child, 1, 0, 16);

        assertEquals(List.of(first), pool.freedSlices);
        assertEquals(Place.NONE, metadata.place(pool.entry(child, 1), 0));
        assertEquals(second, metadata.place(pool.entry(child, 1), 1));
        assertEquals(1, child.mappedSlices());
    }

    @Test
    void lastSliceOfAClusterFreesTheCluster() {
        Layer child = pool.child(pool.replica(4, false));
        long place = pool.writeSlice(child, 1, 0, 4);
        long free = metadata.space().free();

        pool.clear(child, 1, 0, 16);
        assertEquals(free, metadata.space().free());
        metadata.releaseSlice(place);

        assertEquals(free + 1, metadata.space().free());
        assertEquals(0, metadata.space().sliced());
    }

    @Test
    void zeroUnitsHideTheParentAndAreNotKeptWhereNothingIsAbove() {
        Layer parent = pool.replica(4, false);
        pool.writeWhole(parent, 0);
        Layer child = pool.child(parent);

        pool.clear(child, 0, 0, 8);
        pool.clear(child, 1, 0, 8);
        pool.clear(child, 2, 0, units);

        assertEquals(DetailSlot.mask(0, 0xFF), metadata.mask(pool.entry(child, 0), 0));
        assertEquals(MapEntry.ABSENT, pool.entry(child, 1));
        assertEquals(MapEntry.ABSENT, pool.entry(child, 2));

        pool.clear(child, 0, 8, units - 8);
        assertEquals(MapEntry.ZERO, pool.entry(child, 0));
    }

    @Test
    void clusterGoesAndItsZeroUnitsStay() {
        Layer parent = pool.replica(4, false);
        pool.writeWhole(parent, 0);
        Layer child = pool.child(parent);
        int cluster = pool.write(child, 0, 0, 32);

        pool.clear(child, 0, 0, 48);

        assertEquals(List.of(cluster), pool.freedClusters);
        int entry = pool.entry(child, 0);
        assertTrue(MapEntry.isSliced(entry));
        assertEquals(DetailSlot.mask(0, 0xFFFF), metadata.mask(entry, 2));
        assertEquals(0, metadata.mask(entry, 3));
    }

    @Test
    void movedRegionTakesItsSpaceAlong() {
        Layer parent = pool.replica(4, false);
        pool.writeWhole(parent, 0);
        pool.write(parent, 1, 0, 5);
        Layer child = pool.child(parent);
        int whole = pool.entry(parent, 0);
        int partial = pool.entry(parent, 1);

        pool.move(parent, child, 0);
        pool.move(parent, child, 1);

        assertEquals(whole, pool.entry(child, 0));
        assertEquals(partial, pool.entry(child, 1));
        assertEquals(0, parent.mappedRegions());
        assertEquals(2, child.mappedClusters());
        assertEquals(List.of(), pool.freedClusters);
    }

    @Test
    void slicesBecomeAClusterWhenAllTheirUnitsAreInIt() {
        Layer child = pool.child(pool.replica(4, false));
        long place = pool.writeSlice(child, 0, 4, 4);
        int cluster = metadata.allocateCluster(false);
        assertThrows(IllegalStateException.class, () -> pool.units(child, 0, 5, 100, cluster));

        pool.units(child, 0, 0, units, cluster);

        assertEquals(MapEntry.whole(cluster), pool.entry(child, 0));
        assertEquals(List.of(place), pool.freedSlices);
    }

    @Test
    void whatShrinkingCutOffDoesNotComeBack() {
        Layer parent = pool.replica(4, false);
        for (int region = 0; region < 4; region++) {
            pool.writeWhole(parent, region);
        }
        Layer child = pool.child(parent);
        pool.write(child, 3, 0, 8);
        long size = child.record().sizeBytes();
        int cut = pool.geometry.clusterBytes() + (1 << 20);

        pool.resize(child, cut);
        pool.resize(child, size);

        assertEquals(parent, metadata.nearest(child, 0));
        int boundary = pool.entry(child, 1);
        assertEquals(0, metadata.mask(boundary, 15), "inside the smaller size it is inherited");
        assertEquals(DetailSlot.mask(0, 0xFFFF), metadata.mask(boundary, 16), "beyond it is zero");
        assertEquals(null, metadata.nearest(child, 2));
        assertEquals(null, metadata.nearest(child, 3));
        assertEquals(1, pool.freedClusters.size());
    }

    @Test
    void recordsThatContradictTheStateAreRefused() {
        Layer layer = pool.replica(4, false);
        int cluster = pool.write(layer, 0, 0, 8);
        pool.clear(layer, 0, 0, 8);

        assertThrows(
                IllegalStateException.class,
                () -> pool.units(layer, 0, 0, 8, cluster),
                "a dying cluster has no new owner");
        assertThrows(IllegalStateException.class, () -> pool.units(layer, 4, 0, 8, cluster));
        assertThrows(IllegalStateException.class, () -> pool.units(layer, 0, units - 1, 2, 5));
        assertThrows(IllegalStateException.class, () -> metadata.releaseCluster(60));
        pool.write(layer, 2, 0, 8);
        assertThrows(IllegalStateException.class, () -> pool.remove(layer));
    }

    /** Records of different units complete in any order; recovery applies them in the journal's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recordsOfDifferentUnitsGiveTheSameRegionInAnyOrder(boolean slices) {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<int[]> records = new ArrayList<>();
            int unit = 0;
            while (unit < units) {
                int count = Math.min(units - unit, 1 + random.nextInt(units / 4));
                records.add(new int[] {unit, count, random.nextInt(3)});
                unit += count;
            }
            String inOrder = regionAfter(records, slices);
            Collections.shuffle(records, random);
            assertEquals(inOrder, regionAfter(records, slices), "seed " + seed);
        }
    }

    private String regionAfter(List<int[]> records, boolean slices) {
        try (Metadata recovering = new Metadata(pool.geometry, MetadataFixture.POOL, 64L << 20);
                Arena arena = Arena.ofConfined()) {
            MemorySegment places = arena.allocate(ValueLayout.JAVA_LONG, 64);
            for (int slice = 0; slice < 64; slice++) {
                places.setAtIndex(ValueLayout.JAVA_LONG, slice, Place.of(5, slice));
            }
            recovering.addExtent(0, 0, 16);
            long size = pool.geometry.clusterBytes();
            LayerRecord root = LayerRecord.replica(1, null, "a", size, false);
            recovering.putLayer(1, root);
            recovering.putLayer(2, root.with().id(2).parent(1).make());
            recovering.units(3, recovering.layer(1), 0, 0, 1, 6, 0);
            Layer layer = recovering.layer(2);
            recovering.units(4, layer, 0, 0, units / 3, 5, slices ? places.address() : 0);
            for (int[] record : records) {
                if (record[2] == 0) {
                    long first = places.address() + record[0] / 16 * 8L;
                    recovering.units(5, layer, 0, record[0], record[1], 5, slices ? first : 0);
                } else {
                    recovering.clear(5, layer, 0, record[0], record[1], record[2] == 1);
                }
            }
            int entry = recovering.entry(layer, 0);
            StringBuilder text = new StringBuilder(MapEntry.text(entry));
            for (int slice = 0; MapEntry.isDetail(entry) && slice < 64; slice++) {
                text.append(' ').append(recovering.mask(entry, slice));
            }
            return text.append(' ').append(recovering.space()).toString();
        }
    }
}
