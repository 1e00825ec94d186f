package io.mayastor.server.grpc;

import com.google.protobuf.Timestamp;
import io.mayastor.api.v1.SnapshotInfo;
import java.time.Instant;

/** Snapshots as messages of the contract. */
final class SnapshotMessages {
    private SnapshotMessages() {}

    static SnapshotInfo of(io.mayastor.engine.pool.SnapshotInfo snapshot) {
        return SnapshotInfo.newBuilder()
                .setSnapshotUuid(snapshot.uuid().toString())
                .setSnapshotName(snapshot.name())
                .setSnapshotSize(snapshot.usage().allocatedBytes())
                .setNumClones(snapshot.clones())
                .setTimestamp(timestamp(snapshot.created()))
                .setSourceUuid(snapshot.parentExists() ? snapshot.parentUuid().toString() : "")
                .setSourceSize(snapshot.sizeBytes())
                .setPoolUuid(snapshot.poolUuid().toString())
                .setPoolName(snapshot.poolName())
                .setEntityId(snapshot.entityId())
                .setTxnId(snapshot.txnId())
                // A snapshot that is not complete does not outlive the opening of its pool.
                .setValidSnapshot(true)
                .setReadyAsSource(false)
                .setReferencedBytes(
                        snapshot.usage().fromCloneBytes().orElse(snapshot.usage().snapshotBytes()))
                .setDiscardedSnapshot(snapshot.discarded())
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
