package io.mayastor.engine.pool.journal;

import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Label;
import java.util.ArrayList;
import java.util.List;

/** How a disk's bytes become clusters of the pool. */
final class DiskExtents {
    private DiskExtents() {}

    /** What is labelled of a device of this size. */
    static long labelledBytes(long deviceBytes) {
        return deviceBytes / DiskLayout.UNIT * DiskLayout.UNIT;
    }

    /** The one run of clusters of a new disk; null when it is too small for any. */
    static Label.Extent first(long firstCluster, long labelledBytes, int clusterBytes) {
        return run(firstCluster, DiskLayout.FIRST_CLUSTER, labelledBytes, clusterBytes);
    }

    /**
     * The extents of a disk that has grown; the same list when there is no room for a cluster more.
     *
     * @param nextCluster the first number that no disk of the pool has
     */
    static List<Label.Extent> grown(
            List<Label.Extent> extents, long nextCluster, long labelledBytes, int clusterBytes) {
        Label.Extent last = extents.getLast();
        long end = last.byteOffset() + (long) last.clusters() * clusterBytes;
        Label.Extent more = run(nextCluster, end, labelledBytes, clusterBytes);
        if (more == null) {
            return extents;
        }
        List<Label.Extent> grown = new ArrayList<>(extents);
        if (last.endCluster() == nextCluster) {
            grown.removeLast();
            int clusters = last.clusters() + more.clusters();
            more = new Label.Extent(last.firstCluster(), clusters, last.byteOffset());
        }
        grown.add(more);
        return grown.size() > Label.MAX_EXTENTS ? extents : grown;
    }

    private static Label.Extent run(
            long firstCluster, long byteOffset, long labelledBytes, int clusterBytes) {
        long room = (labelledBytes - DiskLayout.TAIL - byteOffset) / clusterBytes;
        long numbers = DiskLayout.MAX_CLUSTER_NUMBER + 1L - firstCluster;
        long clusters = Math.min(room, numbers);
        return clusters < 1
                ? null
                : new Label.Extent((int) firstCluster, (int) clusters, byteOffset);
    }

    /** The first cluster number that none of these has. */
    static long nextCluster(Iterable<List<Label.Extent>> extents) {
        long next = 0;
        for (List<Label.Extent> disk : extents) {
            for (Label.Extent extent : disk) {
                next = Math.max(next, extent.endCluster());
            }
        }
        return next;
    }
}
