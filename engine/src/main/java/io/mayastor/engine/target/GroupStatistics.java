package io.mayastor.engine.target;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Figures of the target on one reactor: written by its thread, readable from any thread. */
public final class GroupStatistics {
    private static final VarHandle CONNECTIONS;
    private static final VarHandle TERMINATED;
    private static final VarHandle STALLED;
    private static final VarHandle REFUSED;
    private static final VarHandle ACCEPT_FAILURES;
    private static final VarHandle INTERNAL_ERRORS;
    private static final VarHandle PLACED_BYTES;
    private static final VarHandle COPIED_BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CONNECTIONS = lookup.findVarHandle(GroupStatistics.class, "connections", long.class);
            TERMINATED = lookup.findVarHandle(GroupStatistics.class, "terminated", long.class);
            STALLED = lookup.findVarHandle(GroupStatistics.class, "stalled", long.class);
            REFUSED = lookup.findVarHandle(GroupStatistics.class, "refused", long.class);
            ACCEPT_FAILURES =
                    lookup.findVarHandle(GroupStatistics.class, "acceptFailures", long.class);
            INTERNAL_ERRORS =
                    lookup.findVarHandle(GroupStatistics.class, "internalErrors", long.class);
            PLACED_BYTES = lookup.findVarHandle(GroupStatistics.class, "placedBytes", long.class);
            COPIED_BYTES = lookup.findVarHandle(GroupStatistics.class, "copiedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long connections;
    private long terminated;
    private long stalled;
    private long refused;
    private long acceptFailures;
    private long internalErrors;
    private long placedBytes;
    private long copiedBytes;

    void connections(long now) {
        CONNECTIONS.setOpaque(this, now);
    }

    void terminated() {
        TERMINATED.setOpaque(this, terminated + 1);
    }

    void stalled() {
        STALLED.setOpaque(this, stalled + 1);
    }

    void refused() {
        REFUSED.setOpaque(this, refused + 1);
    }

    void acceptFailed() {
        ACCEPT_FAILURES.setOpaque(this, acceptFailures + 1);
    }

    void internalError() {
        INTERNAL_ERRORS.setOpaque(this, internalErrors + 1);
    }

    void placed(int bytes) {
        PLACED_BYTES.setOpaque(this, placedBytes + bytes);
    }

    void copied(int bytes) {
        COPIED_BYTES.setOpaque(this, copiedBytes + bytes);
    }

    /** Connections now. */
    public long connectionCount() {
        return (long) CONNECTIONS.getOpaque(this);
    }

    /** Connections ended by us because of what the peer sent. */
    public long terminatedCount() {
        return (long) TERMINATED.getOpaque(this);
    }

    /** Connections ended because the peer kept us waiting. */
    public long stalledCount() {
        return (long) STALLED.getOpaque(this);
    }

    /** Connections refused because there were as many as allowed. */
    public long refusedCount() {
        return (long) REFUSED.getOpaque(this);
    }

    /** Accepts that the system has refused, for example for want of descriptors. */
    public long acceptFailureCount() {
        return (long) ACCEPT_FAILURES.getOpaque(this);
    }

    /** Bytes of H2CData that were received straight to their place. */
    public long placedBytes() {
        return (long) PLACED_BYTES.getOpaque(this);
    }

    /** Bytes of H2CData that came in a shared buffer and were copied. */
    public long copiedBytes() {
        return (long) COPIED_BYTES.getOpaque(this);
    }

    /** Connections ended because of a mistake of ours. */
    public long internalErrorCount() {
        return (long) INTERNAL_ERRORS.getOpaque(this);
    }
}
