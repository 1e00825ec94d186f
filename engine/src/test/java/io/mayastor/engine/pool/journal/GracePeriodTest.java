package io.mayastor.engine.pool.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GracePeriodTest {
    private final GracePeriod grace = new GracePeriod();
    private final List<String> told = new ArrayList<>();

    @Test
    void withoutIoItIsOverAtOnce() {
        grace.afterCurrent(() -> told.add("a"));
        assertEquals(List.of("a"), told);
    }

    @Test
    void itWaitsForWhatWasInFlightAndNotForWhatCameLater() {
        int before = grace.enter();
        grace.afterCurrent(() -> told.add("a"));
        int after = grace.enter();
        assertEquals(List.of(), told);
        grace.leave(before);
        assertEquals(List.of("a"), told);
        grace.leave(after);
    }

    @Test
    void whoAsksWhileOneDrainsWaitsForTheNext() {
        int first = grace.enter();
        grace.afterCurrent(() -> told.add("a"));
        int second = grace.enter();
        grace.afterCurrent(() -> told.add("b"));
        grace.leave(first);
        assertEquals(List.of("a"), told);
        int third = grace.enter();
        grace.leave(second);
        assertEquals(List.of("a", "b"), told);
        grace.leave(third);
    }

    @Test
    void anIoThatIsKeptForADiskCountsAmongTheOldest() {
        int first = grace.enter();
        grace.afterCurrent(() -> told.add("a"));
        int kept = grace.enterAsOldest();
        grace.leave(first);
        assertEquals(List.of(), told);
        grace.leave(kept);
        assertEquals(List.of("a"), told);
    }

    @Test
    void moreEndsThanBeginningsAreRefused() {
        int ticket = grace.enter();
        grace.leave(ticket);
        assertThrows(IllegalStateException.class, () -> grace.leave(ticket));
    }

    /** Against a model that keeps, for every question, the set of I/O that was in flight. */
    @Test
    void noAnswerComesBeforeAllThatWasInFlightHasEnded() {
        SplittableRandom random = new SplittableRandom(5);
        List<int[]> inFlight = new ArrayList<>();
        List<List<int[]>> asked = new ArrayList<>();
        int[] answers = new int[1];
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> inFlight.add(new int[] {grace.enter()});
                case 2, 3 -> {
                    if (!inFlight.isEmpty()) {
                        int[] ended = inFlight.remove(random.nextInt(inFlight.size()));
                        asked.forEach(waiting -> waiting.remove(ended));
                        grace.leave(ended[0]);
                    }
                }
                default -> {
                    List<int[]> waiting = new ArrayList<>(inFlight);
                    asked.add(waiting);
                    grace.afterCurrent(() -> {
                        assertEquals(0, waiting.size(), "I/O that has not ended");
                        asked.remove(waiting);
                        answers[0]++;
                    });
                }
            }
        }
        inFlight.forEach(io -> {
            asked.forEach(waiting -> waiting.remove(io));
            grace.leave(io[0]);
        });
        assertEquals(0, asked.size(), "questions without an answer after " + answers[0]);
    }
}
