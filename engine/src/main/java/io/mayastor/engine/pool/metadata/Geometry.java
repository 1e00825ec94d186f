package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DiskLayout;

/**
 * How clusters, slices and units of a pool relate. A cluster is a multiple of 1 MiB, not
 * necessarily a power of two; a slice has 16 units of 4 KiB.
 */
public record Geometry(int clusterBytes, int unitsPerCluster, int slicesPerCluster) {
    public static final int UNIT_BYTES = DiskLayout.UNIT;
    public static final int SLICE_BYTES = DiskLayout.SLICE;
    public static final int UNITS_PER_SLICE = DiskLayout.UNITS_PER_SLICE;

    /** The bits of one mask half: all units of a slice. */
    public static final int ALL_UNITS = (1 << UNITS_PER_SLICE) - 1;

    public Geometry {
        if (clusterBytes < DiskLayout.CLUSTER_STEP
                || clusterBytes > DiskLayout.MAX_CLUSTER
                || clusterBytes % DiskLayout.CLUSTER_STEP != 0
                || unitsPerCluster != clusterBytes / UNIT_BYTES
                || slicesPerCluster != clusterBytes / SLICE_BYTES) {
            throw new IllegalArgumentException("clusters of " + clusterBytes + " bytes");
        }
    }

    /** The geometry of a pool with clusters of this size. */
    public static Geometry of(int clusterBytes) {
        return new Geometry(clusterBytes, clusterBytes / UNIT_BYTES, clusterBytes / SLICE_BYTES);
    }

    /** Regions that a volume of this size has; the last one may be cut. */
    public int regions(long sizeBytes) {
        return Math.toIntExact((sizeBytes + clusterBytes - 1) / clusterBytes);
    }

    /** The region in which a unit of a volume lies. */
    public int region(long unit) {
        return (int) (unit / unitsPerCluster);
    }

    /** A unit's place in its region. */
    public int unitInRegion(long unit) {
        return (int) (unit % unitsPerCluster);
    }

    public long firstUnit(int region) {
        return (long) region * unitsPerCluster;
    }

    /** Units of a region that a volume of this size has; 0 when the region is beyond its end. */
    public int unitsIn(long sizeBytes, int region) {
        long bytes = sizeBytes - (long) region * clusterBytes;
        long units = (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
        return (int) Math.clamp(units, 0, unitsPerCluster);
    }

    /** Chunks of 1 MiB in a metadata cluster. */
    public int chunksPerCluster() {
        return clusterBytes / DiskLayout.CHUNK;
    }

    /** The bits of a slice's mask that stand for units {@code first} to {@code end} exclusive. */
    static int unitBits(int first, int end) {
        return (1 << end) - (1 << first);
    }
}
