package io.mayastor.server.pools;

import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.format.Label;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** What names and sizes a request may carry; complaints name the field and what is allowed. */
final class PoolNames {
    private static final int MIB = 1 << 20;
    private static final int MOST_CLUSTER_BYTES = 1 << 30;
    private static final int MOST_POOL_NAME = 127;

    /** What is left of an NQN's 223 bytes behind the prefix. */
    private static final int MOST_REPLICA_NAME = 194;

    private PoolNames() {}

    static void requirePool(PoolSpec spec) {
        requireName("name", spec.name(), MOST_POOL_NAME);
        int disks = spec.diskUris().size();
        if (disks < 1 || disks > Label.MAX_DISKS) {
            throw invalid(
                    "disks: a pool has 1 to %d disks, not %d".formatted(Label.MAX_DISKS, disks));
        }
        Set<String> seen = new HashSet<>();
        for (String uri : spec.diskUris()) {
            if (!seen.add(PoolDiskUri.parse(uri).deviceName())) {
                throw invalid("disks: %s is named twice".formatted(uri));
            }
        }
        int cluster = spec.clusterBytes();
        if (cluster < 0 || cluster % MIB != 0 || cluster > MOST_CLUSTER_BYTES) {
            throw invalid(
                    "cluster_size must be a multiple of 1 MiB up to 1 GiB, not %d bytes"
                            .formatted(cluster));
        }
    }

    static void requireReplica(String name) {
        requireName("name", name, MOST_REPLICA_NAME);
    }

    private static void requireName(String field, String name, int mostBytes) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        boolean plain = name.chars().noneMatch(c -> c <= ' ' || c == '/' || c == 0x7f);
        if (bytes < 1 || bytes > mostBytes || !plain) {
            throw invalid(
                    "%s must have 1 to %d bytes without blanks, slashes and control characters, not '%s'"
                            .formatted(field, mostBytes, name));
        }
    }

    private static PoolException invalid(String message) {
        return new PoolException(Kind.INVALID, message);
    }
}
