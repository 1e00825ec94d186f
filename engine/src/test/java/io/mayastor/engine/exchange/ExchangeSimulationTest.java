package io.mayastor.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.sim.Simulation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real target and the real initiator over a simulated network that loses connections, on a
 * simulated disk: every read returns what the acknowledged writes have left. {@code
 * -Dmayastor.sim.operations} sets the size of a run, {@code -Dmayastor.sim.seed} repeats one.
 */
@Tag("simulation")
class ExchangeSimulationTest {
    private static final long OPERATIONS = Long.getLong("mayastor.sim.operations", 25_000);

    static LongStream seeds() {
        return Simulation.seeds(4);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsReturnWhatAcknowledgedWritesHaveLeftAcrossConnectionLoss(long seed) {
        Exchange exchange = new Exchange(seed);
        exchange.run(OPERATIONS, true);

        assertTrue(exchange.failedRequests() > 0, "no connection was lost while it was used");
        exchange.close();
    }

    @Test
    void withoutLossEveryRequestSucceeds() {
        Exchange exchange = new Exchange(7);
        exchange.run(5_000, false);

        assertEquals(0, exchange.failedRequests());
        exchange.close();
    }

    @Test
    void oneSeedIsOneRun() {
        assertEquals(traceOf(11), traceOf(11));
    }

    private static long traceOf(long seed) {
        Exchange exchange = new Exchange(seed);
        exchange.run(2_000, true);
        exchange.close();
        return exchange.simulation().traceHash();
    }
}
