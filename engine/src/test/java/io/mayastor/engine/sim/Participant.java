package io.mayastor.engine.sim;

import io.mayastor.engine.reactor.ArenaOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Somebody who takes turns: usually one reactor with its ring. It owns the rings made while it
 * runs, and only it may use them.
 *
 * <p>A turn happens at one instant; the next one is at least a turn's cost later. In between it
 * sleeps until a completion, a wake-up, the end of the wait that its ring was asked for, or {@link
 * #noticing outside work}.
 */
public final class Participant {
    private static final long MIB = 1 << 20;

    /**
     * A reactor that grows at once, wastes no events on spinning, and fits into a test many times.
     */
    public static final ReactorOptions REACTOR =
            ReactorOptions.DEFAULT
                    .withSpinNanos(0)
                    .withArena(new ArenaOptions(8 * MIB, 32 * MIB, 8 * MIB, MIB, Runnable::run));

    private static final int TURN_NANOS = 300;
    private static final int TURN_JITTER_NANOS = 3_000;
    private static final int IDLE_POLL_NANOS = 5_000;
    private static final int WAKE_JITTER_NANOS = 20_000;

    private final Simulation simulation;
    private final String name;
    private final SplittableRandom random;
    private final List<SimulatedRing> rings = new ArrayList<>();
    private Runnable turn;
    private BooleanSupplier outsideWork = () -> false;
    private Event nextTurn;
    private long notBefore;
    private long waitNanos;
    private long turns;
    private boolean inTurn;

    Participant(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        this.random = simulation.stream("participant " + name);
    }

    public String name() {
        return name;
    }

    public long turns() {
        return turns;
    }

    /** Runs an action now as this participant, for example the making of its ring. */
    public void run(Runnable action) {
        simulation.runAs(this, action);
        wakeAt(simulation.nanoTime());
    }

    /**
     * Takes turns from now on: {@code turn} is one round of its loop, which calls its ring's {@code
     * turn} once.
     */
    public void start(Runnable turn) {
        this.turn = turn;
        wakeAt(simulation.nanoTime());
    }

    /**
     * Tells how to see work that does not come through the ring and whose giver does not wake it
     * (an inbox looked at before the sleep).
     */
    public Participant noticing(BooleanSupplier outsideWork) {
        this.outsideWork = outsideWork;
        return this;
    }

    /** Runs a reactor: opens it now and turns it from now on. */
    public void run(Reactor reactor) {
        run(reactor::open);
        noticing(reactor::hasWork);
        start(() -> reactor.turn(Long.MAX_VALUE));
    }

    /**
     * No turn for this long: the scheduler, a collection or a stopped machine took the thread away.
     */
    public void pause(long nanos) {
        notBefore = Math.max(notBefore, simulation.nanoTime() + nanos);
        if (nextTurn != null && nextTurn.pending() && nextTurn.time < notBefore) {
            nextTurn.cancel();
            wakeAt(notBefore);
        }
    }

    /** No turn any more. */
    public void stop() {
        turn = null;
        if (nextTurn != null) {
            nextTurn.cancel();
        }
    }

    void adopt(SimulatedRing ring) {
        rings.add(ring);
    }

    void release(SimulatedRing ring) {
        rings.remove(ring);
    }

    /** Its ring was asked to wait, in the turn that runs now. */
    void waits(long nanos) {
        waitNanos = nanos;
    }

    /** Something happened that ends a sleep. */
    void wakeSoon() {
        wakeAt(simulation.nanoTime() + random.nextInt(WAKE_JITTER_NANOS));
    }

    void notice() {
        boolean awake =
                nextTurn != null
                        && nextTurn.pending()
                        && nextTurn.time
                                <= Math.max(notBefore, simulation.nanoTime() + WAKE_JITTER_NANOS);
        if (turn != null && !awake) {
            simulation.runAs(this, this::look);
        }
    }

    private void look() {
        if (outsideWork.getAsBoolean()) {
            wakeSoon();
        }
    }

    private void wakeAt(long time) {
        if (turn == null || inTurn) {
            return;
        }
        long earliest = Math.max(time, notBefore);
        if (nextTurn != null && nextTurn.pending()) {
            if (nextTurn.time <= earliest) {
                return;
            }
            nextTurn.cancel();
        }
        nextTurn = simulation.schedule(earliest, this::takeTurn);
    }

    private void takeTurn() {
        turns++;
        waitNanos = 0;
        inTurn = true;
        simulation.runAs(this, turn);
        inTurn = false;
        long now = simulation.nanoTime();
        notBefore = Math.max(notBefore, now + TURN_NANOS + random.nextInt(TURN_JITTER_NANOS));
        if (rings.stream().anyMatch(SimulatedRing::ready)) {
            wakeAt(now);
        } else if (waitNanos == 0) {
            wakeAt(now + IDLE_POLL_NANOS);
        } else if (waitNanos < Long.MAX_VALUE - now) {
            wakeAt(now + waitNanos);
        }
    }
}
