/**
 * Pools as seen from above: pictures of pools, replicas and snapshots ({@code …Info}), requests
 * ({@code …Spec}), and what tells a blank disk from one that carries something. The parts of a pool
 * are the packages {@code volume} (I/O), {@code journal} (durability), {@code metadata} (state) and
 * {@code format} (bytes on disk).
 */
package io.mayastor.engine.pool;
