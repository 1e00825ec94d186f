package io.mayastor.engine.pool;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What pool is asked for.
 *
 * @param diskUris 1…64 device URIs or paths; {@code ?wipe=yes} on one allows to overwrite what it
 *     carries, {@code ?takeover=yes} to take a pool that another node still has marked as its own
 * @param clusterBytes a multiple of 1 MiB, at most 1 GiB; 0: 4 MiB
 * @param degraded open although disks are missing
 */
public record PoolSpec(
        String name,
        Optional<UUID> uuid,
        List<String> diskUris,
        int clusterBytes,
        boolean degraded) {}
