package io.mayastor.engine.pool.crash;

import java.util.SplittableRandom;

/**
 * What pool a run is made on.
 *
 * @param disks at first
 * @param spares disks that are added on the way
 * @param diskMib size of each
 * @param blockBytes of the disks, and with them of the volumes
 * @param files whether the disks are files
 * @param punchBytesPerSecond 0: free space is not told to the disks
 */
record PoolShape(
        int disks,
        int spares,
        int diskMib,
        int blockBytes,
        boolean files,
        long punchBytesPerSecond) {
    static final int CLUSTER_BYTES = 1 << 20;

    /** Largest volume, in clusters. */
    static final int MOST_CLUSTERS = 4;

    static PoolShape of(SplittableRandom random) {
        int disks = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
        boolean files = random.nextInt(3) == 0;
        return new PoolShape(
                disks,
                random.nextInt(2),
                size(disks == 1 ? 24 + random.nextInt(17) : 14 + random.nextInt(8)),
                files || random.nextInt(4) > 0 ? 512 : 4096,
                files,
                random.nextBoolean() ? 0 : 64L << 20);
    }

    /** A run may ask for a small pool, which is always full. */
    private static int size(int mib) {
        return Integer.getInteger("mayastor.crash.mib", mib);
    }

    int mostBlocks() {
        return MOST_CLUSTERS * CLUSTER_BYTES / blockBytes;
    }
}
