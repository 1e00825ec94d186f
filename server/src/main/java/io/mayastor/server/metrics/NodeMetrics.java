package io.mayastor.server.metrics;

import io.mayastor.engine.ring.RingFeature;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Figures of the process's management side.
 *
 * @param ring which ring the reactors run on, and why
 * @param ringFeatures what they use of it
 */
public record NodeMetrics(
        String version,
        String nodeName,
        String ring,
        Set<RingFeature> ringFeatures,
        LongSupplier grpcCalls,
        LongSupplier grpcFailures,
        IntSupplier frozenReactors,
        LongSupplier freezes)
        implements MetricSource {
    @Override
    public void addTo(Families families) {
        families.info(
                "mayastor_build",
                "Version, node and ring.",
                Labels.of("version", version, "node", nodeName, "ring", ring));
        families.gauge(
                "mayastor_ring_feature",
                "1 when the rings use this feature of io_uring.",
                List.of(RingFeature.values()),
                each -> Labels.of("feature", each.label()),
                each -> ringFeatures.contains(each) ? 1 : 0);
        counter(families, "mayastor_grpc_calls", "gRPC calls.", grpcCalls);
        counter(families, "mayastor_grpc_failures", "gRPC calls that failed.", grpcFailures);
        counter(families, "mayastor_reactor_freezes", "Frozen reactors so far.", freezes);
        families.gauge(
                "mayastor_reactors_frozen",
                "Reactors that are frozen now.",
                List.of(frozenReactors),
                each -> Labels.EMPTY,
                IntSupplier::getAsInt);
    }

    private static void counter(Families families, String name, String help, LongSupplier value) {
        families.counter(name, help, List.of(value), each -> Labels.EMPTY, LongSupplier::getAsLong);
    }
}
