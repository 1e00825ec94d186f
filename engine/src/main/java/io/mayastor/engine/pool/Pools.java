package io.mayastor.engine.pool;

import io.mayastor.engine.device.BlockDevice;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * The pools of a node with their replicas and snapshots. Any thread may call; the work is done on
 * the reactors of the pools. Every future fails with a {@link PoolException} that says what, where
 * and what to do.
 *
 * <p>Changes of one pool run one after the other; a call that would have to wait longer than a
 * bounded time for another fails with {@link PoolException.Kind#BUSY}.
 */
public interface Pools {
    // ---- pools

    /**
     * Makes a pool on blank disks, or imports it when the disks carry a pool of this name (and
     * UUID, when given). Fails with ALREADY_EXISTS when the pool is open already on these disks.
     */
    CompletableFuture<PoolInfo> create(PoolSpec spec);

    /** Opens an existing pool; never writes to a disk that is not of this pool. */
    CompletableFuture<PoolInfo> open(PoolSpec spec);

    /** Imports what a disk carries, whatever its name; makes a pool of that name if it is blank. */
    CompletableFuture<PoolInfo> openOrCreate(PoolSpec spec);

    /** Closes the pool in order; its data stays. */
    CompletableFuture<Void> export(String name);

    /** Closes the pool and makes its disks blank for us; all replicas are lost. */
    CompletableFuture<Void> destroy(String name);

    /** Takes over what the disks have grown by; answers the pool before and after. */
    CompletableFuture<PoolGrowth> grow(String name);

    CompletableFuture<PoolInfo> addDisk(String name, String diskUri);

    /**
     * Sets error counters and alerts to zero.
     *
     * @param diskUris which disks; empty: all
     */
    CompletableFuture<PoolInfo> clearErrors(String name, List<String> diskUris);

    /** The open pools in the order of their opening, a consistent picture of each. */
    CompletableFuture<List<PoolInfo>> list();

    // ---- replicas

    CompletableFuture<ReplicaInfo> createReplica(ReplicaSpec spec);

    /** Deletes a replica or clone; its space comes back in the background. */
    CompletableFuture<Void> destroyReplica(UUID uuid);

    CompletableFuture<ReplicaInfo> resizeReplica(UUID uuid, long sizeBytes);

    CompletableFuture<ReplicaInfo> setEntityId(UUID uuid, String entityId);

    /** Remembers how the replica is shared, over restarts; the caller does the sharing. */
    CompletableFuture<ReplicaInfo> setShare(UUID uuid, boolean shared, List<String> allowedHosts);

    /** All replicas, clones and snapshots that are visible, pool by pool. */
    CompletableFuture<List<ReplicaInfo>> replicas();

    /** The open device of a replica, clone or snapshot (snapshots refuse writes). */
    Optional<BlockDevice> device(UUID uuid);

    /** What {@link #saveReservations} saved last; empty: nothing. */
    byte[] reservations(UUID uuid);

    /** Makes the reservations of a replica durable in its pool's journal. */
    CompletableFuture<Void> saveReservations(UUID uuid, byte[] state);

    // ---- snapshots

    CompletableFuture<SnapshotInfo> createSnapshot(SnapshotSpec spec);

    /** Deletes a snapshot; with live clones it becomes discarded and goes with the last of them. */
    CompletableFuture<Void> destroySnapshot(UUID uuid);

    CompletableFuture<ReplicaInfo> createClone(UUID snapshotUuid, UUID cloneUuid, String cloneName);

    CompletableFuture<List<SnapshotInfo>> snapshots();

    // ---- whoever shares and watches

    /** Told of replicas that come and go; one listener, set before the first pool opens. */
    void setListener(PoolListener listener);

    /**
     * Background work still to do for a deletion, in bytes; 0 when there is none.
     *
     * @param progress told now and then until it is 0
     */
    CompletableFuture<Void> awaitDeletions(String poolName, LongConsumer progress);

    /** Exports all pools: the process ends. */
    CompletableFuture<Void> close();
}
