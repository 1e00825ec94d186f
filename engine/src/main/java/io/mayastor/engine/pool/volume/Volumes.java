package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolDisk;
import io.mayastor.engine.pool.journal.PoolDisks;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.volume.LayerChanges.Change;
import io.mayastor.engine.pool.volume.VolumeException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The replicas of one pool: made, opened, resized, destroyed. Owner thread: the pool's reactor,
 * also that of the futures, which fail with a {@link VolumeException}.
 *
 * <p>Promise: what a future has answered survives a power cut.
 */
public final class Volumes {
    final IoPool pool;
    final LayerChanges changes;
    private final Map<UUID, Replica> replicas = new LinkedHashMap<>();
    private final List<Replica> closing = new ArrayList<>();
    private Consumer<Layer> whenDestroyed = layer -> {};

    public Volumes(PoolCore core) {
        pool = new IoPool(core);
        changes = new LayerChanges(pool);
        core.addListener(this::stateChanged);
        pool.disks.addListener(
                new PoolDisks.Listener() {
                    @Override
                    public void faulted(PoolDisk disk) {
                        diskFaulted(disk);
                    }

                    @Override
                    public void stallChanged(PoolDisk disk) {}
                });
    }

    /** Makes devices of all replicas and snapshots that the pool has. */
    public void open() {
        for (Layer layer : List.copyOf(pool.metadata.layers())) {
            LayerRecord record = layer.record();
            if (record.kind() != LayerRecord.Kind.DELETED && !record.pending()) {
                add(layer);
            }
        }
    }

    /** Makes the device of a layer that is in the metadata already. */
    Replica add(Layer layer) {
        Replica replica = new Replica(pool, layer);
        replicas.put(replica.uuid(), replica);
        return replica;
    }

    /** The device is closed and no longer known. */
    void remove(Replica replica) {
        replicas.remove(replica.uuid());
    }

    /** Replicas, clones and snapshots in the order of their making. */
    public Collection<Replica> replicas() {
        return Collections.unmodifiableCollection(replicas.values());
    }

    public Optional<Replica> replica(UUID uuid) {
        return Optional.ofNullable(replicas.get(uuid));
    }

    /** Whose requests may change the layer, those included that end before it closes; or null. */
    Replica writerOf(Layer layer) {
        return Stream.concat(replicas.values().stream(), closing.stream())
                .filter(replica -> replica.layer() == layer)
                .findFirst()
                .orElse(null);
    }

    /** Told of a layer that was marked deleted and whose space is to be given back. */
    public void whenDestroyed(Consumer<Layer> listener) {
        whenDestroyed = listener;
    }

    /**
     * Makes a replica.
     *
     * @param sizeBytes rounded up to whole clusters
     * @param thick all of its space is kept for it
     * @param entityId may be null
     */
    public CompletableFuture<Replica> create(
            UUID uuid, String name, long sizeBytes, boolean thick, String entityId) {
        int[] id = new int[1];
        return changes.record(
                        () -> {
                            requireNew(uuid, name);
                            long size = wholeClusters(sizeBytes);
                            requireSpace(name, thick, size / pool.geometry.clusterBytes());
                            id[0] = pool.metadata.newLayerId();
                            LayerRecord layer = LayerRecord.replica(id[0], uuid, name, size, thick);
                            return Change.of(layer.with().entityId(entityId).make());
                        })
                .thenApply(recorded -> add(pool.metadata.layer(id[0])))
                .thenCompose(replica -> changes.durable().thenApply(durable -> replica));
    }

    private long wholeClusters(long sizeBytes) {
        long cluster = pool.geometry.clusterBytes();
        long clusters = Math.ceilDiv(sizeBytes, cluster);
        if (sizeBytes <= 0 || clusters > Integer.MAX_VALUE) {
            throw new VolumeException(
                    Kind.INVALID, "a volume can not have %d bytes".formatted(sizeBytes));
        }
        return clusters * cluster;
    }

    void requireNew(UUID uuid, String name) {
        for (Layer layer : pool.metadata.layers()) {
            LayerRecord known = layer.record();
            boolean visible = known.kind() != LayerRecord.Kind.DELETED;
            if (visible && (uuid.equals(known.uuid()) || name.equals(known.name()))) {
                throw new VolumeException(
                        Kind.ALREADY_EXISTS,
                        "the pool has %s with UUID %s already"
                                .formatted(known.name(), known.uuid()));
            }
        }
    }

    private void requireSpace(String name, boolean thick, long clusters) {
        long available = pool.metadata.space().available();
        if (thick && clusters > available) {
            throw new VolumeException(
                    Kind.NO_SPACE,
                    "%s needs %d clusters and the pool has %d that nobody else was promised"
                            .formatted(name, clusters, available));
        }
    }

