package io.mayastor.engine.pool;

/** A pool before and after it grew. */
public record PoolGrowth(PoolInfo before, PoolInfo after) {}
