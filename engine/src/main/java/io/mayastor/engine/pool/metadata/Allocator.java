package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.Place;

/**
 * Gives space out, knows what every cluster is used for, and keeps the promises: what a thick
 * replica was promised goes to nobody else, and what is kept lets metadata grow and layers be
 * merged when the rest is full.
 *
 * <p>None of it is written down: while a pool is loaded and recovered, the maps claim what they
 * name ({@link #running} false); then the rest is free.
 */
final class Allocator {
    private static final int MERGE_BYTES = 8 << 20;

    final FreeClusters clusters = new FreeClusters();
    final FreeSlices slices;

    private final int clusterBytes;
    private FreedListener freed;
    private boolean running;
    private long metadata;
    private long mapped;
    private long mappedSlices;
    private long promised;
    private long keptForMetadata;

    Allocator(Geometry geometry) {
        slices = new FreeSlices(geometry.slicesPerCluster());
        clusterBytes = geometry.clusterBytes();
    }

    /** From now on space is given out, and what maps give up goes to the listener. */
    void run(FreedListener listener) {
        freed = listener;
        running = true;
    }

    boolean isRunning() {
        return running;
    }

    /** A cluster, held by the caller, or {@link FreeClusters#NONE}. */
    int cluster(Use use) {
        return available(use) > 0 ? clusters.allocate(use != Use.THIN) : FreeClusters.NONE;
    }

    /** A slice, held by the caller, or {@link Place#NONE}. */
    long slice(Use use) {
        if (!slices.hasRoom()) {
            int cluster = cluster(use);
            if (cluster == FreeClusters.NONE) {
                return Place.NONE;
            }
            clusters.settle(cluster);
            slices.addCluster(cluster);
        }
        return slices.allocate();
    }

    /** One cluster on each of these disks, for metadata, or null. */
    int[] metadataCluster(int[] disks, Use use) {
        if (available(use) < disks.length) {
            return null;
        }
        int[] found = new int[disks.length];
        for (int i = 0; i < disks.length; i++) {
            found[i] = clusters.allocateOn(disks[i]);
            if (found[i] == FreeClusters.NONE) {
                for (int j = 0; j < i; j++) {
                    clusters.release(found[j]);
                }
                return null;
            }
        }
        for (int cluster : found) {
            clusters.settle(cluster);
        }
        metadata += disks.length;
        return found;
    }

    /** The root names it; false when something else does too. */
    boolean claimMetadata(int cluster) {
        metadata++;
        return clusters.claim(cluster);
    }

    void releaseMetadata(int cluster) {
        metadata--;
        clusters.release(cluster);
    }

    void releaseCluster(int cluster) {
        if (slices.hasCluster(cluster)) {
            throw new IllegalStateException("cluster " + cluster + " is given out in slices");
        }
        clusters.release(cluster);
    }

    void releaseSlice(long place) {
        if (slices.release(place)) {
            clusters.release(Place.cluster(place));
        }
    }

    /** The layer's map names the cluster from now on; false when it cannot be. */
    boolean map(Layer layer, int cluster) {
        if (running ? !clusters.settle(cluster) : !clusters.claim(cluster)) {
            return false;
        }
        mapped++;
        layer.clusters++;
        promise(layer);
        return true;
    }

    /** The layer's map names the slice from now on; false when it cannot be. */
    boolean map(Layer layer, long place) {
        if (running ? !slices.settle(place) : !claim(place)) {
            return false;
        }
        mappedSlices++;
        layer.slices++;
        return true;
    }

    private boolean claim(long place) {
        if (!Place.isPossible(place)) {
            return false;
        }
        int cluster = Place.cluster(place);
        if (!slices.hasCluster(cluster)) {
            if (!clusters.claim(cluster)) {
                return false;
            }
            slices.addCluster(cluster);
        }
        return slices.claim(place);
    }

    /** The layer's map names the cluster no more. */
    void unmap(Layer layer, int cluster, long sequence) {
        mapped--;
        layer.clusters--;
        promise(layer);
        if (running) {
            freed.cluster(cluster, sequence);
        } else {
            clusters.release(cluster);
        }
    }

    /** The layer's map names the slice no more. */
    void unmap(Layer layer, long place, long sequence) {
        mappedSlices--;
        layer.slices--;
        if (running) {
            freed.slice(place, sequence);
        } else {
            releaseSlice(place);
        }
    }

    /** Another layer's map names space of this one. */
    void handOver(Layer from, Layer to, int clusterCount, int sliceCount) {
        from.clusters -= clusterCount;
        to.clusters += clusterCount;
        from.slices -= sliceCount;
        to.slices += sliceCount;
        promise(from);
        promise(to);
    }

    /** Counts anew what the layer was promised and does not have yet. */
    void promise(Layer layer) {
        LayerRecord record = layer.record;
        boolean thick = record.thick() && record.kind() != LayerRecord.Kind.DELETED;
        promise(layer, thick ? Math.max(0, layer.regions - layer.clusters) : 0);
    }

    void forget(Layer layer) {
        promise(layer, 0);
    }

    private void promise(Layer layer, long clusterCount) {
        promised += clusterCount - layer.promised;
        layer.promised = clusterCount;
    }

    /** Keeps so many clusters on each of these disks for metadata. */
    void keepForMetadata(int[] disks, int each) {
        for (int disk : disks) {
            clusters.keep(disk, each);
        }
        keptForMetadata = (long) disks.length * each;
    }

    /** Clusters that may be given out for this use. */
    long available(Use use) {
        return switch (use) {
            case THIN -> clusters.free() - promised - kept();
            case THICK -> clusters.free();
            case UPKEEP -> clusters.free() - promised;
        };
    }

    private long kept() {
        return keptForMetadata + Math.max(1, MERGE_BYTES / clusterBytes);
    }

    Space space(int slicesPerCluster) {
        long sliced = slices.clusters();
        return new Space(
                clusters.total(),
                metadata,
                mapped,
                sliced,
                clusters.held(),
                clusters.total() - clusters.free() - metadata - mapped - sliced - clusters.held(),
                clusters.free(),
                promised,
                kept(),
                mappedSlices,
                slices.heldSlices(),
                slices.takenSlices() - mappedSlices - slices.heldSlices(),
                sliced * slicesPerCluster - slices.takenSlices());
    }

    long memoryBytes() {
        return clusters.memoryBytes() + slices.memoryBytes();
    }
}
