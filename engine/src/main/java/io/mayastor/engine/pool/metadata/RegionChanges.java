package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.ring.Memory;

/**
 * What the records that change a region do. Each ends in the smallest form: a partial region with
 * all units valid is whole; a cluster or slice without a valid unit is given up at once; a region
 * that inherits everything is absent.
 *
 * <p>Zero units exist only where there is something above to hide.
 */
final class RegionChanges {
    private final Geometry geometry;
    private final LayerMaps maps;
    private final LayerTree tree;
    private final RegionDetails details;
    private final Allocator allocator;

    RegionChanges(
            Geometry geometry,
            LayerMaps maps,
            LayerTree tree,
            RegionDetails details,
            Allocator allocator) {
        this.geometry = geometry;
        this.maps = maps;
        this.tree = tree;
        this.details = details;
        this.allocator = allocator;
    }

    /** Units become valid in a cluster. A sliced region becomes one with that cluster. */
    void unitsInCluster(long sequence, Layer layer, int region, int first, int count, int cluster) {
        int entry = check(layer, region, first, count);
        if (MapEntry.isWhole(entry) || MapEntry.isPartial(entry)) {
            if (details.cluster(entry) != cluster) {
                throw contradiction(layer, region, entry, "units in cluster " + cluster);
            }
            if (MapEntry.isPartial(entry)) {
                setValid(layer, region, entry, first, count);
            }
            return;
        }
        if (MapEntry.isSliced(entry) && !details.isCovered(entry, first, count)) {
            throw contradiction(layer, region, entry, "not all of its units in " + cluster);
        }
        if (!allocator.map(layer, cluster)) {
            throw contradiction(layer, region, entry, "cluster " + cluster + " is another's");
        }
        if (count == geometry.unitsPerCluster()) {
            giveUp(sequence, layer, entry);
            set(layer, region, MapEntry.whole(cluster));
            return;
        }
        int partial = details.make(layer, region, false, entry);
        details.partial.putInt(MapEntry.slot(partial), DetailSlot.CLUSTER_AT, cluster);
        giveUp(sequence, layer, entry);
        set(layer, region, partial);
        setValid(layer, region, partial, first, count);
    }

    private void setValid(Layer layer, int region, int partial, int first, int count) {
        if (details.setValid(partial, first, count) == geometry.unitsPerCluster()) {
            int cluster = details.cluster(partial);
            details.free(partial);
            set(layer, region, MapEntry.whole(cluster));
        }
    }

    /**
     * Units become valid in slices.
     *
     * @param places address of one {@link Place} for each slice touched
     */
    void unitsInSlices(Layer layer, int region, int first, int count, long places) {
        int entry = check(layer, region, first, count);
        if (MapEntry.isWhole(entry) || MapEntry.isPartial(entry)) {
            throw contradiction(layer, region, entry, "units in slices");
        }
        if (!MapEntry.isSliced(entry)) {
            entry = details.make(layer, region, true, entry);
            set(layer, region, entry);
        }
        int firstSlice = first / Geometry.UNITS_PER_SLICE;
        int lastSlice = (first + count - 1) / Geometry.UNITS_PER_SLICE;
        for (int slice = firstSlice; slice <= lastSlice; slice++) {
            long place = Memory.getLong(places + (long) Place.BYTES * (slice - firstSlice));
            long old = details.place(entry, slice);
            if (old == Place.NONE && allocator.map(layer, place)) {
                details.putPlace(entry, slice, place);
            } else if (old != place) {
                throw contradiction(
                        layer, region, entry, "slice %d in %s".formatted(slice, Place.text(place)));
            }
        }
        details.setValid(entry, first, count);
    }

    /** Units give up their content and are zero, or inherited. */
    void clear(long sequence, Layer layer, int region, int first, int count, boolean zero) {
        int entry = check(layer, region, first, count);
        boolean asZero = zero && tree.above(layer, region) != null;
        int value = asZero ? MapEntry.ZERO : MapEntry.ABSENT;
        if (entry == value) {
            return;
        }
        if (count == geometry.unitsPerCluster()) {
            giveUp(sequence, layer, entry);
            set(layer, region, value);
            return;
        }
        if (!MapEntry.isDetail(entry)) {
            int made = details.make(layer, region, !MapEntry.isWhole(entry), entry);
            if (MapEntry.isWhole(entry)) {
                details.partial.putInt(
                        MapEntry.slot(made), DetailSlot.CLUSTER_AT, MapEntry.cluster(entry));
            }
            set(layer, region, made);
            entry = made;
        }
        int valid = details.clear(entry, first, count, asZero);
        if (MapEntry.isSliced(entry)) {
            giveUpSlices(sequence, layer, entry, first, count);
        }
        if (valid == 0) {
            shrink(sequence, layer, region, entry);
        }
    }

