package io.mayastor.engine.pool;

import java.util.List;
import java.util.UUID;

/**
 * A picture of a pool.
 *
 * @param reason why it is not online, empty when it is
 * @param capacityBytes what replicas can use: all clusters but those of metadata and its reserve
 * @param usedBytes clusters that hold data of replicas and snapshots, dying ones included
 * @param committedBytes sizes of replicas and clones plus what snapshots hold themselves
 * @param diskCapacityBytes sum of the disks' sizes
 * @param metadataPages pages that fit into the metadata space taken so far
 */
public record PoolInfo(
        UUID uuid,
        String name,
        PoolState state,
        String reason,
        long capacityBytes,
        long usedBytes,
        long committedBytes,
        int clusterBytes,
        int blockBytes,
        long diskCapacityBytes,
        int metadataPageBytes,
        long metadataPages,
        long metadataPagesUsed,
        List<DiskInfo> disks,
        PoolStatistics statistics) {}
