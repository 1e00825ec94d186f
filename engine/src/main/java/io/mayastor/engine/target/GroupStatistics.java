package io.mayastor.engine.target;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Figures of the target on one reactor: written by its thread, readable from any thread. */
public final class GroupStatistics {
    private static final VarHandle CONNECTIONS;
    private static final VarHandle TERMINATED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CONNECTIONS = lookup.findVarHandle(GroupStatistics.class, "connections", long.class);
            TERMINATED = lookup.findVarHandle(GroupStatistics.class, "terminated", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long connections;
    private long terminated;

    void connections(long now) {
        CONNECTIONS.setOpaque(this, now);
    }

    void terminated() {
        TERMINATED.setOpaque(this, terminated + 1);
    }

    /** Connections now. */
    public long connectionCount() {
        return (long) CONNECTIONS.getOpaque(this);
    }

    /** Connections ended by us because of what the peer sent. */
    public long terminatedCount() {
        return (long) TERMINATED.getOpaque(this);
    }
}
