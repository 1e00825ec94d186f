package io.mayastor.engine.pool.crash;

/**
 * One crash: after how many events of the log, and the how-manieth look at that state. Which writes
 * happened follows from these and the run's seed.
 */
record CrashPoint(int events, int look) {
    private static final int PROCESS_LOOKS = 2;

    /** The state as the log has it; the others also have some of what was in flight. */
    boolean isPrefix() {
        return look == 0;
    }

    Crash crash() {
        return look == 0 || look % PROCESS_LOOKS == 0 ? Crash.PROCESS : Crash.POWER_CUT;
    }

    /** As {@link #toString} writes it. */
    static CrashPoint parse(String text) {
        String[] parts = text.split(":");
        return new CrashPoint(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    @Override
    public String toString() {
        return events + ":" + look;
    }
}
