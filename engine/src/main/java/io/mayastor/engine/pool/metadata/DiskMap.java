package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Label.Extent;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import java.util.ArrayList;
import java.util.List;

/** Where the clusters of a pool are on the disks that a {@link PoolLoader} was given. */
final class DiskMap {
    private final List<MemberDisk> disks;
    private final int clusterBytes;

    DiskMap(List<MemberDisk> disks, int clusterBytes) {
        this.disks = disks;
        this.clusterBytes = clusterBytes;
    }

    /** Problems of the extents of all disks together. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            for (Extent extent : disks.get(i).label().extents()) {
                for (int j = 0; j < i; j++) {
                    for (Extent other : disks.get(j).label().extents()) {
                        if (extent.firstCluster() < other.endCluster()
                                && other.firstCluster() < extent.endCluster()) {
                            problems.add(
                                    "disks %d and %d both have cluster %d"
                                            .formatted(
                                                    j,
                                                    i,
                                                    Math.max(
                                                            extent.firstCluster(),
                                                            other.firstCluster())));
                        }
                    }
                }
            }
        }
        return problems;
    }

    /** The index of the disk that has a cluster, -1: none. */
    int disk(int cluster) {
        for (int i = 0; i < disks.size(); i++) {
            if (extent(i, cluster) != null) {
                return i;
            }
        }
        return -1;
    }

    int input(int disk) {
        return disks.get(disk).input();
    }

    /** Byte offset of a cluster on its disk. */
    long offset(int disk, int cluster) {
        Extent extent = extent(disk, cluster);
        return extent.byteOffset() + (long) (cluster - extent.firstCluster()) * clusterBytes;
    }

    private Extent extent(int disk, int cluster) {
        List<Extent> extents = disks.get(disk).label().extents();
        for (int i = 0; i < extents.size(); i++) {
            Extent extent = extents.get(i);
            if (cluster >= extent.firstCluster() && cluster < extent.endCluster()) {
                return extent;
            }
        }
        return null;
    }
}
