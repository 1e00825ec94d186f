package io.mayastor.server.metrics;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.initiator.ControllerState;
import io.mayastor.engine.initiator.IoStatistics;
import io.mayastor.engine.initiator.RemoteDevice;
import io.mayastor.engine.reactor.LatencyHistogram;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Which devices there are, and what was asked of the remote ones. */
final class DeviceMetrics implements MetricSource {
    private final DeviceRegistry devices;

    DeviceMetrics(DeviceRegistry devices) {
        this.devices = devices;
    }

    @Override
    public void addTo(Families families) {
        List<DeviceInfo> all = devices.list();
        families.gauge(
                "mayastor_device_size_bytes",
                "Size of the device.",
                all,
                DeviceMetrics::labels,
                each -> (double) each.device().blockCount() * each.device().blockSize());
        families.gauge(
                "mayastor_device_claimed",
                "1 when somebody uses the device.",
                all,
                DeviceMetrics::labels,
                each -> each.claimed() ? 1 : 0);
        families.latency(
                "mayastor_device_latency_seconds",
                "What disks, replicas and remote controllers took for a request.",
                all.stream().flatMap(Timed::of).toList(),
                Timed::labels,
                Timed::histogram);
        addRemote(families, all);
    }

    private static void addRemote(Families families, List<DeviceInfo> all) {
        List<RemoteDevice> remote =
                all.stream()
                        .map(DeviceInfo::device)
                        .filter(RemoteDevice.class::isInstance)
                        .map(RemoteDevice.class::cast)
                        .toList();
        families.gauge(
                "mayastor_initiator_live",
                "1 while the remote controller is connected.",
                remote,
                DeviceMetrics::labels,
                each -> each.controller().state() == ControllerState.LIVE ? 1 : 0);
        List<RemoteCounter> counters =
                remote.stream()
                        .flatMap(each ->
                                RemoteCounter.of(each.name(), each.controller().statistics()))
                        .toList();
        families.counter(
                "mayastor_initiator_requests",
                "Requests completed by remote controllers.",
                counters,
                RemoteCounter::labels,
                RemoteCounter::operations);
        families.counter(
                "mayastor_initiator_bytes",
                "Bytes moved to and from remote controllers.",
                counters,
                RemoteCounter::labels,
                RemoteCounter::bytes);
        families.counter(
                "mayastor_initiator_errors",
                "Requests that ended with an error.",
                remote,
                DeviceMetrics::labels,
                each -> each.controller().statistics().errors());
    }

    /** One kind of request to one device. */
    private record Timed(String device, Operation operation, LatencyHistogram histogram) {
        static Stream<Timed> of(DeviceInfo info) {
            return info.device().latencies().stream()
                    .flatMap(latencies ->
                            Arrays.stream(Operation.values())
                                    .map(each ->
                                            new Timed(
                                                    info.device().name(),
                                                    each,
                                                    latencies.of(each))));
        }

        Labels labels() {
            return Labels.of(
                    "device", device, "operation", operation.name().toLowerCase(Locale.ROOT));
        }
    }

    /** One kind of request to one remote namespace. */
    private record RemoteCounter(String device, String operation, long operations, long bytes) {
        static Stream<RemoteCounter> of(String device, IoStatistics of) {
            return Stream.of(
                    new RemoteCounter(device, "read", of.readOps(), of.readBytes()),
                    new RemoteCounter(device, "write", of.writeOps(), of.writeBytes()),
                    new RemoteCounter(
                            device, "deallocate", of.deallocateOps(), of.deallocateBytes()));
        }

        Labels labels() {
            return Labels.of("device", device, "operation", operation);
        }
    }

    private static Labels labels(RemoteDevice device) {
        return Labels.of("device", device.name());
    }

    private static Labels labels(DeviceInfo info) {
        return Labels.of("device", info.device().name(), "product", info.device().productName());
    }
}
