package io.mayastor.engine.pool.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.crash.CrashCoverage.Fate;
import io.mayastor.engine.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Every prefix of what the disks were given, and many legal states beside, for recorded runs.
 *
 * <p>{@code -Dmayastor.crash.points=N} asks for more points, {@code -Dmayastor.sim.seed=S} for one
 * run only, {@code -Dmayastor.crash.point=P} for one point of it.
 */
class CrashEnumerationTest {
    private static final long POINTS = Long.getLong("mayastor.crash.points", 100_000);
    private static final int THREADS = 2;
    private static final CrashCoverage COVERAGE = new CrashCoverage();

    @Test
    void whatWasPromisedIsFoundAfterEveryCrash() throws Exception {
        long[] given = Simulation.seeds(1).toArray();
        boolean one = !System.getProperty("mayastor.sim.seed", "").isBlank();
        AtomicLong nextSeed = new AtomicLong(given[0]);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < (one ? 1 : THREADS); i++) {
                workers.add(
                        threads.submit(() -> {
                            do {
                                CrashRuns.enumerate(nextSeed.getAndIncrement(), COVERAGE);
                            } while (!one && COVERAGE.points.get() < POINTS);
                        }));
            }
            for (Future<?> worker : workers) {
                finish(worker);
            }
        }
        System.out.println(COVERAGE);
        if (!one) {
            everythingWasCutEverywhere();
        }
    }

    private static void finish(Future<?> worker) throws Exception {
        try {
            worker.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static void everythingWasCutEverywhere() {
        int[] kinds = {
            Contents.UNITS, Contents.CLEAR, Contents.REGION, Contents.MOVE, Contents.PUT_LAYER,
            Contents.REMOVE_LAYER, Contents.PAGE, Contents.ROOT, Contents.LABEL, Contents.DATA
        };
        for (int kind : kinds) {
            for (Crash crash : Crash.values()) {
                for (Fate fate : Fate.values()) {
                    boolean possible = crash == Crash.POWER_CUT || fate != Fate.TORN;
                    assertTrue(
                            !possible || COVERAGE.cuts(crash, fate, kind) > 0,
                            () ->
                                    "never %s by %s: %s%n%s"
                                            .formatted(fate, crash, Contents.text(kind), COVERAGE));
                }
            }
        }
        assertTrue(COVERAGE.unitsRolledBack.get() > 0, "no unit was ever rolled back");
        assertTrue(COVERAGE.pendingSnapshots.get() > 0, "no snapshot was ever cut short");
        assertTrue(COVERAGE.deletedLayers.get() > 0, "no deletion was ever cut short");
        assertTrue(COVERAGE.reopened.get() > 0, "no pool was opened and used on");
    }
}
