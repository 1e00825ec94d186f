package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@link Metadata} promises, in the plainest form: for each layer an array with one number for
 * each unit, its place on the disks, zero, or inherited.
 */
final class ModelPool {
    static final long INHERIT = -1;
    static final long ZERO = -2;

    final TreeMap<Integer, ModelLayer> layers = new TreeMap<>();
    private final Geometry geometry;

    ModelPool(Geometry geometry) {
        this.geometry = geometry;
    }

    static final class ModelLayer {
        LayerRecord record;
        long[] units = new long[0];
        final TreeMap<Integer, Integer> clusters = new TreeMap<>(); // by region

        ModelLayer copy() {
            ModelLayer copy = new ModelLayer();
            copy.record = record;
            copy.units = units.clone();
            copy.clusters.putAll(clusters);
            return copy;
        }
    }

    ModelPool copy() {
        ModelPool copy = new ModelPool(geometry);
        layers.forEach((id, layer) -> copy.layers.put(id, layer.copy()));
        return copy;
    }

    void putLayer(LayerRecord record) {
        ModelLayer layer = layers.computeIfAbsent(record.id(), id -> new ModelLayer());
        long limit = Math.min(record.sizeBytes(), record.parentLimitBytes());
        int regions = geometry.regions(record.sizeBytes());
        long end = record.sizeBytes() / Geometry.UNIT_BYTES;
        if (layer.record != null) {
            if (layer.record.parent() == record.parent()) {
                limit = Math.min(limit, layer.record.parentLimitBytes());
            }
            if (record.sizeBytes() < layer.record.sizeBytes() && regions > 0) {
                long filler = holdsAbove(layer, regions - 1) ? ZERO : INHERIT;
                for (long u = end; u < geometry.firstUnit(regions); u++) {
                    layer.units[(int) u] = filler;
                }
            }
        }
        int old = layer.units.length;
        layer.units = Arrays.copyOf(layer.units, (int) geometry.firstUnit(regions));
        if (layer.units.length > old) {
            Arrays.fill(layer.units, old, layer.units.length, INHERIT);
        }
        layer.record = record.with().parentLimitBytes(limit).make();
        dropUnusedClusters(layer);
    }

    void removeLayer(int id) {
        layers.remove(id);
    }

    void inCluster(int id, int region, int first, int count, int cluster) {
        ModelLayer layer = layers.get(id);
        layer.clusters.put(region, cluster);
        for (int i = first; i < first + count; i++) {
            layer.units[(int) geometry.firstUnit(region) + i] = physical(cluster, i);
        }
    }

    void inSlices(int id, int region, int first, int count, long[] places) {
        for (int i = first; i < first + count; i++) {
            long place = places[i / Geometry.UNITS_PER_SLICE - first / Geometry.UNITS_PER_SLICE];
            layers.get(id).units[(int) geometry.firstUnit(region) + i] = inSlice(place, i);
        }
    }

    long inSlice(long place, int unit) {
        return physical(
                Place.cluster(place),
                Place.slice(place) * Geometry.UNITS_PER_SLICE + unit % Geometry.UNITS_PER_SLICE);
    }

    long physical(int cluster, int unit) {
        return (long) cluster * geometry.unitsPerCluster() + unit;
    }

    void clear(int id, int region, int first, int count, boolean zero) {
        ModelLayer layer = layers.get(id);
        long value = zero && holdsAbove(layer, region) ? ZERO : INHERIT;
        for (int i = first; i < first + count; i++) {
            layer.units[(int) geometry.firstUnit(region) + i] = value;
        }
        dropUnusedClusters(layer);
    }

    void move(int from, int to, int region) {
        ModelLayer source = layers.get(from);
        ModelLayer target = layers.get(to);
        int start = (int) geometry.firstUnit(region);
        System.arraycopy(source.units, start, target.units, start, geometry.unitsPerCluster());
        Arrays.fill(source.units, start, start + geometry.unitsPerCluster(), INHERIT);
        Integer cluster = source.clusters.remove(region);
        if (cluster != null) {
            target.clusters.put(region, cluster);
        }
    }

    boolean holds(ModelLayer layer, int region) {
        long start = geometry.firstUnit(region);
        for (long u = start; u < start + geometry.unitsPerCluster(); u++) {
            if (u < layer.units.length && layer.units[(int) u] != INHERIT) {
                return true;
            }
        }
        return false;
    }

