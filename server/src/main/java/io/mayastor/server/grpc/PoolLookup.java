package io.mayastor.server.grpc;

import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.server.pools.Pools;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Which pool a caller means. */
final class PoolLookup {
    private final Pools pools;

    PoolLookup(Pools pools) {
        this.pools = pools;
    }

    /**
     * @param uuid that of the pool of this name, when given
     */
    PoolInfo pool(String name, Optional<UUID> uuid) {
        PoolRequests.name(name);
        PoolInfo pool =
                first(each -> each.name().equals(name))
                        .orElseThrow(() -> notFound("there is no pool " + name));
        uuid.filter(wanted -> !wanted.equals(pool.uuid()))
                .ifPresent(wanted -> {
                    throw notFound(
                            "pool %s has the UUID %s, not %s".formatted(name, pool.uuid(), wanted));
                });
        return pool;
    }

    /** By UUID or else by name; empty when there is none. */
    Optional<PoolInfo> either(String uuidOrName) {
        return byUuid(uuidOrName).or(() -> first(each -> each.name().equals(uuidOrName)));
    }

    Optional<PoolInfo> byName(String name) {
        return first(each -> each.name().equals(name));
    }

    Optional<PoolInfo> byUuid(String uuid) {
        return first(each -> each.uuid().toString().equalsIgnoreCase(uuid));
    }

    private Optional<PoolInfo> first(Predicate<PoolInfo> wanted) {
        return pools.list().stream().filter(wanted).findFirst();
    }

    private static PoolException notFound(String what) {
        return new PoolException(Kind.POOL_NOT_FOUND, what);
    }
}
