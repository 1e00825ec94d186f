package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.PoolGrowth;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.SnapshotSpec;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The pools of this node with their replicas and snapshots. Management threads; every method blocks
 * until the thing is done and durable, or throws a {@link io.mayastor.engine.pool.PoolException}
 * that says what, where and what to do.
 *
 * <p>Promises: changes of one pool run one after the other; a call that would have to wait too long
 * for another fails with BUSY. A replica that was shared is shared again when its pool opens.
 */
public interface Pools {
    /**
     * Makes a pool on blank disks, or opens it when the disks carry a pool of this name (and UUID,
     * when given). ALREADY_EXISTS when the pool is open already on these disks.
     */
    PoolInfo create(PoolSpec spec);

    /** Opens an existing pool; never writes to a disk that is not of this pool. */
    PoolInfo open(PoolSpec spec);

    /**
     * Opens what the disks carry, whatever its name; makes a pool of that name if they are blank.
     */
    PoolInfo openOrCreate(PoolSpec spec);

    /** Closes the pool in order; its data stays. */
    void export(String name);

    /** Closes the pool and makes its disks blank; all replicas are lost. */
    void destroy(String name);

    /** Takes over what the disks have grown by (they are rescanned). */
    PoolGrowth grow(String name);

    PoolInfo addDisk(String name, String diskUri);

    /**
     * Sets error counters and alerts to zero.
     *
     * @param diskUris which disks; empty: all
     */
    PoolInfo clearErrors(String name, List<String> diskUris);

    /** The open pools in the order of their opening, a consistent picture of each. */
    List<PoolInfo> list();

    /** Makes a replica; it is not shared yet. */
    ReplicaInfo createReplica(ReplicaSpec spec);

    /** Unshares and deletes a replica or clone; its space comes back in the background. */
    void destroyReplica(UUID uuid);

    ReplicaInfo resizeReplica(UUID uuid, long sizeBytes);

    ReplicaInfo setEntityId(UUID uuid, String entityId);

    /** Shares a replica over NVMe/TCP, or changes who may connect; remembered over restarts. */
    ReplicaInfo share(UUID uuid, Set<String> allowedHosts);

    /** Ends the sharing; nothing happens when it is not shared. */
    ReplicaInfo unshare(UUID uuid);

    /** All replicas, clones and snapshots, discarded snapshots too, pool by pool. */
    List<ReplicaInfo> replicas();

    /** The device of a replica, clone or snapshot; REPLICA_NOT_FOUND when there is none. */
    BlockDevice device(UUID uuid);

    SnapshotInfo createSnapshot(SnapshotSpec spec);

    /** Deletes a snapshot; with live clones it becomes discarded and goes with the last of them. */
    void destroySnapshot(UUID uuid);

    ReplicaInfo createClone(UUID snapshotUuid, UUID cloneUuid, String cloneName);

    /** Discarded ones too. */
    List<SnapshotInfo> snapshots();

    /** Bytes that deletions in the background still have to give back or to merge. */
    long pendingDeletionBytes(String poolName);

    /** What was done with a replica, clone or snapshot; nothing while it is not open. */
    IoFigures replicaFigures(UUID uuid);

    /** What was done with all replicas of a pool, those that are gone by now included. */
    IoFigures poolFigures(String poolName);

    /** All figures of all pools and replicas begin anew. */
    void resetFigures();

    /** Exports all pools: the process ends. */
    void close();
}
