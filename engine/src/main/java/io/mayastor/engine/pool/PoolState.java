package io.mayastor.engine.pool;

/** How well a pool does. */
public enum PoolState {
    ONLINE,
    DEGRADED,
    /** A disk answers no longer in time. */
    SUSPECTED,
    FAULTED
}
