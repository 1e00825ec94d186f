package io.mayastor.engine.target;

import io.mayastor.engine.reactor.LatencyHistogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** What hosts have done with a namespace: written by its owner thread, readable from any thread. */
public final class NamespaceStatistics {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    /** Kinds of commands that are counted. */
    public enum Kind {
        READ,
        WRITE,
        DEALLOCATE,
        FLUSH,
        OTHER
    }

    private static final int FIELDS = 2;
    private final long[] values = new long[Kind.values().length * FIELDS];
    private final LatencyHistogram[] latencies = new LatencyHistogram[Kind.values().length];
    private final long[] errors = new long[1];

    NamespaceStatistics() {
        Arrays.setAll(latencies, kind -> new LatencyHistogram());
    }

    void completed(Kind kind, long bytes, long nanos) {
        int at = kind.ordinal() * FIELDS;
        ELEMENT.setOpaque(values, at, values[at] + 1);
        ELEMENT.setOpaque(values, at + 1, values[at + 1] + bytes);
        latencies[kind.ordinal()].record(nanos);
    }

    void failed() {
        ELEMENT.setOpaque(errors, 0, errors[0] + 1);
    }

    public long operations(Kind kind) {
        return (long) ELEMENT.getOpaque(values, kind.ordinal() * FIELDS);
    }

    public long bytes(Kind kind) {
        return (long) ELEMENT.getOpaque(values, kind.ordinal() * FIELDS + 1);
    }

    /**
     * Times from the arrival of the command to its response, by the reactor's clock: what is
     * answered at once took no time.
     */
    public LatencyHistogram latency(Kind kind) {
        return latencies[kind.ordinal()];
    }

    /** Commands answered with an error. */
    public long errors() {
        return (long) ELEMENT.getOpaque(errors, 0);
    }
}
