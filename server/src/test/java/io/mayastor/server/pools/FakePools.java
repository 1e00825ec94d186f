package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.DiskInfo;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolGrowth;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.PoolState;
import io.mayastor.engine.pool.PoolStatistics;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.SnapshotSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Pools without disks: each disk has 1 GiB, keeps which pool it carries, and no data. What a test
 * wants to see in a picture it puts there itself ({@link #put}, {@link #devices}, {@link
 * #figures}).
 */
public final class FakePools implements Pools {
    public static final long DISK_BYTES = 1 << 30;
    private static final int CLUSTER_BYTES = 4 << 20;

    /** Devices by the UUID of their replica. */
    public final Map<UUID, BlockDevice> devices = new HashMap<>();

    /** By the UUID of a replica or the name of a pool. */
    public final Map<Object, IoFigures> figures = new HashMap<>();

    /** Bytes that deletions still have to give back, told and halved with each question. */
    public long pendingDeletion;

    /** Thrown by the next call of {@link #share}. */
    public PoolException refusedShare;

    private final Map<String, PoolInfo> open = new LinkedHashMap<>();
    private final Map<String, PoolInfo> carried = new HashMap<>();
    private final Map<UUID, ReplicaInfo> replicas = new LinkedHashMap<>();
    private final Map<UUID, SnapshotInfo> snapshots = new LinkedHashMap<>();

    /** Replaces the picture of a pool. */
    public synchronized void put(PoolInfo pool) {
        open.put(pool.name(), pool);
    }

    @Override
    public synchronized PoolInfo create(PoolSpec spec) {
        PoolInfo there = open.get(spec.name());
        if (there != null) {
            throw there.disks().getFirst().uri().equals(spec.diskUris().getFirst())
                    ? new PoolException(
                            Kind.ALREADY_EXISTS, "pool %s is open".formatted(spec.name()))
                    : new PoolException(
                            Kind.INVALID, "pool %s has other disks".formatted(spec.name()));
        }
        if (carried.containsKey(spec.diskUris().getFirst())) {
            return open(spec);
        }
        PoolInfo pool =
                picture(
                        spec.uuid().orElseGet(UUID::randomUUID),
                        spec.name(),
                        spec.clusterBytes() == 0 ? CLUSTER_BYTES : spec.clusterBytes(),
                        spec.diskUris());
        put(pool);
        return pool;
    }

    @Override
    public synchronized PoolInfo open(PoolSpec spec) {
        if (open.containsKey(spec.name())) {
            throw new PoolException(Kind.ALREADY_EXISTS, "pool %s is open".formatted(spec.name()));
        }
        PoolInfo pool = carried.get(spec.diskUris().getFirst());
        if (pool == null) {
            throw new PoolException(
                    Kind.POOL_NOT_FOUND, spec.diskUris().getFirst() + " carries no pool");
        }
        if (!pool.name().equals(spec.name())
                || spec.uuid().filter(uuid -> !uuid.equals(pool.uuid())).isPresent()) {
            throw new PoolException(
                    Kind.DISK_IN_USE,
                    "%s carries pool %s".formatted(spec.diskUris().getFirst(), pool.name()));
        }
        put(pool);
        return pool;
    }

    @Override
    public synchronized PoolInfo openOrCreate(PoolSpec spec) {
        PoolInfo pool = carried.get(spec.diskUris().getFirst());
        if (pool == null) {
            return create(spec);
        }
        put(pool);
        return pool;
    }

    @Override
    public synchronized void export(String name) {
        PoolInfo pool = open.remove(known(name).name());
        pool.disks().forEach(each -> carried.put(each.uri(), pool));
    }

    @Override
    public synchronized void destroy(String name) {
        PoolInfo pool = open.remove(known(name).name());
        pool.disks().forEach(each -> carried.remove(each.uri()));
        replicas.values().removeIf(each -> each.poolName().equals(name));
        snapshots.values().removeIf(each -> each.poolName().equals(name));
    }

    @Override
    public synchronized PoolGrowth grow(String name) {
        PoolInfo before = known(name);
        PoolInfo after = withCapacity(before, before.capacityBytes() * 2, before.disks());
        put(after);
        return new PoolGrowth(before, after);
    }

    @Override
    public synchronized PoolInfo addDisk(String name, String diskUri) {
        PoolInfo before = known(name);
        List<DiskInfo> disks = new ArrayList<>(before.disks());
        disks.add(disk(diskUri));
        PoolInfo after = withCapacity(before, before.capacityBytes() + DISK_BYTES, disks);
        put(after);
        return after;
    }

    @Override
    public synchronized PoolInfo clearErrors(String name, List<String> diskUris) {
        PoolInfo before = known(name);
        List<String> uris = before.disks().stream().map(DiskInfo::uri).toList();
        if (!uris.containsAll(diskUris)) {
            throw new PoolException(Kind.INVALID, "disks: the pool has no disk " + diskUris);
        }
        PoolInfo after =
                withCapacity(
                        before,
                        before.capacityBytes(),
                        before.disks().stream()
                                .map(each ->
                                        diskUris.isEmpty() || diskUris.contains(each.uri())
                                                ? disk(each.uri())
                                                : each)
                                .toList());
        put(after);
        return after;
    }

    @Override
    public synchronized List<PoolInfo> list() {
        return List.copyOf(open.values());
    }

    @Override
    public synchronized ReplicaInfo createReplica(ReplicaSpec spec) {
        PoolInfo pool = known(spec.pool());
        return added(
                new ReplicaInfo(
                        spec.uuid(),
                        spec.name(),
                        pool.uuid(),
                        pool.name(),
                        Math.ceilDiv(spec.sizeBytes(), pool.clusterBytes()) * pool.clusterBytes(),
                        spec.thin(),
                        false,
                        List.of(),
                        spec.entityId(),
                        false,
                        false,
                        Optional.empty(),
                        usage(spec.sizeBytes()),
                        "",
                        Optional.empty()));
    }

    private ReplicaInfo added(ReplicaInfo replica) {
        for (ReplicaInfo each : replicas.values()) {
            if (each.uuid().equals(replica.uuid()) || each.name().equals(replica.name())) {
                throw new PoolException(
                        Kind.ALREADY_EXISTS,
                        "there is a replica %s (%s)".formatted(each.name(), each.uuid()));
            }
        }
        replicas.put(replica.uuid(), replica);
        return replica;
    }

    @Override
    public synchronized void destroyReplica(UUID uuid) {
        ReplicaInfo gone = replicas.remove(replica(uuid).uuid());
        gone.snapshotUuid()
                .map(snapshots::get)
                .filter(each -> each.discarded() && clonesOf(each.uuid()) == 0)
                .ifPresent(each -> {
                    snapshots.remove(each.uuid());
                    replicas.remove(each.uuid());
                });
    }

    @Override
    public synchronized ReplicaInfo resizeReplica(UUID uuid, long sizeBytes) {
        ReplicaInfo r = replica(uuid);
        return changed(r, sizeBytes, r.shared(), r.allowedHosts(), r.entityId());
    }

    @Override
    public synchronized ReplicaInfo setEntityId(UUID uuid, String entityId) {
        ReplicaInfo r = replica(uuid);
        return changed(r, r.sizeBytes(), r.shared(), r.allowedHosts(), Optional.of(entityId));
    }

    @Override
    public synchronized ReplicaInfo share(UUID uuid, Set<String> allowedHosts) {
        if (refusedShare != null) {
            throw refusedShare;
        }
        ReplicaInfo r = replica(uuid);
        return changed(r, r.sizeBytes(), true, List.copyOf(allowedHosts), r.entityId());
    }

    @Override
    public synchronized ReplicaInfo unshare(UUID uuid) {
        ReplicaInfo r = replica(uuid);
        return changed(r, r.sizeBytes(), false, List.of(), r.entityId());
    }

    @Override
    public synchronized List<ReplicaInfo> replicas() {
        return List.copyOf(replicas.values());
    }

    @Override
    public synchronized BlockDevice device(UUID uuid) {
        return devices.get(replica(uuid).uuid());
    }

    @Override
    public synchronized SnapshotInfo createSnapshot(SnapshotSpec spec) {
        ReplicaInfo of = replica(spec.replicaUuid());
        ReplicaInfo as =
                new ReplicaInfo(
                        spec.snapshotUuid(),
                        spec.name(),
                        of.poolUuid(),
                        of.poolName(),
                        of.sizeBytes(),
                        true,
                        false,
                        List.of(),
                        Optional.of(spec.entityId()),
                        true,
                        false,
                        Optional.of(spec.snapshotUuid()),
                        of.usage(),
                        "",
                        Optional.empty());
        ReplicaInfo added = added(as);
        SnapshotInfo snapshot =
                new SnapshotInfo(
                        added.uuid(),
                        added.name(),
                        added.poolUuid(),
                        added.poolName(),
                        spec.replicaUuid(),
                        true,
                        added.sizeBytes(),
                        Instant.parse("2026-01-02T03:04:05.000000006Z"),
                        spec.entityId(),
                        spec.txnId(),
                        0,
                        false,
                        added.usage(),
                        Optional.of(12_000L));
        snapshots.put(snapshot.uuid(), snapshot);
        return snapshot;
    }

    @Override
    public synchronized void destroySnapshot(UUID uuid) {
        if (clonesOf(uuid) > 0) {
            snapshots.computeIfPresent(uuid, (same, each) -> withDiscarded(each));
        } else {
            snapshots.remove(uuid);
            replicas.remove(uuid);
        }
    }

    @Override
    public synchronized ReplicaInfo createClone(
            UUID snapshotUuid, UUID cloneUuid, String cloneName) {
        SnapshotInfo of = snapshots.get(snapshotUuid);
        return added(
                new ReplicaInfo(
                        cloneUuid,
                        cloneName,
                        of.poolUuid(),
                        of.poolName(),
                        of.sizeBytes(),
                        true,
                        false,
                        List.of(),
                        Optional.empty(),
                        false,
                        true,
                        Optional.of(snapshotUuid),
                        of.usage(),
                        "",
                        Optional.empty()));
    }

    @Override
    public synchronized List<SnapshotInfo> snapshots() {
        return snapshots.values().stream().map(this::current).toList();
    }

    @Override
    public synchronized long pendingDeletionBytes(String poolName) {
        long now = pendingDeletion;
        pendingDeletion /= 2;
        return now;
    }

    @Override
    public synchronized IoFigures replicaFigures(UUID uuid) {
        return figures.getOrDefault(uuid, IoFigures.NONE);
    }

    @Override
    public synchronized IoFigures poolFigures(String poolName) {
        return figures.getOrDefault(poolName, IoFigures.NONE);
    }

    @Override
    public synchronized void resetFigures() {
        figures.clear();
    }

    @Override
    public synchronized void close() {
        List.copyOf(open.keySet()).forEach(this::export);
    }

    private PoolInfo known(String name) {
        return Optional.ofNullable(open.get(name))
                .orElseThrow(
                        () -> new PoolException(Kind.POOL_NOT_FOUND, "there is no pool " + name));
    }

    private ReplicaInfo replica(UUID uuid) {
        return Optional.ofNullable(replicas.get(uuid))
                .orElseThrow(() ->
                        new PoolException(Kind.REPLICA_NOT_FOUND, "there is no replica " + uuid));
    }

    private int clonesOf(UUID snapshot) {
        return (int)
                replicas.values().stream()
                        .filter(each ->
                                each.isClone() && each.snapshotUuid().equals(Optional.of(snapshot)))
                        .count();
    }

    private ReplicaInfo changed(
            ReplicaInfo r,
            long sizeBytes,
            boolean shared,
            List<String> hosts,
            Optional<String> entityId) {
        ReplicaInfo after =
                new ReplicaInfo(
                        r.uuid(),
                        r.name(),
                        r.poolUuid(),
                        r.poolName(),
                        sizeBytes,
                        r.thin(),
                        shared,
                        hosts,
                        entityId,
                        r.isSnapshot(),
                        r.isClone(),
                        r.snapshotUuid(),
                        r.usage(),
                        r.fault(),
                        r.device());
        replicas.put(r.uuid(), after);
        return after;
    }

    private SnapshotInfo current(SnapshotInfo s) {
        return new SnapshotInfo(
                s.uuid(),
                s.name(),
                s.poolUuid(),
                s.poolName(),
                s.parentUuid(),
                replicas.containsKey(s.parentUuid()),
                s.sizeBytes(),
                s.created(),
                s.entityId(),
                s.txnId(),
                clonesOf(s.uuid()),
                s.discarded(),
                s.usage(),
                s.holdNanos());
    }

    private static SnapshotInfo withDiscarded(SnapshotInfo s) {
        return new SnapshotInfo(
                s.uuid(),
                s.name(),
                s.poolUuid(),
                s.poolName(),
                s.parentUuid(),
                s.parentExists(),
                s.sizeBytes(),
                s.created(),
                s.entityId(),
                s.txnId(),
                s.clones(),
                true,
                s.usage(),
                s.holdNanos());
    }

    /** A pool that is well and has nothing in it. */
    public static PoolInfo picture(UUID uuid, String name, int clusterBytes, List<String> uris) {
        long size = uris.size() * DISK_BYTES;
        return new PoolInfo(
                uuid,
                name,
                PoolState.ONLINE,
                "",
                size,
                8 << 20,
                16 << 20,
                clusterBytes,
                4096,
                size,
                4096,
                1024,
                10,
                uris.stream().map(FakePools::disk).toList(),
                new PoolStatistics(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    }

    /** A disk without troubles. */
    public static DiskInfo disk(String uri) {
        UUID uuid = UUID.nameUUIDFromBytes(uri.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new DiskInfo(uri, uuid, DISK_BYTES, false, false, 0, 100, 0, 10, List.of());
    }

    private static PoolInfo withCapacity(PoolInfo p, long capacityBytes, List<DiskInfo> disks) {
        return new PoolInfo(
                p.uuid(),
                p.name(),
                p.state(),
                p.reason(),
                capacityBytes,
                p.usedBytes(),
                p.committedBytes(),
                p.clusterBytes(),
                p.blockBytes(),
                capacityBytes,
                p.metadataPageBytes(),
                p.metadataPages(),
                p.metadataPagesUsed(),
                disks,
                p.statistics());
    }

    private static ReplicaInfo.Usage usage(long sizeBytes) {
        return new ReplicaInfo.Usage(
                sizeBytes,
                CLUSTER_BYTES,
                CLUSTER_BYTES,
                sizeBytes / CLUSTER_BYTES,
                1,
                0,
                0,
                Optional.empty());
    }
}
