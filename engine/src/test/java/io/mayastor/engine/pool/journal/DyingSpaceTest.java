package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.journal.JournalWorld.Change;
import io.mayastor.engine.pool.journal.JournalWorld.Synced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DyingSpaceTest {
    private final JournalWorld world = new JournalWorld(1, 2, 4);
    private final List<String> freed = new ArrayList<>();
    private DyingSpace dying;

    @BeforeEach
    void open() {
        dying =
                new DyingSpace(
                        world.reactor,
                        world.grace,
                        world.journal,
                        world.sync,
                        world.poolDisks,
                        JournalWorld.CLUSTER,
                        new DyingSpace.FreeSpace() {
                            @Override
                            public void releaseCluster(int cluster) {
                                freed.add("cluster " + cluster);
                            }

                            @Override
                            public void releaseSlice(long place) {
                                freed.add(Place.text(place));
                            }
                        });
    }

    private void giveUp(int cluster) {
        Change change = world.append(cluster, 1);
        world.runUntil("it is recorded", change::isTold);
        world.run(() -> dying.cluster(cluster, change.sequence()));
    }

    private void synchronise() {
        Synced synced = world.synchronise();
        world.runUntil("it is durable", synced::isTold);
        world.simulation.runFor(1_000_000);
    }

    @Test
    void itIsFreeWhenTheRecordIsDurable() {
        giveUp(5);
        world.simulation.runFor(100_000_000);
        assertEquals(List.of(), freed);
        synchronise();
        assertEquals(List.of("cluster 5"), freed);
        assertEquals(0, dying.size());
    }

    @Test
    void itIsNotFreeWhileIoOfThatTimeIsInFlight() {
        int ticket = world.run(() -> world.grace.enter());
        giveUp(5);
        synchronise();
        assertEquals(List.of(), freed);
        world.run(() -> world.grace.leave(ticket));
        world.runUntil("it is free", () -> !freed.isEmpty());
    }

    @Test
    void aSteadyStreamIsFreedAllTheSame() {
        for (int i = 1; i < 12; i++) {
            giveUp(i);
            world.synchronise();
            world.simulation.runFor(30_000);
        }
        world.simulation.runFor(3_000_000_000L);
        assertEquals(11, freed.size());
    }

    @Test
    void neighboursArePunchedTogetherAndNotFasterThanTheLimit() {
        world.run(() -> dying.punch(JournalWorld.CLUSTER));
        byte[] filled = new byte[JournalWorld.CLUSTER];
        Arrays.fill(filled, (byte) 7);
        int at = JournalWorld.MIB;
        for (int cluster = 2; cluster < 6; cluster++) {
            world.disks.getFirst().plant(at + (long) cluster * JournalWorld.CLUSTER, filled);
        }
        Change change = world.append(1, 1);
        world.runUntil("it is recorded", change::isTold);
        world.run(() -> {
            dying.cluster(3, 1);
            dying.cluster(2, 1);
            dying.slice(Place.of(5, 1), 1);
            dying.slice(Place.of(5, 0), 1);
        });
        synchronise();
        assertEquals(List.of("cluster 2", "cluster 3"), freed);
        world.simulation.runFor(1_500_000_000);
        assertEquals(2, freed.size(), "two clusters take two seconds");
        world.runUntil("all is free", () -> freed.size() == 4);
        assertEquals(List.of("cluster 5 slice 0", "cluster 5 slice 1"), freed.subList(2, 4));
        assertTrue(isZero(at + 2L * JournalWorld.CLUSTER, 2 * JournalWorld.CLUSTER));
        assertTrue(isZero(at + 5L * JournalWorld.CLUSTER, 2 * 65_536));
        assertEquals(
                7, world.disks.getFirst().read(at + 5L * JournalWorld.CLUSTER + 131_072, 1)[0]);
    }

    private boolean isZero(long offset, int length) {
        for (byte value : world.disks.getFirst().read(offset, length)) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