    private void giveUpSlices(long sequence, Layer layer, int entry, int first, int count) {
        int last = (first + count - 1) / Geometry.UNITS_PER_SLICE;
        for (int slice = first / Geometry.UNITS_PER_SLICE; slice <= last; slice++) {
            long place = details.place(entry, slice);
            if (place != Place.NONE && DetailSlot.valid(details.mask(entry, slice)) == 0) {
                details.putPlace(entry, slice, Place.NONE);
                allocator.unmap(layer, place, sequence);
            }
        }
    }

    /** No unit is valid any more. */
    private void shrink(long sequence, Layer layer, int region, int entry) {
        int smallest = details.withoutValid(entry);
        if (smallest == entry && MapEntry.isSliced(entry)) {
            return;
        }
        int now = smallest == entry ? details.make(layer, region, true, entry) : smallest;
        giveUp(sequence, layer, entry);
        set(layer, region, now);
    }

    /** The region gives up all it has and is {@link MapEntry#ABSENT} or {@link MapEntry#ZERO}. */
    void region(long sequence, Layer layer, int region, int value) {
        int entry = check(layer, region, 0, 1);
        boolean zero = value == MapEntry.ZERO && tree.above(layer, region) != null;
        giveUp(sequence, layer, entry);
        set(layer, region, zero ? MapEntry.ZERO : MapEntry.ABSENT);
    }

    /** The target, absent there, takes over the region's entry. */
    void move(Layer from, Layer to, int region) {
        int entry = check(from, region, 0, 1);
        int old = check(to, region, 0, 1);
        if (old != MapEntry.ABSENT || region >= to.parentLimitRegions) {
            throw contradiction(to, region, old, "move from " + from);
        }
        if (MapEntry.isDetail(entry)) {
            details.space(entry).putInt(MapEntry.slot(entry), DetailSlot.LAYER_AT, to.id());
        }
        if (MapEntry.isSliced(entry)) {
            int slices = 0;
            for (int slice = 0; slice < geometry.slicesPerCluster(); slice++) {
                slices += details.place(entry, slice) == Place.NONE ? 0 : 1;
            }
            allocator.handOver(from, to, 0, slices);
        } else if (MapEntry.isWhole(entry) || MapEntry.isPartial(entry)) {
            allocator.handOver(from, to, 1, 0);
        }
        set(from, region, MapEntry.ABSENT);
        set(to, region, entry);
    }

    /** Space and slot of an entry that the caller replaces. */
    private void giveUp(long sequence, Layer layer, int entry) {
        if (MapEntry.isWhole(entry) || MapEntry.isPartial(entry)) {
            allocator.unmap(layer, details.cluster(entry), sequence);
        } else if (MapEntry.isSliced(entry)) {
            for (int slice = 0; slice < geometry.slicesPerCluster(); slice++) {
                long place = details.place(entry, slice);
                if (place != Place.NONE) {
                    allocator.unmap(layer, place, sequence);
                }
            }
        }
        if (MapEntry.isDetail(entry)) {
            details.free(entry);
        }
    }

    private void set(Layer layer, int region, int value) {
        if (maps.set(layer, region, value)) {
            tree.forgetBelow(layer, region);
        }
    }

    private int check(Layer layer, int region, int first, int count) {
        if (region < 0
                || region >= layer.regions
                || first < 0
                || count < 1
                || first > geometry.unitsPerCluster() - count) {
            throw new IllegalStateException(
                    "%s with %d regions has no units %d+%d in region %d"
                            .formatted(layer, layer.regions, first, count, region));
        }
        return maps.entry(layer, region);
    }

    private static IllegalStateException contradiction(
            Layer layer, int region, int entry, String what) {
        return new IllegalStateException(
                "%s region %d is %s: %s".formatted(layer, region, MapEntry.text(entry), what));
    }
}
