package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolGrowth;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.ReplicaSpec;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.SnapshotSpec;
import io.mayastor.engine.pool.journal.PoolDisk;
import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.server.config.PoolLimits;
import io.mayastor.server.node.Shares;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** The pools of this process, see {@link Pools}. Management threads. */
public final class NodePools implements Pools {
    private static final System.Logger LOG = System.getLogger(NodePools.class.getPackageName());

    private final DeviceRegistry devices;
    private final Shares shares;
    private final List<Reactor> reactors;
    private final Clock clock;
    private final ReplicaDevices known;
    private final PoolStarter starter;

    private final PoolTable pools = new PoolTable();

    /**
     * @param owner name of this node, which pools carry while they are open here
     * @param reactors those that pools may be given to
     */
    public NodePools(
            DeviceRegistry devices,
            Shares shares,
            List<Reactor> reactors,
            String owner,
            PoolLimits limits,
            Clock clock) {
        this.devices = devices;
        this.shares = shares;
        this.reactors = List.copyOf(reactors);
        this.clock = clock;
        this.known = new ReplicaDevices(devices, shares);
        this.starter = new PoolStarter(devices, owner, limits, clock);
    }

    // ---- pools

    @Override
    public PoolInfo create(PoolSpec spec) {
        return start(spec, PoolStarter.Mode.CREATE_OR_OPEN);
    }

    @Override
    public PoolInfo open(PoolSpec spec) {
        return start(spec, PoolStarter.Mode.OPEN);
    }

    @Override
    public PoolInfo openOrCreate(PoolSpec spec) {
        return start(spec, PoolStarter.Mode.OPEN_ANY_OR_CREATE);
    }

    private PoolInfo start(PoolSpec spec, PoolStarter.Mode mode) {
        PoolNames.requirePool(spec);
        pools.reserve(spec);
        OpenPool pool = null;
        try {
            pool = starter.start(spec, mode, reactor(spec));
        } finally {
            if (pool == null) {
                pools.forget(spec.name());
            }
        }
        if (!pools.opened(spec.name(), pool)) {
            closeAgain(pool);
        }
        for (Replica replica : pool.devices()) {
            known.offer(pool, replica);
        }
        PoolInfo info = pool.info();
        LOG.log(
                Level.INFO,
                "pool {0} ({1}) is open: {2} bytes, {3} in use, {4} volumes",
                info.name(),
                info.uuid(),
                info.capacityBytes(),
                info.usedBytes(),
                pool.devices().size());
        return info;
    }

    /** The disks carry another name than was asked for, and that is taken. */
    private static void closeAgain(OpenPool pool) {
        pool.change(() -> {
            pool.close(false);
            return null;
        });
        throw new PoolException(
                Kind.ALREADY_EXISTS,
                "the disks carry pool %s, and a pool of that name is open already"
                        .formatted(pool.name()));
    }

    /** That of a disk that is open already, else the one with the fewest pools. */
    private Reactor reactor(PoolSpec spec) {
        return DiskLease.reactorOf(devices, spec.diskUris())
                .orElseGet(() ->
                        reactors.stream()
                                .min(Comparator.comparingLong(this::poolsOn))
                                .orElseThrow());
    }

    private long poolsOn(Reactor reactor) {
        return pools.open().stream().filter(pool -> pool.core().reactor() == reactor).count();
    }

    @Override
    public void export(String name) {
        OpenPool pool = pools.require(name);
        close(pool, false);
        LOG.log(Level.INFO, "pool {0} is exported", name);
    }

    @Override
    public void destroy(String name) {
        OpenPool pool = pools.require(name);
        close(pool, true);
        try {
            for (DiskLease disk : pool.disks()) {
                new RawDisk(disk.device()).clear();
            }
        } finally {
            pool.disks().forEach(DiskLease::giveBack);
        }
        LOG.log(Level.INFO, "pool {0} is destroyed, its disks are blank", name);
    }

    private void close(OpenPool pool, boolean keepDisks) {
        pool.change(() -> {
            pool.devices().forEach(known::requireUnused);
            for (Replica replica : pool.devices()) {
                known.withdraw(replica);
            }
            try {
                pool.close(keepDisks);
            } finally {
                pools.forget(pool.name());
            }
            return null;
        });
    }

    @Override
    public PoolGrowth grow(String name) {
        OpenPool pool = pools.require(name);
        return pool.change(() -> {
            PoolInfo before = pool.info();
            for (DiskLease disk : pool.disks()) {
                Answers.await(devices.rescan(disk.device().name()));
            }
            for (PoolDisk disk : pool.onReactor(() -> pool.core().disks().all())) {
                CompletableFuture<Boolean> grown = new CompletableFuture<>();
                pool.onReactor(() -> {
                    pool.core().growth().grow(disk, grown::complete);
                    return null;
                });
                requireWritten(pool, Answers.await(grown));
            }
            return new PoolGrowth(before, pool.info());
        });
    }

