package io.mayastor.engine.pool.metadata;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories: the state is always what the plain model says, also after a crash. */
class MetadataPropertyTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRecordDoesWhatTheModelSays(long seed) {
        try (RandomPool pool = new RandomPool(seed, 1 << 20, 96, 5)) {
            for (int i = 0; i < 1500; i++) {
                pool.step();
                pool.verify();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void checkpointAndJournalGiveTheSameStateAgain(long seed) {
        try (RandomPool pool = new RandomPool(seed, 1 << 20, 64, 4)) {
            for (int crash = 0; crash < 25; crash++) {
                for (int i = 0; i < 120; i++) {
                    pool.step();
                }
                pool.crash();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5242880, 40, 3", "4194304, 40, 3", "33554432, 24, 2", "1073741824, 16, 1"})
    void clustersOfAnySizeWork(int clusterBytes, int clusters, int maxRegions) {
        try (RandomPool pool = new RandomPool(21, clusterBytes, clusters, maxRegions)) {
            for (int crash = 0; crash < 4; crash++) {
                for (int i = 0; i < 60; i++) {
                    pool.step();
                }
                pool.verify();
                pool.crash();
            }
        }
    }
}
