package io.mayastor.engine.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void oneSeedIsOneRun() {
        assertEquals(EchoWorld.run(7, 300), EchoWorld.run(7, 300));
    }

    @Test
    void anotherSeedIsAnotherRun() {
        assertNotEquals(EchoWorld.run(7, 300), EchoWorld.run(8, 300));
    }

    @Test
    void eventsOfOneInstantRunInAnOrderOfTheSeed() {
        Set<List<Integer>> orders = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            Simulation simulation = new Simulation(seed);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                simulation.after(100, () -> order.add(number));
            }
            simulation.runFor(100);
            assertEquals(4, order.size());
            orders.add(order);
        }
        assertTrue(orders.size() > 5, "orders seen: " + orders);
    }

    @Test
    void failureNamesTheSeedThatRepeatsIt() {
        Simulation simulation = new Simulation(4711);
        simulation.after(
                5,
                () -> {
                    throw new IllegalStateException("block 7 reads old data");
                });
        SimulationFailure failure =
                assertThrows(SimulationFailure.class, () -> simulation.runFor(10));
        assertTrue(
                failure.getMessage().contains("-Dmayastor.sim.seed=4711")
                        && failure.getMessage().contains("block 7"),
                failure.getMessage());
    }

    @Test
    void waitingForWhatNeverComesFails() {
        Simulation simulation = new Simulation(1);
        SimulationFailure failure =
                assertThrows(
                        SimulationFailure.class,
                        () -> simulation.runUntil("the answer", () -> false));
        assertTrue(failure.getMessage().contains("the answer"), failure.getMessage());
    }

    @Test
    void aReactorRunsItsTimersAndInboxInVirtualTime() {
        Simulation simulation = new Simulation(1);
        SimulatedKernel host =
                new SimulatedNetwork(simulation, NetworkProfile.DEFAULT).addHost("10.0.0.1");
        Reactor reactor = new Reactor("r0", 0, host, Participant.REACTOR);
        simulation.participant("r0").run(reactor);
        long[] fired = {0};
        long start = simulation.nanoTime();
        Timer timer =
                new Timer() {
                    @Override
                    protected void expired() {
                        fired[0] = simulation.nanoTime();
                    }
                };
        reactor.execute(() -> reactor.schedule(timer, 3 * SECOND));
        simulation.runUntil("the timer fires", () -> fired[0] != 0);
        long late = fired[0] - start - 3 * SECOND;
        assertTrue(late >= 0 && late < 5_000_000, "late by " + late + " ns");
        assertTrue(
                simulation.events() < 1_000,
                "an idle reactor sleeps: " + simulation.events() + " events");
    }

    @Test
    void aPausedParticipantTakesNoTurn() {
        Simulation simulation = new Simulation(1);
        Participant participant = simulation.participant("spinning");
        participant.start(() -> {});
        simulation.runFor(SECOND / 1000);
        participant.pause(SECOND);
        long turns = participant.turns();
        assertTrue(turns > 10);
        simulation.runFor(SECOND / 2);
        assertEquals(turns, participant.turns());
        simulation.runFor(SECOND);
        assertTrue(participant.turns() > turns);
    }
}
