package io.mayastor.engine.pool.crash;

/** How it ends, and with that what must be found afterwards. */
enum Crash {
    /**
     * The engine dies; the kernel goes on with what it was given. All that was acknowledged stays.
     */
    PROCESS,
    /** What no flush has covered may be lost, sector by sector. All that was made durable stays. */
    POWER_CUT
}
