package io.mayastor.engine.reactor;

import java.util.concurrent.Executor;

/**
 * @param initialBytes resident from the start
 * @param maximumBytes address space kept for the arena; it grows to this, never beyond
 * @param stepBytes growth step, a multiple of {@link BufferArena#LARGEST}
 * @param reserveBytes what only internal I/O may use
 * @param grower runs the blocking part of growth (making pages resident) off the reactor; a direct
 *     executor in simulation
 */
public record ArenaOptions(
        long initialBytes, long maximumBytes, long stepBytes, long reserveBytes, Executor grower) {
    private static final long MIB = 1 << 20;

    public static final ArenaOptions DEFAULT =
            new ArenaOptions(
                    8 * MIB,
                    128 * MIB,
                    8 * MIB,
                    2 * MIB,
                    task -> Thread.ofVirtual().name("arena-growth").start(task));

    public ArenaOptions {
        if (stepBytes <= 0
                || stepBytes % BufferArena.LARGEST != 0
                || initialBytes % stepBytes != 0
                || maximumBytes % stepBytes != 0
                || initialBytes <= 0
                || initialBytes > maximumBytes
                || reserveBytes < 0
                || reserveBytes >= maximumBytes
                || maximumBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "arena sizes must be multiples of the step, 0 < initial <= maximum < 2 GiB, reserve < maximum: initial "
                            + initialBytes
                            + ", maximum "
                            + maximumBytes
                            + ", step "
                            + stepBytes
                            + ", reserve "
                            + reserveBytes);
        }
    }
}
