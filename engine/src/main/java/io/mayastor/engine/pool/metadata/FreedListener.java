package io.mayastor.engine.pool.metadata;

/**
 * Hears of space that no map names any more. It stays allocated until the listener releases it with
 * {@link Metadata#releaseCluster} or {@link Metadata#releaseSlice}: not before the record is
 * durable and every I/O that was in flight has ended.
 */
public interface FreedListener {
    /** The record with this sequence number gave the cluster up. */
    void cluster(int cluster, long sequence);

    /** The record with this sequence number gave the slice up. */
    void slice(long place, long sequence);
}
