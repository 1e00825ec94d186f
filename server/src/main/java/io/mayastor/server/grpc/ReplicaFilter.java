package io.mayastor.server.grpc;

import io.mayastor.api.v1.ListReplicaOptions;
import io.mayastor.api.v1.PoolType;
import io.mayastor.engine.pool.ReplicaInfo;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which replicas a list asks for: all conditions hold. Without a query everything is listed,
 * snapshots too; a query lists the kinds it names, and nothing when it names none.
 */
final class ReplicaFilter implements Predicate<ReplicaInfo> {
    private final ListReplicaOptions options;
    private final Optional<UUID> uuid;
    private final Optional<UUID> pool;
    private final boolean ours;

    ReplicaFilter(ListReplicaOptions options) {
        this.options = options;
        uuid =
                options.hasUuid()
                        ? Optional.of(Requests.uuid("uuid", options.getUuid().getValue()))
                        : Optional.empty();
        pool =
                options.hasPooluuid()
                        ? Optional.of(Requests.uuid("pooluuid", options.getPooluuid().getValue()))
                        : Optional.empty();
        boolean named = options.getPooltypesCount() == 0;
        for (PoolType each : options.getPooltypesList()) {
            named |= PoolRequests.isOurs("pooltypes", each);
        }
        ours = named;
    }

    @Override
    public boolean test(ReplicaInfo replica) {
        return ours
                && (!options.hasName() || options.getName().getValue().equals(replica.name()))
                && (!options.hasPoolname()
                        || options.getPoolname().getValue().equals(replica.poolName()))
                && (uuid.isEmpty() || uuid.get().equals(replica.uuid()))
                && (pool.isEmpty() || pool.get().equals(replica.poolUuid()))
                && (!options.hasQuery() || queried(options.getQuery(), replica));
    }

    private static boolean queried(ListReplicaOptions.Query query, ReplicaInfo replica) {
        if (replica.isSnapshot()) {
            return query.getSnapshot();
        }
        return replica.isClone() ? query.getClone() : query.getReplica();
    }
}
