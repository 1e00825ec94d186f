package io.mayastor.engine.pool.journal;

/**
 * How a pool runs; nothing of it is written down.
 *
 * @param owner name of the node that opens the pool, at most 63 bytes
 * @param pageMemoryBytes limit of the memory for metadata pages
 * @param limits when a disk counts as stalled
 * @param punchBytesPerSecond how fast disks are told what is free; 0: not at all
 */
public record PoolOptions(
        String owner, long pageMemoryBytes, StallLimits limits, long punchBytesPerSecond) {}
