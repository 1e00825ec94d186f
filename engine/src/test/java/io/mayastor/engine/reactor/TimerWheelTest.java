package io.mayastor.engine.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
    private static final long MS = 1_000_000;

    private final List<Recorded> fired = new ArrayList<>();

    private final class Recorded extends Timer {
        private long due;
        private long firedAt = -1;

        @Override
        protected void expired() {
            firedAt = now;
            fired.add(this);
        }
    }

    private long now;

    @Test
    void aTimerFiresAtTheFirstTickNotBeforeItsTime() {
        TimerWheel wheel = new TimerWheel(0);
        Recorded timer = new Recorded();
        wheel.schedule(timer, 5 * MS - 1);

        assertEquals(0, wheel.expire(5 * MS - 1), "fired before its time");
        assertEquals(1, wheel.nanosToNext(5 * MS - 1));
        assertEquals(1, wheel.expire(5 * MS));
        assertFalse(timer.isArmed());
        assertEquals(Long.MAX_VALUE, wheel.nanosToNext(5 * MS));
    }

    @Test
    void armingAgainMovesATimer() {
        TimerWheel wheel = new TimerWheel(0);
        Recorded timer = new Recorded();
        wheel.schedule(timer, 3 * MS);
        wheel.schedule(timer, 7_000 * MS);

        assertEquals(0, wheel.expire(6_999 * MS));
        assertEquals(1, wheel.expire(7_000 * MS));
        assertEquals(0, wheel.armed());
    }

    @Test
    void aTimerBeyondTheHorizonStillFiresOnTime() {
        TimerWheel wheel = new TimerWheel(0);
        Recorded timer = new Recorded();
        long tenHours = 36_000_000 * MS;
        wheel.schedule(timer, tenHours);

        now = tenHours - 1;
        assertEquals(0, wheel.expire(now));
        now = tenHours;
        assertEquals(1, wheel.expire(now));
    }

    @Test
    void aTimerMayCancelItsNeighboursAndArmItselfWhileItFires() {
        TimerWheel wheel = new TimerWheel(0);
        Recorded victim = new Recorded();
        Timer canceller =
                new Timer() {
                    @Override
                    protected void expired() {
                        wheel.cancel(victim);
                        wheel.schedule(this, 20 * MS);
                    }
                };
        // The last one armed is the first of its slot.
        wheel.schedule(victim, 10 * MS);
        wheel.schedule(canceller, 10 * MS);

        assertEquals(1, wheel.expire(10 * MS));
        assertFalse(victim.isArmed());
        assertTrue(canceller.isArmed());
        assertEquals(10 * MS, wheel.nanosToNext(10 * MS));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomTimersFireOnceAndWithinOneTickOfTheirTime(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TimerWheel wheel = new TimerWheel(0);
        List<Recorded> armed = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int action = random.nextInt(10);
            if (action < 5) {
                Recorded timer = new Recorded();
                timer.due = now + random.nextLong(1L << random.nextInt(1, 45));
                wheel.schedule(timer, timer.due);
                armed.add(timer);
            } else if (action < 6 && !armed.isEmpty()) {
                wheel.cancel(armed.remove(random.nextInt(armed.size())));
            } else {
                advance(wheel, random);
            }
            armed.removeIf(timer -> timer.firedAt >= 0);
            assertEquals(armed.size(), wheel.armed(), "armed timers at step " + step);
        }
        for (Recorded timer : fired) {
            assertTrue(timer.firedAt >= timer.due, "fired early: " + timer.due);
        }
    }

    /** Moves on to the time the wheel names or some time before; nothing may be left behind it. */
    private void advance(TimerWheel wheel, SplittableRandom random) {
        long toNext = wheel.nanosToNext(now);
        if (toNext == Long.MAX_VALUE) {
            return;
        }
        now += random.nextBoolean() ? toNext : random.nextLong(toNext + 1);
        int before = fired.size();
        wheel.expire(now);
        for (int i = before; i < fired.size(); i++) {
            assertTrue(
                    now - fired.get(i).due < 2 * MS,
                    "fired " + (now - fired.get(i).due) + " ns late");
        }
    }
}
