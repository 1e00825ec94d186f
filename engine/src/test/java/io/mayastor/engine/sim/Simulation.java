package io.mayastor.engine.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * Virtual time, one queue of events, and the participants that take turns in it. One seed is one
 * exact run: nothing else (clock, thread, hash of an object's address) may enter a decision, and
 * {@link #traceHash()} tells whether two runs were the same.
 *
 * <p>Owner thread: the test's. Code runs either as a {@link Participant} or as the test itself. A
 * ring belongs to whoever made it. A participant's ring never waits: the wait it asks for tells
 * when its next turn is. A ring of the test itself runs the world while it waits.
 *
 * <p>How to write a test:
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(seed);
 * SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
 * SimulatedKernel host = network.addHost("10.0.0.1");
 * Participant participant = simulation.participant("target");
 * participant.run(new Reactor("target", 0, host, Participant.REACTOR));
 * simulation.runUntil("the write is acknowledged", () -> acknowledged);
 * }</pre>
 */
public final class Simulation {
    private static final long DEFAULT_EVENT_LIMIT = 100_000_000;

    private final long seed;
    private final SplittableRandom random;
    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final List<Participant> participants = new ArrayList<>();
    private final Participant test;
    private Participant current;
    private boolean stepping;
    private long now = 1_000_000_000L;
    private long sequence;
    private long events;
    private long hash;

    public Simulation(long seed) {
        this.seed = seed;
        this.hash = seed;
        this.random = stream("simulation");
        this.test = new Participant(this, "test");
        this.current = test;
    }

    /**
     * Seeds for one test: those of {@code -Dmayastor.sim.seed=…} when it is given, else 1…count.
     */
    public static LongStream seeds(int count) {
        String given = System.getProperty("mayastor.sim.seed", "").trim();
        return given.isEmpty()
                ? LongStream.rangeClosed(1, count)
                : LongStream.of(Long.decode(given));
    }

    public long seed() {
        return seed;
    }

    /** Virtual time in nanoseconds. */
    public long nanoTime() {
        return now;
    }

    /** Events run so far. */
    public long events() {
        return events;
    }

    /** Digest of every event and completion so far, with their times. */
    public long traceHash() {
        return hash;
    }

    /**
     * A source of decisions of its own, so that more decisions in one place leave those of other
     * places as they are.
     */
    public SplittableRandom stream(String name) {
        return new SplittableRandom(mix(seed ^ mix(name.hashCode())));
    }

    public Participant participant(String name) {
        Participant participant = new Participant(this, name);
        participants.add(participant);
        return participant;
    }

    /**
     * Runs an action of the world (a fault, a client's step, the end of a phase) after a delay. It
     * runs as the test, not as a participant.
     */
    public void after(long delayNanos, Runnable action) {
        schedule(now + delayNanos, action);
    }

    /**
     * Runs until the condition holds. What it says goes into the message when that never happens.
     */
    public void runUntil(String what, BooleanSupplier condition) {
        runUntil(what, condition, DEFAULT_EVENT_LIMIT);
    }

    public void runUntil(String what, BooleanSupplier condition, long eventLimit) {
        long last = events + eventLimit;
        while (!condition.getAsBoolean()) {
            if (events >= last) {
                throw failure("not within " + eventLimit + " events: " + what, null);
            }
            if (!step()) {
                throw failure("nothing more can happen, but not yet: " + what, null);
            }
        }
    }

    public void runFor(long nanos) {
        runTo(now + nanos);
    }

    /** Runs the next event; false when there is none. */
    public boolean step() {
        if (stepping) {
            throw new IllegalStateException(
                    "only the test may move time, not an event or a participant");
        }
        Event event = next();
        if (event == null) {
            return false;
        }
        queue.remove();
        run(event);
        return true;
    }

    /** An error that names seed and time. */
    public SimulationFailure failure(String what, Throwable cause) {
        return new SimulationFailure(
                what
                        + " [repeat with -Dmayastor.sim.seed="
                        + seed
                        + "; at "
                        + now
                        + " ns, event "
                        + events
                        + ", "
                        + current.name()
                        + "]",
                cause);
    }

    /** Runs for at most this long while the condition holds. Inside an event time stands still. */
    void runWhile(BooleanSupplier condition, long nanos) {
        if (stepping) {
            return;
        }
        long last = nanos >= Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
        while (condition.getAsBoolean()) {
            Event event = next();
            if (event == null && last == Long.MAX_VALUE) {
                throw failure("the test waits and nothing more can happen", null);
            }
            if (event == null || event.time > last) {
                now = last;
                return;
            }
            step();
        }
    }

    private void runTo(long time) {
        for (Event event = next(); event != null && event.time <= time; event = next()) {
            step();
        }
        now = Math.max(now, time);
    }

    Event schedule(long time, Runnable action) {
        Event event = new Event(Math.max(time, now), random.nextLong(), sequence++, action);
        queue.add(event);
        return event;
    }

    /** Adds to the digest of the run. */
    void trace(long first, long second) {
        hash = mix(hash ^ mix(first) + second);
    }

    Participant current() {
        return current;
    }

    boolean isTest(Participant participant) {
        return participant == test;
    }

    void runAs(Participant participant, Runnable action) {
        Participant before = current;
        current = participant;
        try {
            action.run();
        } finally {
            current = before;
        }
    }

    private Event next() {
        Event event = queue.peek();
        while (event != null && !event.pending()) {
            queue.remove();
            event = queue.peek();
        }
        return event;
    }

    private void run(Event event) {
        now = event.time;
        events++;
        trace(now, event.sequence());
        stepping = true;
        try {
            runAs(test, event::run);
        } catch (SimulationFailure e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw failure(e.toString(), e);
        } finally {
            stepping = false;
        }
        participants.forEach(Participant::notice);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
