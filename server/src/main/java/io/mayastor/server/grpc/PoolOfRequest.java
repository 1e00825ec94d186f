package io.mayastor.server.grpc;

import io.grpc.Status;
import io.mayastor.api.v1.DestroyReplicaRequest;
import io.mayastor.api.v1.DestroySnapshotRequest;
import io.mayastor.api.v1.WipeReplicaRequest;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolInfo;
import java.util.Optional;
import java.util.UUID;

/**
 * The pool in which a caller says a replica or snapshot is; may be left out.
 *
 * @param name null when it was not given so
 * @param uuid null when it was not given so
 */
record PoolOfRequest(String name, String uuid) {
    static PoolOfRequest of(DestroyReplicaRequest request) {
        return new PoolOfRequest(
                request.hasPoolName() ? request.getPoolName() : null,
                request.hasPoolUuid() ? request.getPoolUuid() : null);
    }

    static PoolOfRequest of(DestroySnapshotRequest request) {
        return new PoolOfRequest(
                request.hasPoolName() ? request.getPoolName() : null,
                request.hasPoolUuid() ? request.getPoolUuid() : null);
    }

    static PoolOfRequest of(WipeReplicaRequest request) {
        return new PoolOfRequest(
                request.hasPoolName() ? request.getPoolName() : null,
                request.hasPoolUuid() ? request.getPoolUuid() : null);
    }

    /** Empty when none was given; FAILED_PRECONDITION when the given one is not there. */
    Optional<PoolInfo> existing(PoolLookup lookup) {
        if (name != null) {
            return Optional.of(
                    lookup.byName(name)
                            .orElseThrow(() -> missing("pool_name: there is no pool " + name)));
        }
        if (uuid != null) {
            return Optional.of(
                    lookup.byUuid(Requests.uuid("pool_uuid", uuid).toString())
                            .orElseThrow(() -> missing("pool_uuid: there is no pool " + uuid)));
        }
        return Optional.empty();
    }

    /** ABORTED when what was found is not in the pool that the caller named. */
    static void requireIn(Optional<PoolInfo> pool, String what, UUID poolUuid, String poolName) {
        pool.filter(each -> !each.uuid().equals(poolUuid))
                .ifPresent(each -> {
                    throw Status.ABORTED
                            .withDescription(
                                    "%s is in pool %s, not in %s"
                                            .formatted(what, poolName, each.name()))
                            .asRuntimeException();
                });
    }

    private static PoolException missing(String what) {
        return new PoolException(Kind.PRECONDITION, what);
    }
}
