package io.mayastor.engine.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferArenaTest {
    private static final long MIB = 1 << 20;
    private static final ArenaOptions FOUR_TO_EIGHT_MIB =
            new ArenaOptions(4 * MIB, 8 * MIB, 4 * MIB, MIB, Runnable::run);

    private Reactor reactor;
    private BufferArena arena;

    @BeforeEach
    void open() {
        open(FOUR_TO_EIGHT_MIB);
    }

    private void open(ArenaOptions options) {
        Simulation simulation = new Simulation(1);
        SimulatedKernel kernel =
                new SimulatedNetwork(simulation, NetworkProfile.DEFAULT).addHost("10.0.0.1");
        reactor = new Reactor("reactor", 0, kernel, ReactorOptions.DEFAULT.withArena(options));
        reactor.open();
        arena = reactor.arena();
    }

    @Test
    void theReserveIsForInternalUseOnly() {
        List<Long> taken = new ArrayList<>();
        for (long address = arena.allocate(65_536);
                address != 0;
                address = arena.allocate(65_536)) {
            taken.add(address);
            reactor.turn(0);
        }
        assertEquals(7 * MIB / 65_536, taken.size(), "buffers before the reserve");
        assertNotEquals(0, arena.allocateInternal(65_536), "the reserve is for internal use");
        assertTrue(arena.statistics().refusedCount() > 0);
    }

    @Test
    void whoWasRefusedIsToldOnceABufferIsFree() {
        List<Long> taken = new ArrayList<>();
        for (long address = arena.allocate(BufferArena.LARGEST);
                address != 0;
                address = arena.allocate(BufferArena.LARGEST)) {
            taken.add(address);
            reactor.turn(0);
        }
        int[] told = new int[1];
        BufferWaiter waiter =
                new BufferWaiter() {
                    @Override
                    protected void bufferAvailable() {
                        told[0]++;
                    }
                };
        arena.awaitBuffer(waiter);
        arena.awaitBuffer(waiter);
        reactor.turn(0);
        assertEquals(0, told[0], "told although nothing came free");

        arena.free(taken.getFirst(), BufferArena.LARGEST);
        reactor.turn(0);
        reactor.turn(0);
        assertEquals(1, told[0]);
    }

    @Test
    void aBufferFreedTwiceOrWithAnotherLengthIsRefused() {
        long address = arena.allocate(8_192);
        assertThrows(IllegalStateException.class, () -> arena.free(address, 4_096));
        assertThrows(IllegalStateException.class, () -> arena.free(address + 4_096, 4_096));
        arena.free(address, 8_192);
        assertThrows(IllegalStateException.class, () -> arena.free(address, 8_192));
        assertThrows(IllegalArgumentException.class, () -> arena.allocate(BufferArena.LARGEST + 1));
        assertThrows(IllegalArgumentException.class, () -> arena.allocate(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomBuffersNeverOverlapAndAllMemoryComesBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Long, Integer> used = new TreeMap<>();
        for (int step = 0; step < 50_000; step++) {
            if (random.nextInt(100) < 55) {
                int length = 1 + random.nextInt(1 << random.nextInt(1, 21));
                long address = arena.allocate(length);
                if (address != 0) {
                    assertFits(used, address, length);
                    used.put(address, length);
                }
            } else if (!used.isEmpty()) {
                Long key = used.ceilingKey(used.firstKey() + random.nextLong(8 * MIB));
                Map.Entry<Long, Integer> entry =
                        key == null ? used.firstEntry() : used.floorEntry(key);
                used.remove(entry.getKey());
                arena.free(entry.getKey(), entry.getValue());
            }
            if (step % 64 == 0) {
                reactor.turn(0);
            }
        }
        used.forEach(arena::free);
        reactor.turn(0);
        assertEquals(0, arena.statistics().usedBytes());
        for (int i = 0; i < 7; i++) {
            assertNotEquals(0, arena.allocate(BufferArena.LARGEST), "fragmented after all is free");
        }
    }

    private void assertFits(TreeMap<Long, Integer> used, long address, int length) {
        assertEquals(0, address % Memory.PAGE, "alignment");
        Map.Entry<Long, Integer> below = used.floorEntry(address);
        Map.Entry<Long, Integer> above = used.ceilingEntry(address);
        assertTrue(below == null || below.getKey() + below.getValue() <= address, "overlap below");
        assertTrue(above == null || address + length <= above.getKey(), "overlap above");
        Memory.putByte(address, (byte) 1);
        Memory.putByte(address + length - 1, (byte) 1);
    }

    @Test
    void growthThatFoundTheInboxFullIsAskedForAgain() {
        List<Runnable> growths = new ArrayList<>();
        open(new ArenaOptions(4 * MIB, 8 * MIB, 4 * MIB, MIB, growths::add));
        while (arena.allocate(BufferArena.LARGEST) != 0) {
            assertTrue(growths.size() <= 1, "one growth at a time");
        }
        fillInbox();
        growths.removeFirst().run();
        while (reactor.hasInput()) {
            reactor.turn(0);
        }

        assertEquals(0, arena.allocate(BufferArena.LARGEST));
        growths.removeFirst().run();
        reactor.turn(0);

        assertNotEquals(0, arena.allocate(BufferArena.LARGEST));
    }

    private void fillInbox() {
        boolean taken = true;
        while (taken) {
            try {
                reactor.execute(() -> {});
            } catch (RejectedExecutionException full) {
                taken = false;
            }
        }
    }
}
