package io.mayastor.engine.pool.metadata;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promises of the format: after the end of the process every write that was answered reads
 * back; after a power cut every unit reads what it had at the last synchronisation or later.
 */
class CrashHistoryTest {
    private static final int HISTORIES = Integer.getInteger("mayastor.pool.histories", 150);
    private static final int MAX_STEPS = 40;

    static LongStream seeds() {
        return new SplittableRandom(0x637261).longs(HISTORIES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void acknowledgedWritesOutliveTheProcess(long seed) {
        run(seed, false);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void unitsReadOldOrNewContentAfterAPowerCut(long seed) {
        run(seed, true);
    }

    private static void run(long seed, boolean powerCut) {
        try (CrashHistory history = new CrashHistory(seed, powerCut)) {
            for (int i = new SplittableRandom(seed).nextInt(MAX_STEPS); i >= 0; i--) {
                history.step();
            }
            history.verify();
        }
    }
}
