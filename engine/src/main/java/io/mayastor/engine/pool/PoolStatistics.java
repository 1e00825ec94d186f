package io.mayastor.engine.pool;

/** What a pool's metadata does, counted since it was opened. */
public record PoolStatistics(
        long journalBlocks,
        long journalRecords,
        long journalBytes,
        long journalUsedBytes,
        long journalCapacityBytes,
        long checkpoints,
        long checkpointPages,
        long synchronisations,
        long durableSequence,
        long lastSequence,
        long dyingClusters,
        long metadataMemoryBytes) {}
