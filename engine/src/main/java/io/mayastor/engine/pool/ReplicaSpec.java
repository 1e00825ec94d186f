package io.mayastor.engine.pool;

import java.util.Optional;
import java.util.UUID;

/**
 * What replica is asked for.
 *
 * @param pool name of its pool
 * @param sizeBytes rounded up to whole clusters
 */
public record ReplicaSpec(
        String pool,
        String name,
        UUID uuid,
        long sizeBytes,
        boolean thin,
        Optional<String> entityId) {}
