package io.mayastor.engine.device;

import io.mayastor.engine.reactor.LatencyHistogram;
import java.util.Arrays;

/**
 * How long a device took for its requests, by operation. Written by the device's reactor, readable
 * from any thread.
 */
public final class DeviceLatencies {
    private final LatencyHistogram[] histograms =
            new LatencyHistogram[BlockIo.Operation.values().length];

    public DeviceLatencies() {
        Arrays.setAll(histograms, operation -> new LatencyHistogram());
    }

    /** Owner thread. */
    public void record(BlockIo.Operation operation, long nanos) {
        of(operation).record(nanos);
    }

    public LatencyHistogram of(BlockIo.Operation operation) {
        return histograms[operation.ordinal()];
    }
}
