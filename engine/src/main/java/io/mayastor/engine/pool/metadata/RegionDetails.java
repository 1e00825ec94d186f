package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.pool.format.Place;

/** Masks and places of partial and sliced regions: what is in their slots, and simple edits. */
final class RegionDetails {
    private static final int ALL_VALID = DetailSlot.mask(Geometry.ALL_UNITS, 0);
    private static final int ALL_ZERO = DetailSlot.mask(0, Geometry.ALL_UNITS);

    final SlotSpace partial;
    final SlotSpace sliced;
    private final Geometry geometry;
    private final int slices;

    RegionDetails(PageTable table, Geometry geometry) {
        partial = new SlotSpace(table, PageHeader.PARTIAL, geometry);
        sliced = new SlotSpace(table, PageHeader.SLICED, geometry);
        this.geometry = geometry;
        slices = geometry.slicesPerCluster();
    }

    SlotSpace space(int entry) {
        return MapEntry.isSliced(entry) ? sliced : partial;
    }

    int mask(int entry, int slice) {
        return space(entry).getInt(MapEntry.slot(entry), DetailSlot.maskAt(slice));
    }

    /** The cluster of a whole or partial entry. */
    int cluster(int entry) {
        return MapEntry.isWhole(entry)
                ? MapEntry.cluster(entry)
                : partial.getInt(MapEntry.slot(entry), DetailSlot.CLUSTER_AT);
    }

    /** Where a slice of the region is, or {@link Place#NONE}. */
    long place(int entry, int slice) {
        if (MapEntry.isSliced(entry)) {
            return sliced.getLong(MapEntry.slot(entry), DetailSlot.placeAt(slices, slice));
        }
        return MapEntry.isAbsent(entry) || MapEntry.isZero(entry)
                ? Place.NONE
                : Place.of(cluster(entry), slice);
    }

    void putPlace(int entry, int slice, long place) {
        sliced.putLong(MapEntry.slot(entry), DetailSlot.placeAt(slices, slice), place);
    }

    int validUnits(int entry) {
        return space(entry).getInt(MapEntry.slot(entry), DetailSlot.VALID_AT);
    }

    /** An entry with its own masks: all zero, or those of another entry that has or had a slot. */
    int make(Layer layer, int region, boolean asSliced, int like) {
        SlotSpace space = asSliced ? sliced : partial;
        int slot = space.allocate(layer.id(), region);
        int entry = asSliced ? MapEntry.sliced(slot) : MapEntry.partial(slot);
        if (MapEntry.isDetail(like)) {
            for (int slice = 0; slice < slices; slice++) {
                space.putInt(slot, DetailSlot.maskAt(slice), mask(like, slice));
            }
            space.putInt(slot, DetailSlot.VALID_AT, validUnits(like));
        } else if (MapEntry.isZero(like)) {
            fill(space, slot, ALL_ZERO);
        } else if (MapEntry.isWhole(like)) {
            fill(space, slot, ALL_VALID);
            space.putInt(slot, DetailSlot.VALID_AT, geometry.unitsPerCluster());
        }
        return entry;
    }

    private void fill(SlotSpace space, int slot, int mask) {
        for (int slice = 0; slice < slices; slice++) {
            space.putInt(slot, DetailSlot.maskAt(slice), mask);
        }
    }

    void free(int entry) {
        space(entry).free(MapEntry.slot(entry));
    }

    /** Units become valid; returns how many of the region are. */
    int setValid(int entry, int first, int count) {
        return edit(entry, first, count, true, false);
    }

    /** Units become zero or inherited; returns how many units of the region are valid. */
    int clear(int entry, int first, int count, boolean zero) {
        return edit(entry, first, count, false, zero);
    }

    private int edit(int entry, int first, int count, boolean valid, boolean zero) {
        SlotSpace space = space(entry);
        int slot = MapEntry.slot(entry);
        int before = space.getInt(slot, DetailSlot.VALID_AT);
        int now = before;
        for (int unit = first; unit < first + count; ) {
            int slice = unit / Geometry.UNITS_PER_SLICE;
            int start = unit % Geometry.UNITS_PER_SLICE;
            int end = Math.min(Geometry.UNITS_PER_SLICE, start + first + count - unit);
            int bits = Geometry.unitBits(start, end);
            int mask = space.getInt(slot, DetailSlot.maskAt(slice));
            int changed =
                    mask & ~DetailSlot.mask(bits, bits)
                            | DetailSlot.mask(valid ? bits : 0, zero ? bits : 0);
            if (changed != mask) {
                space.putInt(slot, DetailSlot.maskAt(slice), changed);
                now +=
                        Integer.bitCount(DetailSlot.valid(changed))
                                - Integer.bitCount(DetailSlot.valid(mask));
            }
            unit += end - start;
        }
        if (now != before) {
            space.putInt(slot, DetailSlot.VALID_AT, now);
        }
        return now;
    }

    /**
     * What a region without valid units is: {@link MapEntry#ABSENT} when it inherits all, {@link
     * MapEntry#ZERO} when all is zero, else still this entry.
     */
    int withoutValid(int entry) {
        int first = mask(entry, 0);
        if (first != 0 && first != ALL_ZERO) {
            return entry;
        }
        for (int slice = 1; slice < slices; slice++) {
            if (mask(entry, slice) != first) {
                return entry;
            }
        }
        return first == 0 ? MapEntry.ABSENT : MapEntry.ZERO;
    }

    /** Whether no unit outside the range is valid. */
    boolean isCovered(int entry, int first, int count) {
        int inside = 0;
        for (int unit = first; unit < first + count; unit++) {
            int mask = mask(entry, unit / Geometry.UNITS_PER_SLICE);
            inside += mask >>> unit % Geometry.UNITS_PER_SLICE & 1;
        }
        return inside == validUnits(entry);
    }
}
