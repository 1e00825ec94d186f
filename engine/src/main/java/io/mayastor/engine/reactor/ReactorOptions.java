package io.mayastor.engine.reactor;

import io.mayastor.engine.ring.RingOptions;

/**
 * @param inboxCapacity tasks that may wait, a power of two
 * @param spinNanos how long an idle reactor looks for work before it sleeps in the ring
 * @param slowTurnNanos a turn longer than this is counted and reported
 */
public record ReactorOptions(
        RingOptions ring,
        ArenaOptions arena,
        int inboxCapacity,
        long spinNanos,
        long slowTurnNanos) {
    public static final ReactorOptions DEFAULT =
            new ReactorOptions(
                    RingOptions.DEFAULT, ArenaOptions.DEFAULT, 16_384, 50_000, 100_000_000);

    public ReactorOptions withArena(ArenaOptions other) {
        return new ReactorOptions(ring, other, inboxCapacity, spinNanos, slowTurnNanos);
    }

    public ReactorOptions withSpinNanos(long nanos) {
        return new ReactorOptions(ring, arena, inboxCapacity, nanos, slowTurnNanos);
    }
}
