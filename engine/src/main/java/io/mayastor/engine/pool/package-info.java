/**
 * The life of pools: disks become a pool, a pool gives replicas, snapshots and clones. {@link
 * io.mayastor.engine.pool.Pools} is what the server uses; the parts below it are the packages
 * {@code volume} (I/O), {@code journal} (durability), {@code metadata} (state) and {@code format}
 * (bytes on disk).
 */
package io.mayastor.engine.pool;
