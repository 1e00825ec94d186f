package io.mayastor.server.metrics;

import io.mayastor.engine.pool.DiskInfo;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolState;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.server.pools.Pools;
import io.mayastor.server.pools.StoragePools;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Figures of pools and replicas. Those that start with {@code diskpool_} and {@code replica_} have
 * the names and labels that dashboards for Mayastor know; replicas without an entity id have none
 * of them. How long replicas took is with {@link DeviceMetrics}.
 */
public final class PoolMetrics implements MetricSource {
    private static final double MICROS = 1000;

    private final String node;
    private final Pools pools;
    private final StoragePools configured;

    /** A pool, and what was done with it. */
    private record Pool(PoolInfo info, IoFigures figures) {}

    /** A replica that a volume is made of, and what was done with it. */
    private record Replica(ReplicaInfo info, IoFigures figures) {}

    /** A disk of a pool. */
    private record Disk(PoolInfo pool, DiskInfo info) {}

    public PoolMetrics(String node, Pools pools, StoragePools configured) {
        this.node = node;
        this.pools = pools;
        this.configured = configured;
    }

    @Override
    public void addTo(Families families) {
        List<Pool> all =
                pools.list().stream()
                        .map(each -> new Pool(each, pools.poolFigures(each.name())))
                        .toList();
        List<ReplicaInfo> replicas =
                pools.replicas().stream().filter(each -> !each.isSnapshot()).toList();
        addPools(families, all);
        addReplicas(families, replicas);
        addMetadata(families, all);
        addDisks(families, all);
        families.gauge(
                "mayastor_storage_pool_failures",
                "Entries of STORAGE_POOL that were not opened at start.",
                List.of(configured),
                each -> Labels.EMPTY,
                StoragePools::failures);
    }

    private void addPools(Families families, List<Pool> all) {
        pool(
                families,
                all,
                "diskpool_total_size_bytes",
                "Space for replicas.",
                each -> each.info.capacityBytes());
        pool(
                families,
                all,
                "diskpool_used_size_bytes",
                "Space that replicas and snapshots use.",
                each -> each.info.usedBytes());
        pool(
                families,
                all,
                "diskpool_committed_size_bytes",
                "Space that replicas may use at most.",
                each -> each.info.committedBytes());
        pool(
                families,
                all,
                "diskpool_status",
                "0 unknown, 1 online, 2 degraded, 3 faulted, 4 a disk is slow to answer.",
                each -> status(each.info.state()));
        pool(
                families,
                all,
                "diskpool_num_read_ops",
                "Reads of replicas.",
                each -> each.figures.reads().operations());
        pool(
                families,
                all,
                "diskpool_bytes_read",
                "Bytes read from replicas.",
                each -> each.figures.reads().bytes());
        pool(
                families,
                all,
                "diskpool_num_write_ops",
                "Writes of replicas.",
                each -> each.figures.writes().operations());
        pool(
                families,
                all,
                "diskpool_bytes_written",
                "Bytes written to replicas.",
                each -> each.figures.writes().bytes());
        pool(
                families,
                all,
                "diskpool_read_latency_us",
                "Microseconds of all reads.",
                each -> each.figures.reads().sumNanos() / MICROS);
        pool(
                families,
                all,
                "diskpool_write_latency_us",
                "Microseconds of all writes.",
                each -> each.figures.writes().sumNanos() / MICROS);
    }

    private void addReplicas(Families families, List<ReplicaInfo> replicas) {
        List<Replica> ofVolumes =
                replicas.stream()
                        .filter(each -> each.entityId().isPresent())
                        .map(each -> new Replica(each, pools.replicaFigures(each.uuid())))
                        .toList();
        replica(
                families,
                ofVolumes,
                "replica_num_read_ops",
                "Reads.",
                each -> each.reads().operations());
        replica(
                families,
                ofVolumes,
                "replica_bytes_read",
                "Bytes read.",
                each -> each.reads().bytes());
        replica(
                families,
                ofVolumes,
                "replica_num_write_ops",
                "Writes.",
                each -> each.writes().operations());
        replica(
                families,
                ofVolumes,
                "replica_bytes_written",
                "Bytes written.",
                each -> each.writes().bytes());
        replica(
                families,
                ofVolumes,
                "replica_read_latency_us",
                "Microseconds of all reads.",
                each -> each.reads().sumNanos() / MICROS);
        replica(
                families,
                ofVolumes,
                "replica_write_latency_us",
                "Microseconds of all writes.",
                each -> each.writes().sumNanos() / MICROS);
    }

