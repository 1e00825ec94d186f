package io.mayastor.server.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Gathers the metrics of one scrape. One thread, used once. */
final class Families {
    private final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();

    /** A value that only grows; its name goes without {@code _total}. */
    <T> Families counter(
            String name,
            String help,
            Collection<T> sources,
            Function<T, Labels> labels,
            ToDoubleFunction<T> value) {
        snapshots.metricSnapshot(
                new CounterSnapshot(
                        new MetricMetadata(name, help),
                        sources.stream()
                                .map(each ->
                                        CounterDataPointSnapshot.builder()
                                                .labels(labels.apply(each))
                                                .value(value.applyAsDouble(each))
                                                .build())
                                .toList()));
        return this;
    }

    <T> Families gauge(
            String name,
            String help,
            Collection<T> sources,
            Function<T, Labels> labels,
            ToDoubleFunction<T> value) {
        snapshots.metricSnapshot(
                new GaugeSnapshot(
                        new MetricMetadata(name, help),
                        sources.stream()
                                .map(each ->
                                        GaugeDataPointSnapshot.builder()
                                                .labels(labels.apply(each))
                                                .value(value.applyAsDouble(each))
                                                .build())
                                .toList()));
        return this;
    }

    /** Texts that describe the process; its name goes without {@code _info}. */
    Families info(String name, String help, Labels labels) {
        snapshots.metricSnapshot(
                new InfoSnapshot(
                        new MetricMetadata(name, help),
                        java.util.List.of(InfoDataPointSnapshot.builder().labels(labels).build())));
        return this;
    }

    MetricSnapshots build() {
        return snapshots.build();
    }
}
