package io.mayastor.engine.pool;

import io.mayastor.engine.device.BlockDevice;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A picture of a replica, clone or snapshot.
 *
 * @param snapshotUuid of a clone: the snapshot it came from; of a snapshot: itself
 * @param fault why it takes no I/O, empty when it does
 */
public record ReplicaInfo(
        UUID uuid,
        String name,
        UUID poolUuid,
        String poolName,
        long sizeBytes,
        boolean thin,
        boolean shared,
        List<String> allowedHosts,
        Optional<String> entityId,
        boolean isSnapshot,
        boolean isClone,
        Optional<UUID> snapshotUuid,
        Usage usage,
        String fault,
        Optional<BlockDevice> device) {

    /**
     * Space of a replica, exact: clusters and slices that its own layer maps, and those of the
     * layers below it.
     *
     * @param fromCloneBytes of a clone: ancestors younger than the clone's source; empty otherwise
     */
    public record Usage(
            long capacityBytes,
            long allocatedBytes,
            long clusterBytes,
            long clusters,
            long allocatedClusters,
            long snapshotBytes,
            long snapshotClusters,
            Optional<Long> fromCloneBytes) {}
}
