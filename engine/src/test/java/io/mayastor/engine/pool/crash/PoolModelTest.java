package io.mayastor.engine.pool.crash;

import io.mayastor.engine.sim.Simulation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random operations against a model that knows every byte, on disks that fail, tear, lose and
 * misplace. {@code -Dmayastor.crash.model=N} asks for so many operations.
 */
class PoolModelTest {
    private static final int OPERATIONS = Integer.getInteger("mayastor.crash.model", 80_000);
    private static final int OPERATIONS_PER_RUN = 400;

    @Test
    void whatWasAcknowledgedIsFoundAfterDisksMisbehaved() {
        LongStream seeds = Simulation.seeds(Math.max(1, OPERATIONS / OPERATIONS_PER_RUN));
        seeds.forEach(seed -> FaultyRun.run(seed, OPERATIONS_PER_RUN));
    }
}
