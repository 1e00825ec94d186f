package io.mayastor.server.metrics;

import io.mayastor.engine.reactor.LatencyHistogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Gathers the metrics of one scrape. One thread, used once. */
final class Families {
    private static final double NANOS = 1e9;
    private static final List<Double> BOUNDS = bounds();

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

    /** Durations in seconds; those of which nothing has been counted yet are left out. */
    <T> Families latency(
            String name,
            String help,
            Collection<T> sources,
            Function<T, Labels> labels,
            Function<T, LatencyHistogram> histogram) {
        snapshots.metricSnapshot(
                new HistogramSnapshot(
                        new MetricMetadata(name, help),
                        sources.stream()
                                .filter(each -> !histogram.apply(each).isEmpty())
                                .map(each -> point(labels.apply(each), histogram.apply(each)))
                                .toList()));
        return this;
    }

    private static HistogramDataPointSnapshot point(Labels labels, LatencyHistogram histogram) {
        List<Long> counts =
                IntStream.range(0, LatencyHistogram.BUCKETS).mapToObj(histogram::count).toList();
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
                .sum(histogram.sumNanos() / NANOS)
                .build();
    }

    private static List<Double> bounds() {
        int last = LatencyHistogram.BUCKETS - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(bucket ->
                        bucket == last
                                ? Double.POSITIVE_INFINITY
                                : LatencyHistogram.boundNanos(bucket) / NANOS)
                .toList();
    }

    /** Texts that describe the process; its name goes without {@code _info}. */
    Families info(String name, String help, Labels labels) {
        snapshots.metricSnapshot(
                new InfoSnapshot(
                        new MetricMetadata(name, help),
                        List.of(InfoDataPointSnapshot.builder().labels(labels).build())));
        return this;
    }

    MetricSnapshots build() {
        return snapshots.build();
    }
}