    boolean holdsAbove(ModelLayer layer, int region) {
        return above(layer, region) != null;
    }

    private ModelLayer above(ModelLayer layer, int region) {
        ModelLayer at = layer;
        while (at.record.parent() != 0
                && (long) region * geometry.clusterBytes() < at.record.parentLimitBytes()) {
            at = layers.get(at.record.parent());
            if (holds(at, region)) {
                return at;
            }
        }
        return null;
    }

    private void dropUnusedClusters(ModelLayer layer) {
        layer.clusters.keySet().removeIf(region -> !hasPlaces(layer, region));
    }

    private boolean hasPlaces(ModelLayer layer, int region) {
        long start = geometry.firstUnit(region);
        for (long u = start; u < start + geometry.unitsPerCluster(); u++) {
            if (u < layer.units.length && layer.units[(int) u] >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Every unit, every count, every answer is what this model says. */
    void verify(Metadata metadata) {
        assertEquals(
                List.copyOf(layers.keySet()), metadata.layers().stream().map(Layer::id).toList());
        long clusters = 0;
        Set<Long> slices = new HashSet<>();
        long promised = 0;
        for (Map.Entry<Integer, ModelLayer> entry : layers.entrySet()) {
            ModelLayer expected = entry.getValue();
            Layer layer = metadata.layer(entry.getKey());
            assertEquals(expected.record, layer.record());
            assertEquals(geometry.regions(expected.record.sizeBytes()), layer.regions());
            Set<Long> own = new HashSet<>();
            for (int region = 0; region < layer.regions(); region++) {
                verify(metadata, layer, expected, region, own);
            }
            assertEquals(
                    expected.clusters.size(),
                    layer.mappedClusters(),
                    "%s clusters".formatted(layer));
            assertEquals(own.size(), layer.mappedSlices(), "%s slices".formatted(layer));
            clusters += expected.clusters.size();
            slices.addAll(own);
            if (expected.record.thick() && expected.record.kind() != LayerRecord.Kind.DELETED) {
                promised += Math.max(0, layer.regions() - expected.clusters.size());
            }
        }
        Space space = metadata.space();
        assertEquals(clusters, space.mapped());
        assertEquals(slices.size(), space.mappedSlices());
        assertEquals(promised, space.promised());
        assertEquals(
                space.total(),
                space.metadata()
                        + space.mapped()
                        + space.sliced()
                        + space.held()
                        + space.dying()
                        + space.free());
    }

    private void verify(
            Metadata metadata, Layer layer, ModelLayer expected, int region, Set<Long> slices) {
        int entry = metadata.entry(layer, region);
        int start = (int) geometry.firstUnit(region);
        boolean sliced = MapEntry.isSliced(entry);
        for (int i = 0; i < geometry.unitsPerCluster(); i++) {
            int slice = i / Geometry.UNITS_PER_SLICE;
            long actual = unit(metadata, entry, i);
            if (actual != expected.units[start + i]) {
                assertEquals(
                        expected.units[start + i],
                        actual,
                        "%s region %d (%s) unit %d"
                                .formatted(layer, region, MapEntry.text(entry), i));
            }
            if (sliced && actual >= 0) {
                slices.add(metadata.place(entry, slice));
            }
        }
        ModelLayer above = above(expected, region);
        Layer actualAbove = metadata.above(layer, region);
        assertEquals(
                above == null ? 0 : above.record.id(),
                actualAbove == null ? 0 : actualAbove.id(),
                "above %s region %d".formatted(layer, region));
        assertSame(entry == MapEntry.ABSENT ? actualAbove : layer, metadata.nearest(layer, region));
    }

    private long unit(Metadata metadata, int entry, int unit) {
        if (MapEntry.isAbsent(entry)) {
            return INHERIT;
        }
        if (MapEntry.isZero(entry)) {
            return ZERO;
        }
        int slice = unit / Geometry.UNITS_PER_SLICE;
        if (MapEntry.isDetail(entry)) {
            int mask = metadata.mask(entry, slice) >>> unit % Geometry.UNITS_PER_SLICE;
            if ((mask & 1) == 0) {
                return (mask & 1 << 16) == 0 ? INHERIT : ZERO;
            }
        }
        return inSlice(metadata.place(entry, slice), unit);
    }
}
