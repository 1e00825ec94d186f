package io.mayastor.engine.pool.journal;

import java.util.concurrent.TimeUnit;

/**
 * When a disk that does not answer is suspected, and when it is no longer waited for.
 *
 * @param suspectNanos age of the oldest request from which the disk counts as stalled
 * @param giveUpNanos age from which requests on it are failed to those who asked
 */
public record StallLimits(long suspectNanos, long giveUpNanos) {
    public static final StallLimits DEFAULT =
            new StallLimits(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(10));

    public StallLimits {
        if (suspectNanos <= 0 || giveUpNanos < suspectNanos) {
            throw new IllegalArgumentException(
                    "0 < suspect <= give up, not " + suspectNanos + ", " + giveUpNanos);
        }
    }
}
