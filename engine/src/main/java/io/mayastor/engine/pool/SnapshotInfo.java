package io.mayastor.engine.pool;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A picture of a snapshot.
 *
 * @param parentUuid the replica it was taken of
 * @param parentExists whether that replica is still there
 * @param sizeBytes size of the volume when it was taken
 * @param holdNanos how long writes were held when it was taken in this process; empty otherwise
 */
public record SnapshotInfo(
        UUID uuid,
        String name,
        UUID poolUuid,
        String poolName,
        UUID parentUuid,
        boolean parentExists,
        long sizeBytes,
        Instant created,
        String entityId,
        String txnId,
        int clones,
        boolean discarded,
        ReplicaInfo.Usage usage,
        Optional<Long> holdNanos) {}