    private static void requireWritten(OpenPool pool, boolean written) {
        if (!written) {
            throw new PoolException(
                    Kind.IO, "the labels of pool %s could not be written".formatted(pool.name()));
        }
    }

    @Override
    public PoolInfo addDisk(String name, String diskUri) {
        OpenPool pool = pools.require(name);
        return pool.change(() -> {
            starter.addDisk(pool, PoolDiskUri.parse(diskUri));
            return pool.info();
        });
    }

    @Override
    public PoolInfo clearErrors(String name, List<String> diskUris) {
        OpenPool pool = pools.require(name);
        List<String> wanted =
                diskUris.stream().map(each -> PoolDiskUri.parse(each).deviceName()).toList();
        List<String> known = pool.disks().stream().map(each -> each.device().name()).toList();
        for (String each : wanted) {
            if (!known.contains(each)) {
                throw new PoolException(
                        Kind.INVALID,
                        "disks: pool %s has no disk %s, it has %s"
                                .formatted(name, each, String.join(", ", known)));
            }
        }
        pool.onReactor(() -> {
            pool.core().disks().all().stream()
                    .filter(disk -> wanted.isEmpty() || wanted.contains(disk.device().name()))
                    .forEach(PoolDisk::clearErrors);
            return null;
        });
        return pool.info();
    }

    @Override
    public List<PoolInfo> list() {
        return pools.open().stream().map(OpenPool::info).toList();
    }

    // ---- replicas

    @Override
    public ReplicaInfo createReplica(ReplicaSpec spec) {
        PoolNames.requireReplica(spec.name());
        OpenPool pool = pools.require(spec.pool());
        return pool.change(() -> {
            known.requireFree(spec.name(), spec.uuid());
            long capacity = pool.info().capacityBytes();
            if (spec.sizeBytes() > capacity) {
                throw new PoolException(
                        Kind.INVALID,
                        "size: %d bytes are more than pool %s has (%d)"
                                .formatted(spec.sizeBytes(), pool.name(), capacity));
            }
            Replica replica =
                    pool.ask(volumes ->
                            volumes.create(
                                    spec.uuid(),
                                    spec.name(),
                                    spec.sizeBytes(),
                                    !spec.thin(),
                                    spec.entityId().orElse(null)));
            known.add(replica);
            return pool.replica(spec.uuid());
        });
    }

    @Override
    public void destroyReplica(UUID uuid) {
        OpenPool pool = pools.ofVolume(uuid);
        pool.change(() -> {
            ReplicaInfo info = pool.replica(uuid);
            if (info.isSnapshot()) {
                throw PoolTable.replicaNotFound(uuid);
            }
            Replica replica = (Replica) info.device().orElseThrow();
            known.requireUnused(replica);
            known.withdraw(replica);
            pool.countDestroyed(Figures.of(replica.statistics()));
            return pool.ask(volumes -> volumes.destroy(uuid));
        });
        LOG.log(Level.INFO, "replica {0} of pool {1} is destroyed", uuid, pool.name());
    }

    @Override
    public ReplicaInfo resizeReplica(UUID uuid, long sizeBytes) {
        OpenPool pool = pools.ofReplica(uuid);
        return pool.change(() -> {
            pool.ask(volumes -> volumes.resize(uuid, sizeBytes));
            return pool.replica(uuid);
        });
    }

    @Override
    public ReplicaInfo setEntityId(UUID uuid, String entityId) {
        return change(uuid, record -> record.with().entityId(entityId).make());
    }

    private ReplicaInfo change(
            UUID uuid, UnaryOperator<io.mayastor.engine.pool.format.LayerRecord> change) {
        OpenPool pool = pools.ofReplica(uuid);
        return pool.change(() -> {
            pool.ask(volumes -> volumes.change(uuid, change));
            return pool.replica(uuid);
        });
    }

    @Override
    public ReplicaInfo share(UUID uuid, Set<String> allowedHosts) {
        OpenPool pool = pools.ofReplica(uuid);
        List<String> hosts = allowedHosts.stream().sorted().toList();
        return pool.change(() -> {
            ReplicaInfo before = pool.replica(uuid);
            Answers.await(shares.share(before.name(), allowedHosts));
            try {
                return change(
                        uuid, record -> record.with().shared(true).allowedHosts(hosts).make());
            } catch (PoolException e) {
                if (!before.shared()) {
                    Answers.await(shares.unshare(before.name()));
                }
                throw e;
            }
        });
    }

