package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.sim.Connection;
import io.mayastor.engine.sim.NetworkProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many connections come, work, and half of them go in the middle of it, again and again. */
class StormTest {
    private static final int BLOCK = 4096;
    private static final int HOSTS = 100;
    private static final int QUEUES = 4;
    private static final int ROUNDS = 2;

    private static TargetOptions options() {
        return new TargetOptions(
                128,
                QUEUES,
                8192,
                8,
                2 * HOSTS * (QUEUES + 1),
                16,
                64 << 10,
                4 << 20,
                2 << 20,
                8 << 20,
                1 << 20,
                30_000_000_000L,
                24 * 3600 * 1000,
                RetryDelays.NONE);
    }

    private final List<WireHost> all = new ArrayList<>();

    private static void work(WireHost queue, SplittableRandom random) {
        for (int i = 0; i < 6; i++) {
            long block = random.nextInt(512);
            switch (random.nextInt(4)) {
                case 0 -> queue.read(block, 1 + random.nextInt(32), BLOCK);
                case 1 -> queue.write(block, new byte[2 * BLOCK], BLOCK);
                case 2 -> queue.writeByR2t(block, new byte[random.nextInt(1, 16) * BLOCK], BLOCK);
                default -> queue.startByR2t(block, 4, BLOCK);
            }
        }
    }

    private void kill(TargetWorld world, WireHost victim, SplittableRandom random) {
        switch (random.nextInt(3)) {
            case 0 -> victim.stream().close();
            case 1 -> victim.stream().shutdown();
            default -> {
                List<Connection> alive = world.network.connections();
                alive.get(random.nextInt(alive.size())).reset();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    void nothingIsLeftOfFiveHundredConnectionsKilledInTheMiddleOfTheirWork(long seed) {
        TargetWorld world = new TargetWorld(seed, options());
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            storm(world, random, round);
        }
        assertTrue(world.reactor.arena().statistics().peakBytes() > 1 << 20, "little was done");
    }

    private void storm(TargetWorld world, SplittableRandom random, int round) {
        all.clear();
        for (int i = 0; i < HOSTS; i++) {
            String name = "nqn.2014-08.org.example:storm-" + round + "-" + i;
            WireHost admin = world.wire().admin(TargetWorld.NQN, name, 0);
            all.add(admin);
            for (int queue = 1; queue <= QUEUES; queue++) {
                WireHost host = world.wire();
                int connect =
                        host.connect(TargetWorld.NQN, name, admin.controllerId(), queue, 32, 0, 0);
                assertEquals(Status.SUCCESS, host.await(connect).status());
                all.add(host);
            }
        }
        assertEquals(HOSTS * (QUEUES + 1), world.target.connectionCount());
        for (WireHost host : all) {
            host.becomeHostile();
            work(host, random);
        }
        world.simulation.runFor(random.nextInt(2_000_000));
        for (int i = 0; i < all.size(); i++) {
            if (random.nextBoolean()) {
                kill(world, all.get(i), random);
            }
        }
        silenceSome(world, random);
        world.simulation.runFor(5_000_000_000L);
        WireHost after = world.wire().admin(TargetWorld.NQN, TargetWorld.OTHER_HOST_NQN, 0);
        after.stream().close();
        world.simulation.runFor(NetworkProfile.DEFAULT.deadPeerNanos() * 8);
        all.forEach(host -> host.stream().close());
        world.assertNothingIsLeft();
    }

    private static void silenceSome(TargetWorld world, SplittableRandom random) {
        for (Connection connection : world.network.connections()) {
            if (random.nextInt(4) == 0) {
                connection.silence();
            }
        }
    }
}
