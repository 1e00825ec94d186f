package io.mayastor.engine.ring;

/**
 * {@code struct timespec}: how long a call may wait.
 *
 * <pre>
 *  tv_sec    0  8
 *  tv_nsec   8  8
 * </pre>
 */
final class Timespec {
    static final int SIZE = 16;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private Timespec() {}

    /**
     * Writes the limit to {@code at}.
     *
     * @return what the call is given: the address, or 0 for {@link Long#MAX_VALUE}, no limit
     */
    static long encode(long waitNanos, long at) {
        if (waitNanos == Long.MAX_VALUE) {
            return 0;
        }
        Memory.putLong(at, waitNanos / NANOS_PER_SECOND);
        Memory.putLong(at + 8, waitNanos % NANOS_PER_SECOND);
        return at;
    }
}
