package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Metadata;

/**
 * Finds where units lie: in the layer itself or in the nearest one above it that has them. Owner
 * thread: the pool's reactor. Nothing is allocated.
 *
 * <p>A spot is a cluster's number in the high bits and a byte offset in the cluster in the low 30.
 */
final class UnitMap {
    /** The units read zeros. */
    static final long HOLE = -1;

    static final int UNIT_SHIFT = Integer.numberOfTrailingZeros(DiskLayout.UNIT);
    private static final int OFFSET_BITS = 30;
    private static final int UNITS_PER_SLICE = DiskLayout.UNITS_PER_SLICE;
    private static final int ALL_VALID = (1 << UNITS_PER_SLICE) - 1;

    private final Metadata metadata;
    private final int unitsPerCluster;
    private int units;

    UnitMap(Metadata metadata, Geometry geometry) {
        this.metadata = metadata;
        this.unitsPerCluster = geometry.unitsPerCluster();
    }

    static long spot(int cluster, long offsetInCluster) {
        return (long) cluster << OFFSET_BITS | offsetInCluster;
    }

    /** Where a unit of the slice at this place lies. */
    static long spot(long place, int unitInSlice) {
        long offset =
                (long) Place.slice(place) * DiskLayout.SLICE + ((long) unitInSlice << UNIT_SHIFT);
        return spot(Place.cluster(place), offset);
    }

    static int cluster(long spot) {
        return (int) (spot >>> OFFSET_BITS);
    }

    static long offsetInCluster(long spot) {
        return spot & (1L << OFFSET_BITS) - 1;
    }

    int region(long unit) {
        return (int) (unit / unitsPerCluster);
    }

    int unitInRegion(long unit) {
        return (int) (unit % unitsPerCluster);
    }

    /**
     * Where a unit lies, as a reader of the layer sees it. {@link #units()} then tells how many
     * from there on lie behind each other, at most {@code most} and never beyond the region.
     *
     * @return its spot, or {@link #HOLE}
     */
    long find(Layer layer, long unit, long most) {
        int region = region(unit);
        int first = unitInRegion(unit);
        int slice = first / UNITS_PER_SLICE;
        int bit = first % UNITS_PER_SLICE;
        units = (int) Math.min(most, unitsPerCluster - first);
        Layer at = metadata.nearest(layer, region);
        while (at != null) {
            int entry = metadata.entry(at, region);
            if (MapEntry.isWhole(entry)) {
                return spot(MapEntry.cluster(entry), (long) first << UNIT_SHIFT);
            }
            if (MapEntry.isZero(entry)) {
                return HOLE;
            }
            if (MapEntry.isDetail(entry)) {
                int mask = metadata.mask(entry, slice);
                int valid = DetailSlot.valid(mask) >>> bit;
                int zero = DetailSlot.zero(mask) >>> bit;
                if ((valid & 1) != 0) {
                    units = Math.min(units, Integer.numberOfTrailingZeros(~valid));
                    return spot(metadata.place(entry, slice), bit);
                }
                if ((zero & 1) != 0) {
                    units = Math.min(units, Integer.numberOfTrailingZeros(~zero));
                    return HOLE;
                }
                int own = valid | zero | 1 << UNITS_PER_SLICE - bit;
                units = Math.min(units, Integer.numberOfTrailingZeros(own));
            }
            at = metadata.above(at, region);
        }
        return HOLE;
    }

    /** How many units from the one last found on lie, or read zeros, like it. */
    int units() {
        return units;
    }

    /** Whether the layer itself holds all of these units, which lie in one region. */
    boolean holds(Layer layer, long unit, int count) {
        int entry = metadata.entry(layer, region(unit));
        if (MapEntry.isWhole(entry)) {
            return true;
        }
        if (!MapEntry.isDetail(entry)) {
            return false;
        }
        int first = unitInRegion(unit);
        int end = first + count;
        for (int slice = first / UNITS_PER_SLICE; slice * UNITS_PER_SLICE < end; slice++) {
            int wanted = bitsIn(slice, first, end);
            if ((DetailSlot.valid(metadata.mask(entry, slice)) & wanted) != wanted) {
                return false;
            }
        }
        return true;
    }

    /** The bits of a slice that units {@code first} to {@code end} of the region stand for. */
    static int bitsIn(int slice, int first, int end) {
        int from = Math.max(0, first - slice * UNITS_PER_SLICE);
        int to = Math.min(UNITS_PER_SLICE, end - slice * UNITS_PER_SLICE);
        return ALL_VALID >>> UNITS_PER_SLICE - to & ALL_VALID << from;
    }
}
