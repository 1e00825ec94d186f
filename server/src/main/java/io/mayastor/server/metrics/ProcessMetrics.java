package io.mayastor.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Figures of the process as a whole, with the names Prometheus clients use everywhere. */
final class ProcessMetrics implements MetricSource {
    private static final String RESIDENT = "VmRSS:";

    @Override
    public void addTo(Families families) {
        single(families, "process_resident_memory_bytes", "Resident memory.", residentBytes());
        single(families, "process_open_fds", "Open file descriptors.", openDescriptors());
        families.counter(
                "jvm_gc_collection_seconds",
                "Time spent in garbage collections.",
                ManagementFactory.getGarbageCollectorMXBeans(),
                ProcessMetrics::labels,
                each -> each.getCollectionTime() / 1e3);
        families.counter(
                "jvm_gc_collections",
                "Garbage collections.",
                ManagementFactory.getGarbageCollectorMXBeans(),
                ProcessMetrics::labels,
                GarbageCollectorMXBean::getCollectionCount);
    }

    private static void single(Families families, String name, String help, double value) {
        families.gauge(name, help, List.of(value), each -> Labels.EMPTY, each -> each);
    }

    private static Labels labels(GarbageCollectorMXBean collector) {
        return Labels.of("gc", collector.getName());
    }

    private static double residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                            .map(line ->
                                    line.substring(RESIDENT.length()).replace("kB", "").strip())
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElse(0)
                    * 1024.0;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double openDescriptors() {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