    private void addMetadata(Families families, List<Pool> all) {
        List<PoolInfo> infos = all.stream().map(Pool::info).toList();
        counter(
                families,
                infos,
                "mayastor_pool_journal_blocks",
                "Blocks written to the journal.",
                each -> each.statistics().journalBlocks());
        counter(
                families,
                infos,
                "mayastor_pool_journal_records",
                "Records written to the journal.",
                each -> each.statistics().journalRecords());
        counter(
                families,
                infos,
                "mayastor_pool_journal_bytes",
                "Bytes written to the journal.",
                each -> each.statistics().journalBytes());
        counter(
                families,
                infos,
                "mayastor_pool_checkpoints",
                "Checkpoints made.",
                each -> each.statistics().checkpoints());
        counter(
                families,
                infos,
                "mayastor_pool_checkpoint_pages",
                "Pages written by checkpoints.",
                each -> each.statistics().checkpointPages());
        counter(
                families,
                infos,
                "mayastor_pool_synchronisations",
                "Flushes of the pool's disks; many requests share one.",
                each -> each.statistics().synchronisations());
        gauge(
                families,
                infos,
                "mayastor_pool_journal_used_bytes",
                "Journal that the next checkpoint makes superfluous.",
                each -> each.statistics().journalUsedBytes());
        gauge(
                families,
                infos,
                "mayastor_pool_journal_capacity_bytes",
                "Size of the journal.",
                each -> each.statistics().journalCapacityBytes());
        gauge(
                families,
                infos,
                "mayastor_pool_records_not_durable",
                "Records that a power cut would lose.",
                each -> each.statistics().lastSequence() - each.statistics().durableSequence());
        gauge(
                families,
                infos,
                "mayastor_pool_dying_clusters",
                "Clusters given up and not yet free.",
                each -> each.statistics().dyingClusters());
        gauge(
                families,
                infos,
                "mayastor_pool_metadata_memory_bytes",
                "Memory of the pool's metadata.",
                each -> each.statistics().metadataMemoryBytes());
        gauge(
                families,
                infos,
                "mayastor_pool_metadata_pages",
                "Pages that fit into the space taken for metadata.",
                PoolInfo::metadataPages);
        gauge(
                families,
                infos,
                "mayastor_pool_metadata_pages_used",
                "Pages of metadata.",
                PoolInfo::metadataPagesUsed);
        gauge(
                families,
                infos,
                "mayastor_pool_pending_deletion_bytes",
                "Bytes that deletions still have to give back or to merge.",
                each -> pools.pendingDeletionBytes(each.name()));
    }

    private static void addDisks(Families families, List<Pool> all) {
        List<Disk> disks =
                all.stream()
                        .map(Pool::info)
                        .flatMap(pool -> pool.disks().stream().map(each -> new Disk(pool, each)))
                        .toList();
        families.counter(
                "mayastor_pool_disk_io_errors",
                "Failed requests since they were last cleared.",
                disks,
                PoolMetrics::labels,
                each -> each.info.ioErrors());
        families.counter(
                "mayastor_pool_disk_stalls",
                "How often the disk stopped answering since that was last cleared.",
                disks,
                PoolMetrics::labels,
                each -> each.info.stalls());
        families.gauge(
                "mayastor_pool_disk_faulted",
                "1 when the disk takes no I/O any more.",
                disks,
                PoolMetrics::labels,
                each -> each.info.faulted() ? 1 : 0);
    }

    private void pool(
            Families families,
            List<Pool> all,
            String name,
            String help,
            ToDoubleFunction<Pool> value) {
        families.gauge(
                name, help, all, each -> Labels.of("node", node, "name", each.info.name()), value);
    }

    private void replica(
            Families families,
            List<Replica> all,
            String name,
            String help,
            ToDoubleFunction<IoFigures> value) {
        families.gauge(
                name,
                help,
                all,
                each ->
                        Labels.of(
                                "node",
                                node,
                                "name",
                                each.info.name(),
                                "pv_name",
                                "pvc-" + each.info.entityId().orElseThrow()),
                each -> value.applyAsDouble(each.figures));
    }

    private static void counter(
            Families families,
            List<PoolInfo> all,
            String name,
            String help,
            ToDoubleFunction<PoolInfo> value) {
        families.counter(name, help, all, PoolMetrics::labels, value);
    }

    private static void gauge(
            Families families,
            List<PoolInfo> all,
            String name,
            String help,
            ToDoubleFunction<PoolInfo> value) {
        families.gauge(name, help, all, PoolMetrics::labels, value);
    }

    private static Labels labels(PoolInfo pool) {
        return Labels.of("pool", pool.name());
    }

    private static Labels labels(Disk disk) {
        return Labels.of("pool", disk.pool.name(), "disk", disk.info.uri());
    }

    private static int status(PoolState state) {
        return switch (state) {
            case ONLINE -> 1;
            case DEGRADED -> 2;
            case FAULTED -> 3;
            case SUSPECTED -> 4;
        };
    }
}
