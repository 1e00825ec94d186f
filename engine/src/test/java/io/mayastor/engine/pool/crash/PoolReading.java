package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import io.mayastor.engine.pool.metadata.Metadata;

/**
 * Finds the bytes of volumes in the images of a pool's disks, by the loaded maps alone: on its own,
 * so that a mistake of the engine's reading does not hide one of its writing.
 */
final class PoolReading {
    private static final int UNIT = Geometry.UNIT_BYTES;

    private final Metadata metadata;
    private final Geometry geometry;
    private final long[] clusterAddress;

    PoolReading(LoadedPool pool, DiskImage[] images) {
        metadata = pool.metadata();
        geometry = metadata.geometry();
        int clusters = 0;
        for (MemberDisk disk : pool.disks()) {
            for (Label.Extent extent : disk.label().extents()) {
                clusters = Math.max(clusters, (int) extent.endCluster());
            }
        }
        clusterAddress = new long[clusters];
        for (MemberDisk disk : pool.disks()) {
            for (Label.Extent extent : disk.label().extents()) {
                for (int i = 0; i < extent.clusters(); i++) {
                    clusterAddress[extent.firstCluster() + i] =
                            images[disk.input()].address()
                                    + extent.byteOffset()
                                    + (long) i * geometry.clusterBytes();
                }
            }
        }
    }

    /** Address of the 4 KiB of a unit, or 0 for zeros. */
    long unit(Layer volume, long unit) {
        int region = geometry.region(unit);
        int inRegion = geometry.unitInRegion(unit);
        int slice = inRegion / Geometry.UNITS_PER_SLICE;
        int bit = 1 << inRegion % Geometry.UNITS_PER_SLICE;
        for (Layer layer = volume; layer != null; layer = layer.parent()) {
            if (region >= layer.regions()) {
                return 0;
            }
            int entry = metadata.entry(layer, region);
            if (MapEntry.isZero(entry)) {
                return 0;
            }
            if (MapEntry.isWhole(entry)) {
                return clusterAddress[MapEntry.cluster(entry)] + (long) inRegion * UNIT;
            }
            if (MapEntry.isDetail(entry)) {
                int mask = metadata.mask(entry, slice);
                if ((DetailSlot.valid(mask) & bit) != 0) {
                    return inPlace(metadata.place(entry, slice), inRegion);
                }
                if ((DetailSlot.zero(mask) & bit) != 0) {
                    return 0;
                }
            }
            if (unit * UNIT >= layer.record().parentLimitBytes()) {
                return 0;
            }
        }
        return 0;
    }

    private long inPlace(long place, int inRegion) {
        return clusterAddress[Place.cluster(place)]
                + (long) Place.slice(place) * Geometry.SLICE_BYTES
                + (long) (inRegion % Geometry.UNITS_PER_SLICE) * UNIT;
    }
}
