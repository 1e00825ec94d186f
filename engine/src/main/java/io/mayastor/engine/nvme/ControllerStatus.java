package io.mayastor.engine.nvme;

/**
 * Property CSTS, 4 bytes (Base 2.0 §3.1.3.6).
 *
 * <pre>
 * bit     0  RDY    ready
 * bit     1  CFS    fatal status
 * bits  3:2  SHST   shutdown: 0 normal operation, 1 under way, 2 complete
 * bit     4  NSSRO  subsystem reset occurred
 * bit     5  PP     processing paused
 * bit     6  ST     shutdown type: subsystem
 * </pre>
 */
public final class ControllerStatus {
    public static final int READY = 1;
    public static final int FATAL = 1 << 1;
    public static final int SHUTDOWN_UNDER_WAY = 1 << 2;
    public static final int SHUTDOWN_COMPLETE = 2 << 2;
    public static final int SUBSYSTEM_RESET = 1 << 4;
    public static final int PAUSED = 1 << 5;

    private static final int SHUTDOWN_MASK = 3 << 2;

    private ControllerStatus() {}

    public static boolean isReady(int bits) {
        return (bits & READY) != 0;
    }

    public static boolean isFatal(int bits) {
        return (bits & FATAL) != 0;
    }

    public static boolean isShutdownComplete(int bits) {
        return (bits & SHUTDOWN_MASK) == SHUTDOWN_COMPLETE;
    }
}
