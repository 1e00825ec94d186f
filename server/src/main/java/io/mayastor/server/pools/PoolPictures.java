package io.mayastor.server.pools;

import io.mayastor.engine.pool.DiskInfo;
import io.mayastor.engine.pool.DiskInfo.Alert;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolState;
import io.mayastor.engine.pool.PoolStatistics;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.ReplicaInfo.Usage;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolDisk;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Space;
import io.mayastor.engine.pool.volume.LayerDeleter;
import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.engine.pool.volume.Snapshots;
import io.mayastor.engine.pool.volume.Volumes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Pictures of a pool and what is in it. Runs on the pool's reactor. */
final class PoolPictures {
    /** Errors of a disk from which on its alert says that it should be replaced. */
    private static final long ERROR_THRESHOLD = 10;

    /** Stalls of a disk from which on its alert says that it should be replaced. */
    private static final long STALL_THRESHOLD = 10;

    private final PoolCore core;
    private final Volumes volumes;
    private final Snapshots snapshots;
    private final LayerDeleter deleter;
    private final List<DiskLease> leases;

    PoolPictures(
            PoolCore core,
            Volumes volumes,
            Snapshots snapshots,
            LayerDeleter deleter,
            List<DiskLease> leases) {
        this.core = core;
        this.volumes = volumes;
        this.snapshots = snapshots;
        this.deleter = deleter;
        this.leases = leases;
    }

    PoolInfo pool() {
        Space space = core.metadata().space();
        long cluster = core.clusterBytes();
        long used = space.mapped() + space.sliced() + space.held() + space.dying();
        List<DiskInfo> disks = core.disks().all().stream().map(this::disk).toList();
        return new PoolInfo(
                core.uuid(),
                core.name(),
                state(),
                reason(),
                Math.max(0, space.total() - space.metadata() - space.kept()) * cluster,
                used * cluster,
                committed(),
                core.clusterBytes(),
                core.blockBytes(),
                disks.stream().mapToLong(DiskInfo::sizeBytes).sum(),
                DiskLayout.PAGE,
                core.metadata().metadataSpace().pageRoom(),
                core.metadata().pageMemoryBytes() / DiskLayout.PAGE,
                disks,
                statistics(space));
    }

    private PoolState state() {
        if (core.isFaulted()) {
            return PoolState.FAULTED;
        }
        if (core.isDegraded()) {
            return PoolState.DEGRADED;
        }
        return core.isSuspected() ? PoolState.SUSPECTED : PoolState.ONLINE;
    }

    private String reason() {
        if (core.isFaulted()) {
            return core.faultReason();
        }
        for (PoolDisk disk : core.disks().all()) {
            if (disk.isFaulted()) {
                return disk.faultReason();
            }
        }
        if (core.isDegraded()) {
            return "a disk is missing";
        }
        for (PoolDisk disk : core.disks().all()) {
            if (disk.isStalled()) {
                return "disk %s does not answer in time".formatted(uri(disk));
            }
        }
        return "";
    }

    private long committed() {
        long bytes = 0;
        for (Layer layer : core.metadata().layers()) {
            bytes +=
                    layer.record().kind() == Kind.REPLICA
                            ? layer.record().sizeBytes()
                            : layer.ownBytes(geometry());
        }
        return bytes;
    }

    private PoolStatistics statistics(Space space) {
        return new PoolStatistics(
                core.journal().blocks(),
                core.journal().records(),
                core.journal().bytes(),
                core.journal().usedBytes(),
                core.journal().capacityBytes(),
                core.checkpointer().number(),
                core.checkpointer().pagesWritten(),
                core.sync().rounds(),
                core.journal().durableSequence(),
                core.journal().lastSequence(),
                space.dying(),
                core.metadata().memoryBytes());
    }

    private DiskInfo disk(PoolDisk disk) {
        return new DiskInfo(
                uri(disk),
                disk.uuid(),
                disk.device().blockCount() * disk.device().blockSize(),
                disk.isFaulted(),
                disk.isStalled(),
                disk.ioErrors(),
                ERROR_THRESHOLD,
                disk.stalls(),
                STALL_THRESHOLD,
                alerts(disk));
    }

