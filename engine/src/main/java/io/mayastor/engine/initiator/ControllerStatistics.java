package io.mayastor.engine.initiator;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.DeviceLatencies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counters of a controller's requests: written by its owner reactor, readable from any thread. */
final class ControllerStatistics {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int OPS = 0;
    private static final int BYTES = 1;
    private static final int FIELDS = 2;
    private static final int OPERATIONS = BlockIo.Operation.values().length;
    private static final int ERRORS = OPERATIONS * FIELDS;

    private final long[] cells = new long[ERRORS + 1];
    private final DeviceLatencies latencies = new DeviceLatencies();

    void completed(BlockIo.Operation operation, long bytes, long nanos) {
        int first = operation.ordinal() * FIELDS;
        add(first + OPS, 1);
        add(first + BYTES, bytes);
        latencies.record(operation, nanos);
    }

    void failed() {
        add(ERRORS, 1);
    }

    private void add(int cell, long value) {
        CELL.setOpaque(cells, cell, cells[cell] + value);
    }

    DeviceLatencies latencies() {
        return latencies;
    }

    IoStatistics snapshot() {
        return new IoStatistics(
                get(BlockIo.Operation.READ, OPS),
                get(BlockIo.Operation.READ, BYTES),
                nanos(BlockIo.Operation.READ),
                get(BlockIo.Operation.WRITE, OPS),
                get(BlockIo.Operation.WRITE, BYTES),
                nanos(BlockIo.Operation.WRITE),
                get(BlockIo.Operation.DEALLOCATE, OPS),
                get(BlockIo.Operation.DEALLOCATE, BYTES),
                nanos(BlockIo.Operation.DEALLOCATE),
                get(BlockIo.Operation.WRITE_ZEROES, OPS)
                        + get(BlockIo.Operation.FLUSH, OPS)
                        + get(BlockIo.Operation.COMPARE, OPS),
                (long) CELL.getOpaque(cells, ERRORS));
    }

    private long nanos(BlockIo.Operation operation) {
        return latencies.of(operation).sumNanos();
    }

    private long get(BlockIo.Operation operation, int field) {
        return (long) CELL.getOpaque(cells, operation.ordinal() * FIELDS + field);
    }
}
