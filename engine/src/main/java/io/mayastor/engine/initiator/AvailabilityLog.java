package io.mayastor.engine.initiator;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Tells in the log when a controller is lost, back, or given up. One that is lost again and again
 * gets a pair of lines in {@link #QUIET_NANOS}; the next pair says how many were left out. Owner
 * thread: the controller's.
 */
final class AvailabilityLog {
    static final long QUIET_NANOS = 10_000_000_000L;

    private static final Logger LOG = System.getLogger(AvailabilityLog.class.getName());
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String name;
    private long lostNanos;
    private long quietUntilNanos;
    private boolean everLost;
    private boolean told;
    private int untold;

    /**
     * @param name of the controller
     */
    AvailabilityLog(String name) {
        this.name = name;
    }

    void lost(String reason, long nowNanos) {
        lostNanos = nowNanos;
        told = !everLost || nowNanos - quietUntilNanos >= 0;
        everLost = true;
        if (!told) {
            untold++;
            return;
        }
        quietUntilNanos = nowNanos + QUIET_NANOS;
        String more = untold == 0 ? "" : " (and " + untold + " times before, not logged)";
        untold = 0;
        LOG.log(Level.WARNING, "controller {0} is lost: {1}{2}", name, reason, more);
    }

    /** Live, for the first time or again. */
    void live(int failedAttempts, long nowNanos) {
        if (told) {
            told = false;
            LOG.log(
                    Level.INFO,
                    "controller {0} is back after {1} ms and {2} failed attempts",
                    name,
                    Long.toString((nowNanos - lostNanos) / NANOS_PER_MILLI),
                    Integer.toString(failedAttempts));
        }
    }

    /** There will be no further attempt. */
    void failed(String reason) {
        LOG.log(Level.WARNING, "controller {0} is given up: {1}", name, reason);
    }
}
