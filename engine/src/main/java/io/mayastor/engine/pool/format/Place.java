package io.mayastor.engine.pool.format;

/** Where a slice is: (cluster + 1) · 65 536 + slice in the cluster; 0 is nowhere. */
public final class Place {
    public static final long NONE = 0;
    public static final int BYTES = 8;

    private static final int SLICE_BITS = 16;
    private static final int SLICE_MASK = (1 << SLICE_BITS) - 1;

    private Place() {}

    public static long of(int cluster, int slice) {
        return (cluster + 1L) << SLICE_BITS | slice;
    }

    public static int cluster(long place) {
        return (int) (place >>> SLICE_BITS) - 1;
    }

    public static int slice(long place) {
        return (int) place & SLICE_MASK;
    }

    /** Whether it can be a place at all; the pool's size is not known here. */
    public static boolean isPossible(long place) {
        long cluster = (place >>> SLICE_BITS) - 1;
        return cluster >= 0
                && cluster <= DiskLayout.MAX_CLUSTER_NUMBER
                && slice(place) < DiskLayout.MAX_CLUSTER / DiskLayout.SLICE;
    }

    /** For messages. */
    public static String text(long place) {
        return place == NONE ? "nowhere" : "cluster " + cluster(place) + " slice " + slice(place);
    }
}