    @Override
    public ReplicaInfo unshare(UUID uuid) {
        OpenPool pool = pools.ofReplica(uuid);
        return pool.change(() -> {
            Answers.await(shares.unshare(pool.replica(uuid).name()));
            return change(
                    uuid, record -> record.with().shared(false).allowedHosts(List.of()).make());
        });
    }

    @Override
    public List<ReplicaInfo> replicas() {
        List<ReplicaInfo> all = new ArrayList<>();
        pools.open().forEach(pool -> all.addAll(pool.replicas()));
        return all;
    }

    @Override
    public BlockDevice device(UUID uuid) {
        return pools.ofVolume(uuid).device(uuid);
    }

    /** Where reservations of a replica are kept; empty: the device is none of a pool. */
    public Optional<ReservationStore> reservations(BlockDevice device) {
        if (!(device instanceof Replica replica)) {
            return Optional.empty();
        }
        OpenPool pool = pools.ofVolume(replica.uuid());
        byte[] stored = pool.onReactor(() -> replica.layer().record().reservations());
        return Optional.of(new ReplicaReservations(pool.volumes(), replica, stored));
    }

    // ---- snapshots

    @Override
    public SnapshotInfo createSnapshot(SnapshotSpec spec) {
        PoolNames.requireReplica(spec.name());
        OpenPool pool = pools.ofReplica(spec.replicaUuid());
        return pool.change(() -> {
            known.requireFree(spec.name(), spec.snapshotUuid());
            pool.ask(volumes ->
                    pool.snapshots()
                            .take(
                                    spec.replicaUuid(),
                                    spec.snapshotUuid(),
                                    spec.name(),
                                    spec.entityId(),
                                    spec.txnId(),
                                    now()));
            known.add(pool.device(spec.snapshotUuid()));
            return snapshot(pool, spec.snapshotUuid());
        });
    }

    private String now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static SnapshotInfo snapshot(OpenPool pool, UUID uuid) {
        return pool.snapshotInfos().stream()
                .filter(each -> each.uuid().equals(uuid))
                .findFirst()
                .orElseThrow(() -> PoolTable.snapshotNotFound(uuid));
    }

    @Override
    public void destroySnapshot(UUID uuid) {
        OpenPool pool = pools.ofSnapshot(uuid);
        pool.change(() -> {
            Replica snapshot = (Replica) pool.device(uuid);
            known.requireUnused(snapshot);
            known.withdraw(snapshot);
            return pool.ask(volumes -> pool.snapshots().destroy(uuid));
        });
    }

    @Override
    public ReplicaInfo createClone(UUID snapshotUuid, UUID cloneUuid, String cloneName) {
        PoolNames.requireReplica(cloneName);
        OpenPool pool = pools.ofSnapshot(snapshotUuid);
        return pool.change(() -> {
            known.requireFree(cloneName, cloneUuid);
            Replica clone =
                    pool.ask(volumes ->
                            pool.snapshots().clone(snapshotUuid, cloneUuid, cloneName, now()));
            known.add(clone);
            return pool.replica(cloneUuid);
        });
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        List<SnapshotInfo> all = new ArrayList<>();
        pools.open().forEach(pool -> all.addAll(pool.snapshotInfos()));
        return all;
    }

    @Override
    public long pendingDeletionBytes(String poolName) {
        return pools.require(poolName).pendingDeletionBytes();
    }

    @Override
    public IoFigures replicaFigures(UUID uuid) {
        return pools.open().stream()
                .map(pool -> pool.device(uuid))
                .filter(Replica.class::isInstance)
                .findFirst()
                .map(device -> Figures.of(((Replica) device).statistics()))
                .orElse(IoFigures.NONE);
    }

    @Override
    public IoFigures poolFigures(String poolName) {
        OpenPool pool = pools.require(poolName);
        IoFigures sum = pool.figuresOfDestroyed();
        for (Replica replica : pool.devices()) {
            sum = sum.plus(Figures.of(replica.statistics()));
        }
        return sum;
    }

    @Override
    public void resetFigures() {
        for (OpenPool pool : pools.open()) {
            pool.onReactor(() -> {
                pool.volumes().replicas().forEach(each -> each.statistics().reset());
                return null;
            });
            pool.forgetDestroyed();
        }
    }

    @Override
    public void close() {
        for (OpenPool pool : pools.open().reversed()) {
            try {
                close(pool, false);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "closing pool " + pool.name() + " failed", e);
            }
        }
    }
}
