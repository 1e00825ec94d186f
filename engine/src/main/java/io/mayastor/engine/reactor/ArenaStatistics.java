package io.mayastor.engine.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Figures of one arena: written by its owner thread, readable from any thread. */
public final class ArenaStatistics {
    private static final VarHandle USED;
    private static final VarHandle PEAK;
    private static final VarHandle RESIDENT;
    private static final VarHandle REFUSED;
    private static final VarHandle WAITED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USED = lookup.findVarHandle(ArenaStatistics.class, "usedBytes", long.class);
            PEAK = lookup.findVarHandle(ArenaStatistics.class, "peakBytes", long.class);
            RESIDENT = lookup.findVarHandle(ArenaStatistics.class, "residentBytes", long.class);
            REFUSED = lookup.findVarHandle(ArenaStatistics.class, "refused", long.class);
            WAITED = lookup.findVarHandle(ArenaStatistics.class, "waited", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long usedBytes;
    private long peakBytes;
    private long residentBytes;
    private long refused;
    private long waited;

    void inUse(long used, long resident) {
        USED.setOpaque(this, used);
        RESIDENT.setOpaque(this, resident);
        if (used > peakBytes) {
            PEAK.setOpaque(this, used);
        }
    }

    void refused() {
        REFUSED.setOpaque(this, refused + 1);
    }

    void waited() {
        WAITED.setOpaque(this, waited + 1);
    }

    public long usedBytes() {
        return (long) USED.getOpaque(this);
    }

    public long peakBytes() {
        return (long) PEAK.getOpaque(this);
    }

    public long residentBytes() {
        return (long) RESIDENT.getOpaque(this);
    }

    /** Allocations answered with 0. */
    public long refusedCount() {
        return (long) REFUSED.getOpaque(this);
    }

    /** Waits for a buffer. */
    public long waitedCount() {
        return (long) WAITED.getOpaque(this);
    }
}
