package io.mayastor.server.grpc;

import io.mayastor.api.v1.ListSnapshotsRequest;
import io.mayastor.engine.pool.SnapshotInfo;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which snapshots a list asks for: all conditions hold. Callers know {@code query.invalid} as a
 * flag that is compared with whether the snapshot is <em>valid</em>; every snapshot of ours is.
 */
final class SnapshotFilter implements Predicate<SnapshotInfo> {
    private final Optional<UUID> source;
    private final Optional<UUID> snapshot;
    private final Optional<Boolean> valid;
    private final Optional<Boolean> discarded;

    SnapshotFilter(ListSnapshotsRequest request) {
        source =
                request.hasSourceUuid()
                        ? Optional.of(Requests.uuid("source_uuid", request.getSourceUuid()))
                        : Optional.empty();
        snapshot =
                request.hasSnapshotUuid()
                        ? Optional.of(Requests.uuid("snapshot_uuid", request.getSnapshotUuid()))
                        : Optional.empty();
        ListSnapshotsRequest.Query query = request.getQuery();
        valid = query.hasInvalid() ? Optional.of(query.getInvalid()) : Optional.empty();
        discarded = query.hasDiscarded() ? Optional.of(query.getDiscarded()) : Optional.empty();
    }

    @Override
    public boolean test(SnapshotInfo each) {
        return (source.isEmpty() || source.get().equals(each.parentUuid()))
                && (snapshot.isEmpty() || snapshot.get().equals(each.uuid()))
                && valid.orElse(true)
                && (discarded.isEmpty() || discarded.get() == each.discarded());
    }
}
