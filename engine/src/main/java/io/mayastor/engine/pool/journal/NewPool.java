package io.mayastor.engine.pool.journal;

import java.util.List;
import java.util.UUID;

/**
 * A pool that is to be made.
 *
 * @param name at most 127 bytes
 * @param clusterBytes a multiple of 1 MiB, at most 1 GiB
 * @param createdMillis since 1970
 * @param disks UUID of each disk
 */
public record NewPool(
        UUID uuid, String name, int clusterBytes, long createdMillis, List<UUID> disks) {
    public NewPool {
        disks = List.copyOf(disks);
    }
}
