package io.mayastor.engine.target;

import io.mayastor.engine.nvme.Status;

/**
 * Times after which a host should repeat a command that failed and may be repeated: CRDT1 to CRDT3
 * of Identify Controller, to which the CRD field of a status points (Base 2.0 §3.3.3.2.1).
 *
 * @param first in units of 100 ms, 0…100; for volumes that have several copies
 * @param second the same, for what such a volume can not cure by itself
 * @param third the same, for single devices: {@link #OF_DEVICES}
 */
public record RetryDelays(int first, int second, int third) {
    public static final int LONGEST = 100;
    public static final RetryDelays NONE = new RetryDelays(0, 0, 0);

    private static final int OF_DEVICES = 3;

    public RetryDelays {
        for (int delay : new int[] {first, second, third}) {
            if (delay < 0 || delay > LONGEST) {
                throw new IllegalArgumentException(
                        "a retry delay must be 0…" + LONGEST + " times 100 ms: " + delay);
            }
        }
    }

    /** Adds the delay to a status that lets the host try the same path again. */
    int applyTo(int status) {
        boolean retriedHere =
                !Status.isSuccess(status)
                        && !Status.isDoNotRetry(status)
                        && !Status.isPathError(status);
        return retriedHere && !equals(NONE) ? Status.withRetryDelay(status, OF_DEVICES) : status;
    }
}
