package io.mayastor.server.metrics;

import io.mayastor.engine.target.GroupStatistics;
import io.mayastor.engine.target.NamespaceStatistics;
import io.mayastor.engine.target.NamespaceStatistics.Kind;
import io.mayastor.engine.target.Target;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.ToDoubleFunction;

/** Figures of the target: its connections by reactor, what hosts did by subsystem. */
final class TargetMetrics implements MetricSource {
    private final Target target;

    /** One kind of command on one namespace. */
    private record Line(String nqn, NamespaceStatistics statistics, Kind kind) {
        Labels labels() {
            return Labels.of("nqn", nqn, "operation", kind.name().toLowerCase(Locale.ROOT));
        }
    }

    private record Group(int reactor, GroupStatistics statistics) {
        Labels labels() {
            return Labels.of("reactor", String.valueOf(reactor));
        }
    }

    TargetMetrics(Target target) {
        this.target = target;
    }

    @Override
    public void addTo(Families families) {
        List<Group> groups = groups();
        families.gauge(
                "mayastor_target_connections",
                "Open connections.",
                groups,
                Group::labels,
                each -> each.statistics.connectionCount());
        families.counter(
                "mayastor_target_terminated",
                "Connections ended because of what the peer sent.",
                groups,
                Group::labels,
                each -> each.statistics.terminatedCount());
        connectionCounters(families, groups);
        new UsageMetrics(target).addTo(families);
        List<Line> lines = lines();
        counter(
                families,
                "mayastor_target_commands",
                "Commands completed.",
                lines,
                each -> each.statistics.operations(each.kind));
        counter(
                families,
                "mayastor_target_bytes",
                "Bytes moved.",
                lines,
                each -> each.statistics.bytes(each.kind));
        families.latency(
                "mayastor_target_latency_seconds",
                "From the arrival of a command to its response.",
                lines,
                Line::labels,
                each -> each.statistics.latency(each.kind));
        families.counter(
                "mayastor_target_command_errors",
                "Commands answered with an error.",
                lines.stream().filter(each -> each.kind == Kind.READ).toList(),
                each -> Labels.of("nqn", each.nqn),
                each -> each.statistics.errors());
    }

    private static void connectionCounters(Families families, List<Group> groups) {
        families.counter(
                "mayastor_target_stalled",
                "Connections ended because the peer made no progress.",
                groups,
                Group::labels,
                each -> each.statistics.stalledCount());
        families.counter(
                "mayastor_target_refused",
                "Connections refused because there are as many as allowed.",
                groups,
                Group::labels,
                each -> each.statistics.refusedCount());
        families.counter(
                "mayastor_target_accept_failures",
                "Connections the system could not give us.",
                groups,
                Group::labels,
                each -> each.statistics.acceptFailureCount());
        families.counter(
                "mayastor_target_internal_errors",
                "Connections given up because of an error of ours.",
                groups,
                Group::labels,
                each -> each.statistics.internalErrorCount());
    }

    private static void counter(
            Families families,
            String name,
            String help,
            List<Line> lines,
            ToDoubleFunction<Line> value) {
        families.counter(name, help, lines, Line::labels, value);
    }

    private List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        for (GroupStatistics each : target.groupStatistics()) {
            groups.add(new Group(groups.size(), each));
        }
        return groups;
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (String nqn : target.subsystems()) {
            NamespaceStatistics statistics;
            try {
                statistics = target.namespaceStatistics(nqn);
            } catch (NoSuchElementException removed) {
                continue;
            }
            for (Kind kind : Kind.values()) {
                lines.add(new Line(nqn, statistics, kind));
            }
        }
        return lines;
    }
}
