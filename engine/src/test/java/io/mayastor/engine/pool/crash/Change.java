package io.mayastor.engine.pool.crash;

/**
 * A write, deallocation or zeroing of a run of blocks, and the cutting off of a volume's end: what
 * was asked, and when the host was told what. Moments are of {@link History#tick}.
 */
final class Change {
    static final long NEVER = Long.MAX_VALUE;

    /** The content of a volume's blocks before anything was written. */
    static final long ZEROS = 0;

    private static final int BLOCK_BITS = 24;

    final ModelVolume volume;
    final long number;
    final int first;
    final int count;
    final boolean zeros;
    final long asked;

    /** When its end was told, good or bad. */
    long ended = NEVER;

    /** When it was acknowledged. */
    long acknowledged = NEVER;

    /** When the host was told that it survives a power cut. */
    long durable = NEVER;

    Change(ModelVolume volume, long number, int first, int count, boolean zeros, long asked) {
        this.volume = volume;
        this.number = number;
        this.first = first;
        this.count = count;
        this.zeros = zeros;
        this.asked = asked;
    }

    /** What every 8 bytes of the block are after it. */
    long tag(int block) {
        return zeros ? ZEROS : number << BLOCK_BITS | block;
    }

    static long numberOf(long tag) {
        return tag >>> BLOCK_BITS;
    }

    static int blockOf(long tag) {
        return (int) (tag & (1 << BLOCK_BITS) - 1);
    }

    /** From when on older content must not come back. */
    long settled(Crash crash) {
        return crash == Crash.POWER_CUT ? durable : acknowledged;
    }

    @Override
    public String toString() {
        return "change %d of %s, blocks %d+%d%s, asked %d ended %s durable %s"
                .formatted(
                        number,
                        volume.name,
                        first,
                        count,
                        zeros ? " zeros" : "",
                        asked,
                        text(ended),
                        text(durable));
    }

    private static String text(long moment) {
        return moment == NEVER ? "never" : Long.toString(moment);
    }
}
