package io.mayastor.server.metrics;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.target.GroupUsage;
import io.mayastor.engine.target.SubsystemInfo;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the target holds now, beside what it may hold. The reactors are asked; where one does not
 * answer soon, a scrape goes without these figures.
 */
final class UsageMetrics implements MetricSource {
    private static final long ANSWER_MILLIS = 500;

    private final Target target;

    private record Usage(Reactor reactor, GroupUsage now) {
        Labels labels() {
            return UsageMetrics.labels(reactor);
        }
    }

    UsageMetrics(Target target) {
        this.target = target;
    }

    @Override
    public void addTo(Families families) {
        addLimits(families);
        List<Usage> usages = usages();
        gauge(
                families,
                "mayastor_target_commands_in_progress",
                "Commands taken from hosts and not answered.",
                usages,
                each -> each.now.commands());
        gauge(
                families,
                "mayastor_target_buffered_bytes",
                "Buffer memory that hosts' commands hold.",
                usages,
                each -> each.now.bufferedBytes());
        gauge(
                families,
                "mayastor_target_requested_bytes",
                "Data that hosts have been asked for and have not sent yet.",
                usages,
                each -> each.now.requestedBytes());
        gauge(
                families,
                "mayastor_target_receive_buffers_used",
                "Shared receive buffers that hold data.",
                usages,
                each -> each.now.receiveBuffers());
        gauge(
                families,
                "mayastor_target_waiting_commands",
                "Commands that wait for memory or for the limit of requested data.",
                usages,
                each -> each.now.waitingCommands());
        gauge(
                families,
                "mayastor_target_stalled_connections",
                "Connections that are not read until something is given back.",
                usages,
                each -> each.now.stalledConnections());
        families.gauge(
                "mayastor_target_subsystem_buffered_bytes",
                "Buffer memory that a subsystem's I/O commands hold.",
                subsystems(),
                each -> Labels.of("nqn", each.nqn()),
                SubsystemInfo::bufferedBytes);
    }

    private void addLimits(Families families) {
        TargetOptions options = target.options();
        families.gauge(
                "mayastor_target_connections_limit",
                "Connections at most, of all reactors together.",
                List.of(options),
                each -> Labels.EMPTY,
                TargetOptions::connections);
        families.gauge(
                "mayastor_target_requested_limit_bytes",
                "Data that hosts may be asked for at a time.",
                target.reactors(),
                UsageMetrics::labels,
                each -> options.r2tBytesOf(each.arena().memory().byteSize()));
        families.gauge(
                "mayastor_target_subsystem_limit_bytes",
                "Buffer memory that a subsystem's I/O commands may hold.",
                List.of(options),
                each -> Labels.EMPTY,
                TargetOptions::subsystemBytes);
        families.gauge(
                "mayastor_target_paused_limit_bytes",
                "Buffer memory that capsules for a paused subsystem may hold.",
                List.of(options),
                each -> Labels.EMPTY,
                TargetOptions::pausedBytes);
        families.gauge(
                "mayastor_target_receive_buffers_limit",
                "Shared receive buffers there are.",
                target.reactors(),
                UsageMetrics::labels,
                each -> options.receiveBuffers());
    }

    private static void gauge(
            Families families,
            String name,
            String help,
            List<Usage> usages,
            ToDoubleFunction<Usage> value) {
        families.gauge(name, help, usages, Usage::labels, value);
    }

    private List<Usage> usages() {
        List<GroupUsage> all = answer(target.usage());
        return IntStream.range(0, all.size())
                .mapToObj(at -> new Usage(target.reactors().get(at), all.get(at)))
                .toList();
    }

    private List<SubsystemInfo> subsystems() {
        List<CompletableFuture<SubsystemInfo>> asked =
                target.subsystems().stream()
                        .map(nqn -> target.describe(nqn).exceptionally(removed -> null))
                        .toList();
        CompletableFuture<List<SubsystemInfo>> all =
                CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                        .thenApply(done ->
                                asked.stream()
                                        .map(CompletableFuture::join)
                                        .filter(Objects::nonNull)
                                        .toList());
        return answer(all);
    }

    private static <T> List<T> answer(CompletableFuture<List<T>> asked) {
        try {
            return asked.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static Labels labels(Reactor reactor) {
        return Labels.of("reactor", String.valueOf(reactor.index()));
    }
}
