package io.mayastor.engine.reactor;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A post and the decision to sleep, at the same time: either the producer sees that the reactor
 * sleeps and wakes it, or the reactor sees the task and does not sleep.
 */
@JCStressTest
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "the task waits, nobody wakes")
@Outcome(expect = Expect.ACCEPTABLE, desc = "seen by one of them")
@State
public class InboxWakeUpStress {
    private final Inbox inbox = new Inbox(4);

    @Actor
    public void producer(ZZ_Result result) {
        inbox.offer(() -> {});
        result.r1 = inbox.consumerSleeps();
    }

    @Actor
    public void consumer(ZZ_Result result) {
        inbox.consumerWillSleep();
        result.r2 = !inbox.isEmpty();
    }
}
