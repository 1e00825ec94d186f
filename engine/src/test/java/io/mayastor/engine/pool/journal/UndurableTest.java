package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UndurableTest {
    private int asked;
    private final Undurable undurable = new Undurable(() -> asked++);

    @Test
    void aUnitLeavesWhenTheRoundAfterItsOwnHasEnded() {
        undurable.add(1, 100, 40, 7);
        assertTrue(undurable.contains(1, 139, 5));
        assertFalse(undurable.contains(1, 140, 5));
        assertFalse(undurable.contains(2, 100, 40));

        undurable.synchronising(7);
        undurable.synchronised();
        assertTrue(undurable.contains(1, 100, 1), "durable, but no durable block says so");
        undurable.synchronising(7);
        undurable.synchronised();
        assertFalse(undurable.contains(1, 0, 1000));
        assertEquals(0, undurable.units());
    }

    @Test
    void aRecordOfTheNewContentHelpsOnlyUntilASynchronisationBegins() {
        undurable.add(1, 100, 1, 7);
        assertFalse(undurable.mustSettle(1, 100, 1));
        undurable.synchronising(7);
        assertTrue(undurable.mustSettle(1, 100, 1));
        undurable.synchronised();
        assertTrue(undurable.mustSettle(1, 100, 1));
        undurable.synchronising(7);
        undurable.synchronised();
        assertFalse(undurable.mustSettle(1, 100, 1));
    }

    @Test
    void aRecordThatCompletesWhileARoundWaitsForItBelongsToThatRound() {
        undurable.synchronising(9);
        undurable.add(1, 5, 1, 8);
        undurable.add(1, 6, 1, 10);
        undurable.synchronised();
        undurable.synchronising(10);
        undurable.synchronised();
        assertFalse(undurable.contains(1, 5, 1));
        assertTrue(undurable.contains(1, 6, 1));
    }

    @Test
    void aRootThatContainsTheRecordsFreesThem() {
        undurable.add(1, 5, 1, 3);
        undurable.synchronising(3);
        undurable.synchronised();
        undurable.inRoot(3, 3);
        assertFalse(undurable.contains(1, 5, 1));
    }

    @Test
    void manyUnitsAskForASynchronisationOnce() {
        for (int i = 0; i < 2 * Undurable.ENOUGH; i++) {
            undurable.add(3, i * 5L, 1, i);
        }
        assertEquals(1, asked);
        assertEquals(2 * Undurable.ENOUGH, undurable.units());
    }

    @Test
    void agreesWithAPlainMap() {
        SplittableRandom random = new SplittableRandom(1);
        Map<Long, Integer> model = new HashMap<>();
        int round = 0;
        long sequence = 0;
        for (int step = 0; step < 30_000; step++) {
            int layer = random.nextInt(1, 4);
            long unit = random.nextInt(3_000);
            int count = random.nextInt(1, 40);
            if (step % 500 == 499) {
                undurable.synchronising(sequence);
                undurable.synchronised();
                int ended = round - 1;
                model.values().removeIf(in -> in <= ended);
                round++;
            } else if (random.nextInt(3) == 0) {
                undurable.add(layer, unit, count, ++sequence);
                for (long at = unit; at < unit + count; at++) {
                    model.put((long) layer << 40 | at, round);
                }
            } else {
                boolean expected = false;
                for (long at = unit; at < unit + count; at++) {
                    expected |= model.containsKey((long) layer << 40 | at);
                }
                assertEquals(expected, undurable.contains(layer, unit, count), "step " + step);
            }
        }
    }
}
