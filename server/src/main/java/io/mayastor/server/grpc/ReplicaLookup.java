package io.mayastor.server.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.server.pools.Pools;
import java.util.Optional;
import java.util.UUID;

/** Which replica or snapshot a caller means. */
final class ReplicaLookup {
    /**
     * Tells a control plane that this NOT_FOUND is about the replica itself, so that it need not be
     * destroyed any more.
     */
    private static final Metadata.Key<String> GONE =
            Metadata.Key.of("gtm-602", Metadata.ASCII_STRING_MARSHALLER);

    private final Pools pools;

    ReplicaLookup(Pools pools) {
        this.pools = pools;
    }

    /** A replica or clone. */
    ReplicaInfo replica(String uuid) {
        return replica("uuid", uuid);
    }

    /** As {@link #replica(String)}, with the name of the field. */
    ReplicaInfo replica(String field, String uuid) {
        return find(field, uuid)
                .orElseThrow(() ->
                        new PoolException(Kind.REPLICA_NOT_FOUND, "there is no replica " + uuid));
    }

    /** As {@link #replica(String)}; when it is missing the answer says so by {@link #GONE}. */
    ReplicaInfo replicaToDestroy(String uuid) {
        return find("uuid", uuid)
                .orElseThrow(() -> {
                    Metadata trailers = new Metadata();
                    trailers.put(GONE, "0");
                    return Status.NOT_FOUND
                            .withDescription("there is no replica " + uuid)
                            .asRuntimeException(trailers);
                });
    }

    SnapshotInfo snapshot(String field, String text) {
        UUID uuid = Requests.uuid(field, text);
        return pools.snapshots().stream()
                .filter(each -> each.uuid().equals(uuid))
                .findFirst()
                .orElseThrow(() ->
                        new PoolException(Kind.SNAPSHOT_NOT_FOUND, "there is no snapshot " + text));
    }

    /** Whether a snapshot has this UUID. */
    boolean isSnapshot(UUID uuid) {
        return pools.snapshots().stream().anyMatch(each -> each.uuid().equals(uuid));
    }

    private Optional<ReplicaInfo> find(String field, String text) {
        UUID uuid = Requests.uuid(field, text);
        return pools.replicas().stream()
                .filter(each -> !each.isSnapshot() && each.uuid().equals(uuid))
                .findFirst();
    }
}
