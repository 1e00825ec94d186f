package io.mayastor.engine.sim;

/**
 * Something that will happen at an instant of virtual time unless it is cancelled before. Events of
 * one instant run in an order that the seed decides.
 */
final class Event implements Comparable<Event> {
    final long time;
    private final long tieBreak;
    private final long sequence;
    private Runnable action;

    Event(long time, long tieBreak, long sequence, Runnable action) {
        this.time = time;
        this.tieBreak = tieBreak;
        this.sequence = sequence;
        this.action = action;
    }

    void cancel() {
        action = null;
    }

    boolean pending() {
        return action != null;
    }

    void run() {
        Runnable due = action;
        action = null;
        due.run();
    }

    long sequence() {
        return sequence;
    }

    @Override
    public int compareTo(Event other) {
        if (time != other.time) {
            return Long.compare(time, other.time);
        }
        if (tieBreak != other.tieBreak) {
            return Long.compare(tieBreak, other.tieBreak);
        }
        return Long.compare(sequence, other.sequence);
    }
}
