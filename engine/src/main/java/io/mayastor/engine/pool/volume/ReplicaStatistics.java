package io.mayastor.engine.pool.volume;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What has been done with a replica since it was opened. Written by its reactor, readable from any
 * thread (each number is whole, all of them are not one instant). Latencies are from submission to
 * completion in nanoseconds, at the resolution of a turn.
 */
public final class ReplicaStatistics {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** Kinds of requests that are counted. */
    public enum Kind {
        READ,
        WRITE,
        /** Deallocate and write zeroes. */
        UNMAP
    }

    private static final int OPERATIONS = 0;
    private static final int BYTES = 1;
    private static final int NANOS = 2;
    private static final int LEAST = 3;
    private static final int MOST = 4;
    private static final int ERRORS = 5;
    private static final int FIELDS = 6;

    private final long[] cells = new long[Kind.values().length * FIELDS];

    /** Owner thread. */
    void completed(Kind kind, long bytes, long nanos) {
        int at = kind.ordinal() * FIELDS;
        boolean firstOne = cells[at + OPERATIONS] == 0;
        put(at + OPERATIONS, cells[at + OPERATIONS] + 1);
        put(at + BYTES, cells[at + BYTES] + bytes);
        put(at + NANOS, cells[at + NANOS] + nanos);
        put(at + LEAST, firstOne ? nanos : Math.min(cells[at + LEAST], nanos));
        put(at + MOST, Math.max(cells[at + MOST], nanos));
    }

    /** Owner thread. */
    void failed(Kind kind) {
        int at = kind.ordinal() * FIELDS + ERRORS;
        put(at, cells[at] + 1);
    }

    /** All numbers begin anew; owner thread. */
    public void reset() {
        for (int at = 0; at < cells.length; at++) {
            put(at, 0);
        }
    }

    private void put(int at, long value) {
        CELL.setOpaque(cells, at, value);
    }

    private long get(Kind kind, int field) {
        return (long) CELL.getOpaque(cells, kind.ordinal() * FIELDS + field);
    }

    /** Requests that succeeded. */
    public long operations(Kind kind) {
        return get(kind, OPERATIONS);
    }

    public long bytes(Kind kind) {
        return get(kind, BYTES);
    }

    public long sumNanos(Kind kind) {
        return get(kind, NANOS);
    }

    /** 0 when there was none. */
    public long leastNanos(Kind kind) {
        return get(kind, LEAST);
    }

    public long mostNanos(Kind kind) {
        return get(kind, MOST);
    }

    /** Requests that failed. */
    public long errors(Kind kind) {
        return get(kind, ERRORS);
    }
}
