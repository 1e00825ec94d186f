package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.journal.PoolDisk;
import io.mayastor.engine.pool.metadata.Layer;

/** Tells which layers have something on a disk; looks at whole maps, for rare events. */
final class DiskUse {
    private final IoPool pool;

    DiskUse(IoPool pool) {
        this.pool = pool;
    }

    /** Whether the layer, or one above it, has something there. */
    boolean reaches(Layer layer, PoolDisk disk) {
        for (Layer at = layer; at != null; at = at.parent()) {
            if (has(at, disk)) {
                return true;
            }
        }
        return false;
    }

    private boolean has(Layer layer, PoolDisk disk) {
        for (int region = 0; region < layer.regions(); region++) {
            int entry = pool.metadata.entry(layer, region);
            if (MapEntry.isWhole(entry)
                    ? pool.disks.holder(MapEntry.cluster(entry)) == disk
                    : MapEntry.isDetail(entry) && hasSlice(entry, disk)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasSlice(int entry, PoolDisk disk) {
        for (int slice = 0; slice < pool.geometry.slicesPerCluster(); slice++) {
            long place = pool.metadata.place(entry, slice);
            if (place != Place.NONE && pool.disks.holder(Place.cluster(place)) == disk) {
                return true;
            }
        }
        return false;
    }
}
