package io.mayastor.engine.sim;

/**
 * How the network carries bytes.
 *
 * @param latencyNanos least time from one host to another
 * @param jitterNanos a random part up to this is added to each segment; segments of one direction
 *     never overtake each other
 * @param bytesPerSecond of one direction of one connection
 * @param bufferBytes sent and not yet received by the peer's program; what does not fit is a
 *     partial or a waiting send
 * @param splitChance chance that a send or receive is cut short at a random place although more
 *     would fit
 * @param deadPeerNanos after this long without an answer a tuned socket gives its peer up
 * @param connectNanos after this long without an answer a connect gives up
 */
public record NetworkProfile(
        long latencyNanos,
        long jitterNanos,
        long bytesPerSecond,
        int bufferBytes,
        double splitChance,
        long deadPeerNanos,
        long connectNanos) {
    public static final NetworkProfile DEFAULT =
            new NetworkProfile(
                    10_000,
                    40_000,
                    1_250_000_000L,
                    256 << 10,
                    0.1,
                    10_000_000_000L,
                    20_000_000_000L);

    /** The same with another chance of cutting transfers short. */
    public NetworkProfile withSplitChance(double chance) {
        return new NetworkProfile(
                latencyNanos,
                jitterNanos,
                bytesPerSecond,
                bufferBytes,
                chance,
                deadPeerNanos,
                connectNanos);
    }
}
