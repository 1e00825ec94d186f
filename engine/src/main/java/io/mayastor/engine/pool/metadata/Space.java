package io.mayastor.engine.pool.metadata;

/**
 * Where the clusters of a pool are. {@code total = metadata + mapped + sliced + held + dying +
 * free}.
 *
 * @param total clusters of all disks
 * @param metadata clusters that hold pages or the journal, on all copies
 * @param mapped clusters that a map names whole or in part
 * @param sliced clusters that are given out slice by slice
 * @param held clusters that an operation has and no record names yet
 * @param dying clusters that a record gave up and that are not free yet
 * @param free clusters that nobody has
 * @param promised free clusters that thick replicas still have a right to
 * @param kept free clusters that are kept for metadata and for merging
 * @param mappedSlices slices that a map names
 * @param heldSlices slices that an operation has and no record names yet
 * @param dyingSlices slices that a record gave up and that are not free yet
 * @param freeSlices slices in {@code sliced} clusters that nobody has
 */
public record Space(
        long total,
        long metadata,
        long mapped,
        long sliced,
        long held,
        long dying,
        long free,
        long promised,
        long kept,
        long mappedSlices,
        long heldSlices,
        long dyingSlices,
        long freeSlices) {

    /** Clusters that a thin replica, or a new promise, can have. */
    public long available() {
        return Math.max(0, free - promised - kept);
    }
}
