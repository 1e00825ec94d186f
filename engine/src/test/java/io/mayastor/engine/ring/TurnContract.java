package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.RingWorld.Connection;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a ring promises about its turns, its sleep and its end. */
interface TurnContract {
    int POLLOUT = 4;

    RingWorld world();

    @Test
    default void aTurnWithNothingToDoReturnsAtOnce() {
        RingWorld w = world();
        w.ring.turn(0);

        assertEquals(0, w.ring.turn(0));
        assertFalse(w.ring.ready());
    }

    @Test
    default void aTimedWaitEndsWithItsTime() {
        RingWorld w = world();
        long start = w.ring.nanoTime();

        assertEquals(0, w.ring.turn(20_000_000));

        assertTrue(w.ring.nanoTime() - start >= 20_000_000, "slept too short");
    }

    @Test
    default void aWakeUpBeforeTheSleepEndsIt() {
        RingWorld w = world();
        w.ring.wake();
        w.ring.wake();

        assertEquals(0, w.ring.turn(Long.MAX_VALUE));
    }

    @Test
    default void readyTellsThatATurnIsWorthwhile() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        w.ring.turn(0);
        assertFalse(w.ring.ready());
        Outcome writable = new Outcome();

        w.ring.poll(c.client(), POLLOUT, writable);

        assertTrue(w.ring.ready(), "an operation was prepared");
        w.await(writable);
    }

    @Test
    default void moreCompletionsThanTheQueueHoldsAreAllDelivered() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome[] polls = new Outcome[100];
        for (int i = 0; i < polls.length; i++) {
            polls[i] = new Outcome();
            w.ring.poll(c.client(), 1, polls[i]);
        }
        w.ring.turn(0);

        assertEquals(1, w.send(c.server(), w.pattern(1, 1), 1));

        for (int i = 0; i < polls.length; i++) {
            assertEquals(1, w.await(polls[i]) & 1, "poll " + i);
        }
        assertEquals(0, w.ring.inFlight());
    }

    @Test
    default void aClosingRingCancelsWhatIsInFlight() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome[] receives = new Outcome[40];
        for (int i = 0; i < receives.length; i++) {
            receives[i] = new Outcome();
            w.ring.receive(c.client(), w.room(100), 100, receives[i]);
        }
        w.ring.turn(0);
        Outcome justPrepared = new Outcome();
        w.ring.receive(c.server(), w.room(100), 100, justPrepared);

        w.ring.close();

        for (int i = 0; i < receives.length; i++) {
            assertEquals(1, receives[i].times(), "completions of receive " + i);
            assertEquals(-Errno.ECANCELED, receives[i].result(), "receive " + i);
        }
        assertEquals(-Errno.ECANCELED, justPrepared.result());
        assertEquals(0, w.ring.inFlight());
    }

    @Test
    default void whatIsPreparedWhileTheRingClosesIsCancelledButDescriptorsAreClosed()
            throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome again = new Outcome();
        Outcome closed = new Outcome();
        w.ring.receive(
                c.client(),
                w.room(100),
                100,
                (result, flags) -> {
                    w.ring.receive(c.client(), w.memory.address(), 100, again);
                    w.ring.close(c.client(), closed);
                });
        w.ring.turn(0);

        w.ring.close();

        assertEquals(-Errno.ECANCELED, again.result());
        assertEquals(1, closed.times());
        assertEquals(0, closed.result());
    }

    @Test
    default void aClosedRingIgnoresWakeUpsAndRefusesTurns() {
        RingWorld w = world();
        w.ring.close();

        w.ring.wake();
        w.ring.close();

        assertThrows(IllegalStateException.class, () -> w.ring.turn(0));
    }

    @Test
    default void aNewOperationIsPossibleInEveryCompletionOfAFullQueue() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome[] second = new Outcome[100];
        for (int i = 0; i < second.length; i++) {
            second[i] = new Outcome();
            Outcome next = second[i];
            w.ring.poll(c.client(), POLLOUT, (r, f) -> w.ring.poll(c.client(), POLLOUT, next));
        }

        for (int i = 0; i < second.length; i++) {
            assertEquals(POLLOUT, w.await(second[i]) & POLLOUT, "second poll " + i);
        }
    }
}
