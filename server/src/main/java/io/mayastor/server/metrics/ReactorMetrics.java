package io.mayastor.server.metrics;

import io.mayastor.engine.reactor.Reactor;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.function.ToLongFunction;

/** Figures of the reactors, their rings and their arenas. */
final class ReactorMetrics implements MetricSource {
    private static final double NANOS = 1e9;

    private final List<Reactor> reactors;

    ReactorMetrics(List<Reactor> reactors) {
        this.reactors = reactors;
    }

    @Override
    public void addTo(Families families) {
        addReactor(families);
        addRing(families);
        addArena(families);
    }

    private void addReactor(Families families) {
        counter(
                families,
                "mayastor_reactor_turns",
                "Turns of the loop.",
                each -> each.statistics().turns());
        counter(
                families,
                "mayastor_reactor_completions",
                "Ring completions handled.",
                each -> each.statistics().completions());
        counter(
                families,
                "mayastor_reactor_tasks",
                "Inbox tasks and timers run.",
                each -> each.statistics().tasks());
        counter(
                families,
                "mayastor_reactor_inbox_rejected",
                "Tasks refused because the inbox was full.",
                each -> each.statistics().inboxRejectedCount());
        families.counter(
                "mayastor_reactor_busy_seconds",
                "Time spent in turns that did something.",
                reactors,
                ReactorMetrics::labels,
                each -> each.statistics().busyNanos() / NANOS);
        families.gauge(
                "mayastor_reactor_longest_turn_seconds",
                "Longest turn since the start.",
                reactors,
                ReactorMetrics::labels,
                each -> each.statistics().longestTurnNanos() / NANOS);
    }

    private void addRing(Families families) {
        counter(
                families,
                "mayastor_ring_submitted",
                "Operations handed to the kernel.",
                each -> each.ring().statistics().submitted());
        counter(
                families,
                "mayastor_ring_completed",
                "Operations completed.",
                each -> each.ring().statistics().completed());
        counter(
                families,
                "mayastor_ring_enters",
                "System calls to submit, reap or wait.",
                each -> each.ring().statistics().enters());
        counter(
                families,
                "mayastor_ring_sleeps",
                "Times the ring slept.",
                each -> each.ring().statistics().sleeps());
        counter(
                families,
                "mayastor_ring_wakes",
                "Times another thread woke it.",
                each -> each.ring().statistics().wakes());
        counter(
                families,
                "mayastor_ring_submission_queue_full",
                "Extra system calls because the submission queue was full.",
                each -> each.ring().statistics().submissionQueueFull());
        counter(
                families,
                "mayastor_ring_completion_overflows",
                "Times the completion queue overflowed (nothing is lost).",
                each -> each.ring().statistics().completionOverflows());
    }

    private void addArena(Families families) {
        gauge(
                families,
                "mayastor_arena_used_bytes",
                "Buffer memory in use.",
                each -> each.arena().statistics().usedBytes());
        gauge(
                families,
                "mayastor_arena_peak_bytes",
                "Most buffer memory in use at a time.",
                each -> each.arena().statistics().peakBytes());
        gauge(
                families,
                "mayastor_arena_resident_bytes",
                "Buffer memory that is resident.",
                each -> each.arena().statistics().residentBytes());
        gauge(
                families,
                "mayastor_arena_limit_bytes",
                "Buffer memory at most.",
                each -> each.arena().memory().byteSize());
        counter(
                families,
                "mayastor_arena_refused",
                "Buffers not given because there were none.",
                each -> each.arena().statistics().refusedCount());
        counter(
                families,
                "mayastor_arena_waited",
                "Waits for a buffer.",
                each -> each.arena().statistics().waitedCount());
    }

    private void counter(
            Families families, String name, String help, ToLongFunction<Reactor> value) {
        families.counter(
                name, help, reactors, ReactorMetrics::labels, each -> value.applyAsLong(each));
    }

    private void gauge(Families families, String name, String help, ToLongFunction<Reactor> value) {
        families.gauge(
                name, help, reactors, ReactorMetrics::labels, each -> value.applyAsLong(each));
    }

    private static Labels labels(Reactor reactor) {
        return Labels.of("reactor", String.valueOf(reactor.index()));
    }
}
