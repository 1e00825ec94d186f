package io.mayastor.server.metrics;

/** Something that has figures. Called on the thread of a scrape. */
@FunctionalInterface
interface MetricSource {
    void addTo(Families families);
}
