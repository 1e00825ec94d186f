package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.ring.Memory;

/**
 * Where the units of one span of a write are going to lie: in the region's cluster or in slices,
 * those that the map has and those that this write or its neighbours in flight bring along. Owner
 * thread: the pool's reactor. Nothing is allocated after construction.
 */
final class SpanSpace {
    private static final int UNITS_PER_SLICE = DiskLayout.UNITS_PER_SLICE;
    static final int MOST_SLICES = WriteIo.MOST_UNITS / UNITS_PER_SLICE + 1;
    static final int PLACES_BYTES = MOST_SLICES * Place.BYTES;

    private final IoPool pool;
    private final long places;
    private final FirstTouch[] touches = new FirstTouch[MOST_SLICES];
    private int touched;
    private FirstTouches touchesOf;
    private boolean sliced;
    private int cluster;
    private int firstSlice;
    private int slices;

    /**
     * @param places address of {@link #PLACES_BYTES} bytes
     */
    SpanSpace(IoPool pool, long places) {
        this.pool = pool;
        this.places = places;
    }

    /**
     * Finds or takes the space of units of one region.
     *
     * @return false: there is not enough; nothing is kept
     */
    boolean claim(Replica replica, int region, int first, int count) {
        Layer layer = replica.layer();
        int entry = pool.metadata.entry(layer, region);
        boolean mapped = MapEntry.isWhole(entry) || MapEntry.isDetail(entry);
        sliced = mapped ? MapEntry.isSliced(entry) : layer.parent() != null;
        firstSlice = first / UNITS_PER_SLICE;
        slices = (first + count - 1) / UNITS_PER_SLICE - firstSlice + 1;
        boolean enough =
                sliced
                        ? claimSlices(replica, region, mapped ? entry : MapEntry.ABSENT)
                        : claimCluster(replica, region, entry, mapped);
        if (!enough) {
            leave(false, 0);
        }
        return enough;
    }

    private boolean claimCluster(Replica replica, int region, int entry, boolean mapped) {
        if (mapped) {
            cluster = pool.metadata.cluster(entry);
            return true;
        }
        boolean promised = replica.layer().record().thick();
        if (!join(replica.clusterTouches(), region, promised)) {
            return false;
        }
        cluster = (int) touches[0].space;
        return true;
    }

    private boolean claimSlices(Replica replica, int region, int entry) {
        long firstKey = (long) region * pool.geometry.slicesPerCluster() + firstSlice;
        for (int i = 0; i < slices; i++) {
            long place =
                    MapEntry.isAbsent(entry)
                            ? Place.NONE
                            : pool.metadata.place(entry, firstSlice + i);
            if (place == Place.NONE) {
                if (!join(replica.sliceTouches(), firstKey + i, false)) {
                    return false;
                }
                place = touches[touched - 1].space;
            }
            Memory.putLong(places + (long) i * Place.BYTES, place);
        }
        return true;
    }

    private boolean join(FirstTouches of, long key, boolean promised) {
        touchesOf = of;
        FirstTouch touch = of.join(key, promised);
        if (touch == null) {
            return false;
        }
        touches[touched++] = touch;
        return true;
    }

    /**
     * The write needs its space no longer for itself.
     *
     * @param mapped the map has it now
     * @param undone when it has not: the record that took back one which named the space, or 0 when
     *     no record did
     */
    void leave(boolean mapped, long undone) {
        while (touched > 0) {
            FirstTouch touch = touches[--touched];
            touches[touched] = null;
            touchesOf.leave(touch, mapped, undone);
        }
    }

    boolean isSliced() {
        return sliced;
    }

    /** Slices that the span touches, 0 when the region is not sliced. */
    int slices() {
        return sliced ? slices : 0;
    }

    /** The cluster, 0 when the region is sliced. */
    int cluster() {
        return sliced ? 0 : cluster;
    }

    /** Address of the places of the slices touched, 0 when the region is not sliced. */
    long places() {
        return sliced ? places : 0;
    }

    /** Where a unit of the region, which is in the span, is going to lie. */
    long spot(int unitInRegion) {
        if (!sliced) {
            return UnitMap.spot(cluster, (long) unitInRegion << UnitMap.UNIT_SHIFT);
        }
        int slice = unitInRegion / UNITS_PER_SLICE - firstSlice;
        long place = Memory.getLong(places + (long) slice * Place.BYTES);
        return UnitMap.spot(place, unitInRegion % UNITS_PER_SLICE);
    }
}