    private String uri(PoolDisk disk) {
        return leases.stream()
                .filter(lease -> lease.device() == disk.device())
                .findFirst()
                .map(lease -> lease.device().uri())
                .orElse(disk.device().uri());
    }

    private static List<Alert> alerts(PoolDisk disk) {
        List<Alert> alerts = new ArrayList<>();
        if (disk.isStalled()) {
            alerts.add(Alert.IO_STALLED);
        }
        if (disk.stalls() >= STALL_THRESHOLD) {
            alerts.add(Alert.IO_STALL_INTERMITTENT_EXCEEDED);
        } else if (disk.stalls() > 0) {
            alerts.add(Alert.IO_STALL_INTERMITTENT);
        }
        if (disk.ioErrors() >= ERROR_THRESHOLD || disk.isFaulted()) {
            alerts.add(Alert.IO_ERROR_EXCEEDED);
        } else if (disk.ioErrors() > 0) {
            alerts.add(Alert.IO_ERROR);
        }
        return alerts;
    }

    List<ReplicaInfo> replicas() {
        return volumes.replicas().stream().map(this::replica).toList();
    }

    ReplicaInfo replica(UUID uuid) {
        return volumes.replica(uuid)
                .map(this::replica)
                .orElseThrow(() ->
                        new PoolException(
                                PoolException.Kind.REPLICA_NOT_FOUND,
                                "there is no replica %s in pool %s".formatted(uuid, core.name())));
    }

    private ReplicaInfo replica(Replica device) {
        Layer layer = device.layer();
        LayerRecord record = layer.record();
        boolean snapshot = record.kind() == Kind.SNAPSHOT;
        boolean clone = record.sourceUuid() != null;
        return new ReplicaInfo(
                device.uuid(),
                device.name(),
                core.uuid(),
                core.name(),
                record.sizeBytes(),
                !record.thick(),
                record.shared(),
                record.allowedHosts() == null ? List.of() : record.allowedHosts(),
                Optional.ofNullable(record.entityId()),
                snapshot,
                clone,
                snapshot ? Optional.of(device.uuid()) : Optional.ofNullable(record.sourceUuid()),
                usage(layer),
                core.isFaulted() ? core.faultReason() : "",
                Optional.of(device));
    }

    private Usage usage(Layer layer) {
        long cluster = core.clusterBytes();
        long ancestors = layer.ancestorBytes(geometry());
        return new Usage(
                layer.record().sizeBytes(),
                layer.ownBytes(geometry()),
                cluster,
                layer.record().sizeBytes() / cluster,
                Math.ceilDiv(layer.ownBytes(geometry()), cluster),
                ancestors,
                Math.ceilDiv(ancestors, cluster),
                ownSnapshots(layer));
    }

    /** Of a clone: what its own snapshots hold, those between it and its source. */
    private Optional<Long> ownSnapshots(Layer layer) {
        UUID source = layer.record().sourceUuid();
        if (source == null) {
            return Optional.empty();
        }
        long bytes = 0;
        for (Layer at = layer.parent(); at != null; at = at.parent()) {
            if (source.equals(at.record().uuid())) {
                break;
            }
            bytes += at.ownBytes(geometry());
        }
        return Optional.of(bytes);
    }

    List<SnapshotInfo> snapshots() {
        return snapshots.snapshots().stream().map(this::snapshot).toList();
    }

    private SnapshotInfo snapshot(Layer layer) {
        LayerRecord record = layer.record();
        return new SnapshotInfo(
                record.uuid(),
                record.name(),
                core.uuid(),
                core.name(),
                record.parentUuid(),
                volumes.replica(record.parentUuid()).isPresent(),
                record.sizeBytes(),
                Instant.parse(record.createTime()),
                record.entityId(),
                record.txnId(),
                snapshots.clones(record.uuid()),
                record.discarded(),
                usage(layer),
                snapshots.holdNanos(record.uuid()));
    }

    private Geometry geometry() {
        return core.metadata().geometry();
    }
}
