package io.mayastor.engine.sim;

/**
 * How fast a simulated disk answers.
 *
 * @param readNanos least time of a read or write
 * @param flushNanos least time of a flush, discard or fallocate
 * @param jitterNanos a random part up to this is added; it decides how far operations overtake each
 *     other
 * @param slowChance chance that an operation takes {@code slowFactor} times as long
 */
public record DiskProfile(
        long readNanos, long flushNanos, long jitterNanos, double slowChance, int slowFactor) {
    public static final DiskProfile DEFAULT = new DiskProfile(20_000, 60_000, 80_000, 0.005, 30);
}
