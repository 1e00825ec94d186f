package io.mayastor.server.pools;

import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Which pools are open, and which names are taken by pools that are just being opened. Any thread.
 */
final class PoolTable {
    /** By name; a name that is being opened has no pool. Guarded by this. */
    private final Map<String, Optional<OpenPool>> pools = new LinkedHashMap<>();

    /** Takes the name for a pool that is to be opened; refused when there is one. */
    synchronized void reserve(PoolSpec spec) {
        Optional<OpenPool> known = pools.get(spec.name());
        if (known != null) {
            throw known.map(pool -> inTheWay(pool, spec)).orElseGet(() -> justOpening(spec));
        }
        pools.put(spec.name(), Optional.empty());
    }

    private static PoolException justOpening(PoolSpec spec) {
        return new PoolException(
                Kind.BUSY,
                "lock already held: pool %s is just being opened, try again"
                        .formatted(spec.name()));
    }

    private static PoolException inTheWay(OpenPool pool, PoolSpec spec) {
        Set<String> open =
                Set.copyOf(pool.disks().stream().map(each -> each.device().name()).toList());
        boolean same =
                spec.diskUris().stream()
                        .map(PoolDiskUri::parse)
                        .allMatch(disk -> open.contains(disk.deviceName()));
        return same
                ? new PoolException(
                        Kind.ALREADY_EXISTS, "pool %s is open already".formatted(spec.name()))
                : new PoolException(
                        Kind.INVALID,
                        "name: a pool %s is open on other disks (%s)"
                                .formatted(spec.name(), String.join(", ", open)));
    }

    /**
     * The pool is open, perhaps under another name than was reserved.
     *
     * @return false: a pool of its name is there already, and this one is not in the table
     */
    synchronized boolean opened(String reserved, OpenPool pool) {
        if (!pool.name().equals(reserved)) {
            pools.remove(reserved);
        }
        boolean free = !pools.containsKey(pool.name()) || pools.get(pool.name()).isEmpty();
        if (free) {
            pools.put(pool.name(), Optional.of(pool));
        }
        return free;
    }

    synchronized void forget(String name) {
        pools.remove(name);
    }

    /** In the order of their opening. */
    synchronized List<OpenPool> open() {
        return pools.values().stream().flatMap(Optional::stream).toList();
    }

    OpenPool require(String name) {
        return open().stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new PoolException(Kind.POOL_NOT_FOUND, "there is no pool " + name));
    }

    /** The pool of a replica, clone or snapshot. */
    OpenPool ofVolume(UUID uuid) {
        return open().stream()
                .filter(pool -> pool.device(uuid) != null)
                .findFirst()
                .orElseThrow(() -> replicaNotFound(uuid));
    }

    /** The pool of a replica or clone. */
    OpenPool ofReplica(UUID uuid) {
        OpenPool pool = ofVolume(uuid);
        if (pool.replica(uuid).isSnapshot()) {
            throw replicaNotFound(uuid);
        }
        return pool;
    }

    /** The pool of a snapshot that is not discarded. */
    OpenPool ofSnapshot(UUID uuid) {
        return open().stream()
                .filter(pool -> hasSnapshot(pool, uuid))
                .findFirst()
                .orElseThrow(() -> snapshotNotFound(uuid));
    }

    private static boolean hasSnapshot(OpenPool pool, UUID uuid) {
        return pool.snapshotInfos().stream()
                .anyMatch(each -> each.uuid().equals(uuid) && !each.discarded());
    }

    static PoolException replicaNotFound(UUID uuid) {
        return new PoolException(Kind.REPLICA_NOT_FOUND, "there is no replica " + uuid);
    }

    static PoolException snapshotNotFound(UUID uuid) {
        return new PoolException(Kind.SNAPSHOT_NOT_FOUND, "there is no snapshot " + uuid);
    }
}
