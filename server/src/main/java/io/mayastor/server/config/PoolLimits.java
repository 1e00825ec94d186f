package io.mayastor.server.config;

import java.time.Duration;

/**
 * How pools run.
 *
 * @param pageMemoryBytes most memory for the maps of each pool
 * @param diskStall after so long without an answer a disk's I/O fails
 * @param punchBytesPerSecond how fast disks are told what is free; 0: not at all
 */
public record PoolLimits(long pageMemoryBytes, Duration diskStall, long punchBytesPerSecond) {
    public static final PoolLimits DEFAULT = new PoolLimits(1L << 30, Duration.ofSeconds(10), 0);
}
