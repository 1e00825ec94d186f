package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hosts that break every rule, beside hosts that keep them, on one target: only the former are
 * ended, the latter lose no answer and no byte, and in the end nothing is left of anybody.
 *
 * <p>{@code -Dmayastor.fuzz.seeds} sets how many worlds are tried.
 */
@Tag("fuzz")
class HostileHostsTest {
    private static final int SEEDS = Integer.getInteger("mayastor.fuzz.seeds", 40);
    private static final int ROUNDS = 400;
    private static final int HOSTILE = 4;
    private static final String MEMORY_NQN = "nqn.2019-05.io.openebs:memory";
    private static final String WITNESS_NQN = "nqn.2019-05.io.openebs:witness";
    private static final String WITNESS_MEMORY_NQN = "nqn.2019-05.io.openebs:witness-memory";

    private static LongStream seeds() {
        return Simulation.seeds(SEEDS);
    }

    private static BlockDevice memory(TargetWorld world, String name) {
        return world.await(
                new MemoryDeviceFactory(UUID::randomUUID)
                        .open(
                                DeviceUri.parse("malloc:///" + name + "?size_mb=4&blk_size=4096"),
                                world.reactor));
    }

    private static void add(TargetWorld world, String nqn, BlockDevice device) {
        world.await(
                world.target.addSubsystem(
                        new SubsystemConfig(
                                nqn,
                                "S",
                                SubsystemConfig.MODEL,
                                device,
                                UUID.randomUUID(),
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void onlyThoseWhoBreakTheRulesAreEnded(long seed) {
        TargetWorld world = new TargetWorld(seed, TargetWorld.OPTIONS);
        SplittableRandom random = new SplittableRandom(seed);
        add(world, MEMORY_NQN, memory(world, "hostile"));
        add(world, WITNESS_NQN, new TestDevice("witness", world.reactor, 4096, 1024));
        add(world, WITNESS_MEMORY_NQN, memory(world, "witness-memory"));
        List<Witness> witnesses =
                List.of(
                        new Witness(world, WITNESS_NQN, seed, (int) (seed & 3)),
                        new Witness(world, WITNESS_MEMORY_NQN, seed, (int) (seed >> 2 & 3)));
        List<HostileHost> hostile = new ArrayList<>();
        for (int i = 0; i < HOSTILE; i++) {
            hostile.add(
                    new HostileHost(
                            world, i % 2 == 0 ? TargetWorld.NQN : MEMORY_NQN, seed * 31 + i));
        }
        boolean paused = false;
        for (int round = 0; round < ROUNDS; round++) {
            hostile.forEach(HostileHost::step);
            witnesses.forEach(Witness::step);
            world.simulation.runFor(random.nextInt(200_000));
            if (random.nextInt(20) == 0) {
                world.device.holding = random.nextBoolean();
                if (!world.device.holding) {
                    world.onReactor(world.device::releaseHeld);
                }
            }
            if (random.nextInt(30) == 0) {
                paused = togglePause(world, paused);
            }
        }
        hostile.forEach(HostileHost::close);
        world.onReactor(world.device::releaseHeld);
        if (paused) {
            world.await(world.target.resume(MEMORY_NQN));
        }
        for (Witness witness : witnesses) {
            long before = witness.rounds();
            world.simulation.runUntil(
                    "the witness is served",
                    () -> {
                        witness.step();
                        return witness.rounds() > before + 3;
                    },
                    1_000_000);
            witness.close();
        }
        assertTrue(
                hostile.stream().mapToInt(HostileHost::terminations).sum() > 0,
                "nothing provoked a termination request");
        world.assertNothingIsLeft();
        assertFalse(world.target.portals().isEmpty());
    }

    /** A pause need not be complete: a hostile host may owe data. */
    private static boolean togglePause(TargetWorld world, boolean paused) {
        if (paused) {
            world.await(world.target.resume(MEMORY_NQN));
        } else {
            var unused = world.target.pause(MEMORY_NQN);
            world.simulation.runFor(1_000_000);
        }
        return !paused;
    }
}
