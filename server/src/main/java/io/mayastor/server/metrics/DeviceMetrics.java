package io.mayastor.server.metrics;

import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;

/** Which devices there are. */
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
    }

    private static Labels labels(DeviceInfo info) {
        return Labels.of("device", info.device().name(), "product", info.device().productName());
    }
}
