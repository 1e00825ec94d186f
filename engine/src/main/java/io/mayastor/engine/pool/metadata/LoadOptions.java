package io.mayastor.engine.pool.metadata;

import java.util.UUID;

/**
 * What pool is expected.
 *
 * @param pool its UUID, null: any
 * @param name its name, null: any
 * @param pageMemoryBytes limit of the memory for pages, in bytes
 */
public record LoadOptions(UUID pool, String name, long pageMemoryBytes) {
    public static final LoadOptions ANY = new LoadOptions(null, null, Long.MAX_VALUE);
}