    /**
     * Changes what is known of a replica or snapshot, such as how it is shared.
     *
     * @param change from the record as it is to the one that is to be
     */
    public CompletableFuture<Replica> change(UUID uuid, UnaryOperator<LayerRecord> change) {
        return changes.record(() -> Change.of(change.apply(require(uuid).layer().record())))
                .thenCompose(recorded -> changes.durable())
                .thenApply(durable -> require(uuid));
    }

    /**
     * Grows or shrinks a replica; what lies beyond the new end is lost and reads zeros when it
     * grows again.
     *
     * @param sizeBytes rounded up to whole clusters
     */
    public CompletableFuture<Replica> resize(UUID uuid, long sizeBytes) {
        try {
            Replica replica = require(uuid);
            long size = wholeClusters(sizeBytes);
            return size < replica.sizeBytes() ? shrink(replica, size) : grow(replica, size);
        } catch (VolumeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Replica> grow(Replica replica, long size) {
        return changes.record(
                        () -> {
                            LayerRecord layer = require(replica.uuid()).layer().record();
                            long more = (size - layer.sizeBytes()) / pool.geometry.clusterBytes();
                            requireSpace(replica.name(), layer.thick(), more);
                            return Change.of(layer.with().sizeBytes(size).make());
                        })
                .thenCompose(recorded -> {
                    replica.resizeTo(size);
                    return changes.durable();
                })
                .thenApply(durable -> replica);
    }

    /** Requests beyond the new end are refused first, then those under way are waited for. */
    private CompletableFuture<Replica> shrink(Replica replica, long size) {
        CompletableFuture<Void> alone = new CompletableFuture<>();
        RangeLock lock =
                new RangeLock() {
                    @Override
                    protected void granted() {
                        alone.complete(null);
                    }
                };
        long before = replica.sizeBytes();
        long end = before >>> UnitMap.UNIT_SHIFT;
        long newEnd = size >>> UnitMap.UNIT_SHIFT;
        replica.resizeTo(size);
        replica.lock(lock, newEnd, end - newEnd);
        return alone.thenCompose(held ->
                        changes.record(() -> Change.of(shrunk(replica.layer().record(), size))))
                .whenComplete((recorded, failure) -> {
                    if (failure != null) {
                        replica.resizeTo(before);
                    }
                    replica.unlock(lock);
                })
                .thenCompose(recorded -> changes.durable())
                .thenApply(durable -> replica);
    }

    private static LayerRecord shrunk(LayerRecord layer, long size) {
        long limit = Math.min(size, layer.parentLimitBytes());
        return layer.with().sizeBytes(size).parentLimitBytes(limit).make();
    }

    /**
     * Closes the device and marks its layer deleted; the space comes back in the background, by
     * whoever is told with {@link #whenDestroyed}.
     */
    public CompletableFuture<Void> destroy(UUID uuid) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Replica replica;
        try {
            replica = require(uuid);
        } catch (VolumeException e) {
            return CompletableFuture.failedFuture(e);
        }
        remove(replica);
        closing.add(replica);
        replica.close(() -> {
            closing.remove(replica);
            closed.complete(null);
        });
        return closed.thenCompose(done ->
                        changes.record(() -> {
                            LayerRecord layer = replica.layer().record();
                            LayerRecord.Kind deleted = LayerRecord.Kind.DELETED;
                            return Change.of(layer.with().kind(deleted).make());
                        }))
                .thenCompose(recorded -> {
                    whenDestroyed.accept(replica.layer());
                    return changes.durable();
                });
    }

    private Replica require(UUID uuid) {
        return replica(uuid)
                .orElseThrow(() ->
                        new VolumeException(Kind.NOT_FOUND, "the pool has no volume " + uuid));
    }

    /** Data that was acknowledged and not synchronised may be lost with the disk. */
    private void diskFaulted(PoolDisk disk) {
        DiskUse use = new DiskUse(pool);
        for (Replica replica : List.copyOf(replicas.values())) {
            if (use.reaches(replica.layer(), disk)) {
                replica.fail(disk.faultReason());
            }
        }
    }

    private void stateChanged() {
        if (pool.core.isFaulted()) {
            String reason = "the pool is faulted: " + pool.core.faultReason();
            List.copyOf(replicas.values()).forEach(replica -> replica.fail(reason));
        }
    }

    /** Closes all devices, waits for their requests and gives the memory back. */
    public CompletableFuture<Void> close() {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (Replica replica : replicas.values()) {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            replica.close(() -> closed.complete(null));
            closing.add(closed);
        }
        replicas.clear();
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
                .thenRun(pool::close);
    }
}
