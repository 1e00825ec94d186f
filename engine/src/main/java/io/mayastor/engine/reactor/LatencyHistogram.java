package io.mayastor.engine.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts durations in buckets whose upper bounds double, from about 4 µs to about 8.6 s; the last
 * bucket has none. Recording is two additions to an array that never grows: no allocation, no
 * fence. Written by its owner thread, readable from any (each count is whole, all of them are not
 * one instant).
 */
public final class LatencyHistogram {
    /** With the one for everything above the largest bound. */
    public static final int BUCKETS = 23;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FIRST_BOUND_SHIFT = 12;
    private static final int SUM = BUCKETS;

    private final long[] cells = new long[BUCKETS + 1];

    /** Owner thread; what is not positive counts as the shortest time there is. */
    public void record(long nanos) {
        long above = Math.max(nanos - 1, 0) >>> FIRST_BOUND_SHIFT;
        int bucket = Math.min(Long.SIZE - Long.numberOfLeadingZeros(above), BUCKETS - 1);
        CELL.setOpaque(cells, bucket, cells[bucket] + 1);
        CELL.setOpaque(cells, SUM, cells[SUM] + nanos);
    }

    /** The largest duration that the bucket counts; {@link Long#MAX_VALUE} for the last. */
    public static long boundNanos(int bucket) {
        return bucket < BUCKETS - 1 ? 1L << (FIRST_BOUND_SHIFT + bucket) : Long.MAX_VALUE;
    }

    /** Durations up to this bucket's bound that are above the bound of the one before. */
    public long count(int bucket) {
        return (long) CELL.getOpaque(cells, bucket);
    }

    /** All durations together. */
    public long sumNanos() {
        return (long) CELL.getOpaque(cells, SUM);
    }

    public boolean isEmpty() {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (count(bucket) != 0) {
                return false;
            }
        }
        return true;
    }
}
