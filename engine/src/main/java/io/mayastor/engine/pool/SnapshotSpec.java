package io.mayastor.engine.pool;

import java.util.UUID;

/** What snapshot of a replica is asked for. */
public record SnapshotSpec(
        UUID replicaUuid, UUID snapshotUuid, String name, String entityId, String txnId) {}
