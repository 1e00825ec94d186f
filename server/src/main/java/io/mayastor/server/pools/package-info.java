/**
 * The pools of this node for those who ask: opening and closing them with their disks, replicas as
 * devices that can be shared, snapshots and clones. Plain blocking code on management threads; the
 * work itself is done by {@code engine.pool} on the reactors.
 */
package io.mayastor.server.pools;
