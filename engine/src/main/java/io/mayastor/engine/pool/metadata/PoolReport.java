package io.mayastor.engine.pool.metadata;

import java.util.List;

/**
 * What a {@link PoolCheck} found.
 *
 * @param problems what must not be; empty: every invariant holds
 * @param notes what a crash or a repaired copy explains
 * @param figures null when the pool could not be loaded
 */
public record PoolReport(List<Problem> problems, List<String> notes, Figures figures) {

    /**
     * A broken invariant.
     *
     * @param where layer, region, cluster or disk
     */
    public record Problem(String where, String what) {
        @Override
        public String toString() {
            return where + ": " + what;
        }
    }

    /**
     * What there is, counted anew.
     *
     * @param deleted layers that wait to be merged, pending snapshots included
     * @param clones replicas, of {@code replicas}, that come from a snapshot
     * @param clusters of all disks
     * @param usedClusters that a region has, whole or partial
     * @param slicedClusters of which slices are in use
     * @param chainDepth layers that the longest chain has
     * @param records of the journal since the checkpoint
     */
    public record Figures(
            String pool,
            long checkpoint,
            long epoch,
            boolean closedInOrder,
            long lastRecord,
            long records,
            long unitsVerified,
            long unitsRolledBack,
            int pages,
            int replicas,
            int clones,
            int snapshots,
            int deleted,
            int chainDepth,
            long clusters,
            long usedClusters,
            long slicedClusters,
            long metadataClusters,
            long freeClusters,
            long slices,
            long wholeRegions,
            long partialRegions,
            long slicedRegions,
            long zeroRegions,
            long memoryBytes) {}

    public boolean isSound() {
        return problems.isEmpty();
    }
}
