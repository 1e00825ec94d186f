package io.mayastor.engine.pool.journal;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Tells when all I/O that was in flight at some moment has ended. Owner thread: the pool's reactor.
 *
 * <p>I/O counts in one of two generations. A question closes the running one, which then only
 * drains; who asks meanwhile waits for the next turn-over, so that an answer may come later than it
 * had to, but never too early. I/O that never ends is waited for without end.
 */
public final class GracePeriod {
    private final long[] inFlight = new long[2];
    private final Queue<Runnable> forDraining = new ArrayDeque<>();
    private final Queue<Runnable> forNext = new ArrayDeque<>();
    private final Queue<Runnable> ready = new ArrayDeque<>();
    private int running;
    private boolean draining;

    /** An I/O begins; it may look at maps and touch what they name from now on. */
    public int enter() {
        inFlight[running]++;
        return running;
    }

    /**
     * An I/O begins that has been in flight for longer than it was known: it counts as if it were
     * among the oldest.
     */
    int enterAsOldest() {
        int generation = draining ? 1 - running : running;
        inFlight[generation]++;
        return generation;
    }

    /** The I/O with this ticket has ended. */
    public void leave(int ticket) {
        if (inFlight[ticket] == 0) {
            throw new IllegalStateException("more I/O ended than had begun");
        }
        inFlight[ticket]--;
        if (draining && ticket != running && inFlight[ticket] == 0) {
            drained();
        }
    }

    /**
     * Runs the task once everything that has entered and not left has left; at once when nothing
     * has.
     */
    public void afterCurrent(Runnable task) {
        if (draining) {
            forNext.add(task);
        } else if (inFlight[running] == 0) {
            task.run();
        } else {
            forDraining.add(task);
            running = 1 - running;
            draining = true;
        }
    }

    /** I/O that has entered and not left. */
    public long inFlight() {
        return inFlight[0] + inFlight[1];
    }

    private void drained() {
        draining = false;
        move(forDraining, ready);
        if (!forNext.isEmpty()) {
            move(forNext, forDraining);
            if (inFlight[running] > 0) {
                running = 1 - running;
                draining = true;
            } else {
                move(forDraining, ready);
            }
        }
        for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
            task.run();
        }
    }

    /** {@code addAll} would allocate. */
    private static void move(Queue<Runnable> from, Queue<Runnable> to) {
        for (Runnable task = from.poll(); task != null; task = from.poll()) {
            to.add(task);
        }
    }
}
