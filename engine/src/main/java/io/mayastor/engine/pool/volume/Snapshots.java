package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.volume.LayerChanges.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Snapshots and clones of one pool: taken, cloned, deleted. Owner thread: the pool's reactor, also
 * that of the futures, which fail with a {@link VolumeException}.
 *
 * <p>Taking one: writes of the replica are held until those under way have ended; one block of the
 * journal freezes the replica's layer, which becomes a pending snapshot, and puts a new one on top;
 * writes go on. Then what was acknowledged is made durable, and only then a record completes the
 * snapshot. Whoever opens the pool and finds a pending one knows that it never happened.
 *
 * <p>A snapshot with clones that is deleted is discarded: hidden, until the last clone goes.
 */
public final class Snapshots {
    /** Longest chain of layers, the replica's own included. */
    public static final int MAX_DEPTH = 1024;

    /**
     * A snapshot that is complete and durable.
     *
     * @param holdNanos how long writes were held
     */
    public record Taken(Layer layer, long holdNanos) {}

    private final Volumes volumes;
    private final LayerDeleter deleter;
    private final Map<UUID, Long> holds = new HashMap<>();

    public Snapshots(Volumes volumes, LayerDeleter deleter) {
        this.volumes = volumes;
        this.deleter = deleter;
        volumes.whenDestroyed(this::destroyed);
    }

    /** Goes on with what the last process left: pending and discarded snapshots, deletions. */
    public void open() {
        for (Layer layer : List.copyOf(volumes.pool.metadata.layers())) {
            LayerRecord record = layer.record();
            if (record.pending()) {
                delete(layer);
            } else if (record.kind() == Kind.DELETED) {
                deleter.add(layer);
            }
        }
        deleteDiscarded();
    }

    /**
     * Takes a snapshot of a replica.
     *
     * @param createTime RFC 3339, UTC
     */
    public CompletableFuture<Taken> take(
            UUID replicaUuid,
            UUID uuid,
            String name,
            String entityId,
            String txnId,
            String createTime) {
        try {
            Replica replica = requireReplica(replicaUuid);
            volumes.requireNew(uuid, name);
            requireShallow(replica.layer());
            UnaryOperator<LayerRecord> snapshot =
                    layer ->
                            layer.with()
                                    .kind(Kind.SNAPSHOT)
                                    .pending(true)
                                    .thick(false)
                                    .uuid(uuid)
                                    .name(name)
                                    .entityId(entityId)
                                    .txnId(txnId)
                                    .createTime(createTime)
                                    .parentUuid(replicaUuid)
                                    .sourceUuid(null)
                                    .shared(false)
                                    .allowedHosts(null)
                                    .reservations(null)
                                    .childRecord(null)
                                    .make();
            return freeze(replica, uuid, name, snapshot).thenCompose(this::complete);
        } catch (VolumeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Taken> freeze(
            Replica replica, UUID uuid, String name, UnaryOperator<LayerRecord> snapshot) {
        long heldAt = volumes.pool.reactor.ring().nanoTime();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        replica.holdWrites(() -> drained.complete(null));
        Layer[] frozen = new Layer[1];
        int[] top = new int[1];
        return drained.thenCompose(done ->
                        volumes.changes.record(() -> {
                            volumes.requireNew(uuid, name);
                            frozen[0] = replica.layer();
                            top[0] = volumes.pool.metadata.newLayerId();
                            return split(frozen[0].record(), snapshot, top[0]);
                        }))
                .whenComplete((recorded, failure) -> {
                    if (failure == null) {
                        replica.switchLayer(volumes.pool.metadata.layer(top[0]));
                    }
                    replica.releaseWrites();
                })
                .thenApply(recorded ->
                        new Taken(frozen[0], volumes.pool.reactor.ring().nanoTime() - heldAt));
    }

    /** The replica's layer becomes the snapshot's, and the replica gets a new one above it. */
    private static Change split(
            LayerRecord replica, UnaryOperator<LayerRecord> snapshot, int topId) {
        LayerRecord top =
                replica.with()
                        .id(topId)
                        .parent(replica.id())
                        .parentLimitBytes(replica.sizeBytes())
                        .thick(false)
                        .make();
        return Change.of(snapshot.apply(replica), top);
    }

    /** What was acknowledged before the switch is durable before the record that says so. */
    private CompletableFuture<Taken> complete(Taken taken) {
        int id = taken.layer().id();
        return volumes.changes
                .durable()
                .thenCompose(durable ->
                        volumes.changes.record(() -> {
                            LayerRecord record = volumes.pool.metadata.layer(id).record();
                            return Change.of(record.with().pending(false).make());
                        }))
                .thenCompose(recorded -> volumes.changes.durable())
                .thenApply(durable -> {
                    Layer layer = volumes.pool.metadata.layer(id);
                    volumes.add(layer);
                    holds.put(layer.record().uuid(), taken.holdNanos());
                    return new Taken(layer, taken.holdNanos());
                })
                .whenComplete((done, failure) -> {
                    Layer layer = volumes.pool.metadata.layer(id);
                    if (failure != null
                            && !volumes.pool.core.isFaulted()
                            && layer.record().pending()) {
                        delete(layer);
                    }
                });
    }

    /** How long writes were held for a snapshot that was taken since the pool is open. */
    public Optional<Long> holdNanos(UUID snapshotUuid) {
        return Optional.ofNullable(holds.get(snapshotUuid));
    }

    /**
     * Makes a thin replica that starts with a snapshot's content.
     *
     * @param createTime RFC 3339, UTC
     */
    public CompletableFuture<Replica> clone(
            UUID snapshotUuid, UUID uuid, String name, String createTime) {
        int[] id = new int[1];
        return volumes.changes
                .record(() -> {
                    Layer source = requireSnapshot(snapshotUuid);
                    volumes.requireNew(uuid, name);
                    requireShallow(source);
                    id[0] = volumes.pool.metadata.newLayerId();
                    long size = source.record().sizeBytes();
                    LayerRecord clone = LayerRecord.replica(id[0], uuid, name, size, false);
                    return Change.of(
                            clone.with()
                                    .parent(source.id())
                                    .parentLimitBytes(size)
                                    .sourceUuid(snapshotUuid)
                                    .createTime(createTime)
                                    .make());
                })
                .thenCompose(recorded -> volumes.changes.durable())
                .thenApply(durable -> volumes.add(volumes.pool.metadata.layer(id[0])));
    }

    /** Deletes a snapshot, or discards it while it has clones. */
    public CompletableFuture<Void> destroy(UUID snapshotUuid) {
        try {
            Layer layer = requireSnapshot(snapshotUuid);
            holds.remove(snapshotUuid);
            return hasClones(snapshotUuid) ? discard(layer) : volumes.destroy(snapshotUuid);
        } catch (VolumeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Void> discard(Layer layer) {
        return volumes.changes
                .record(() -> Change.of(layer.record().with().discarded(true).make()))
                .thenCompose(recorded -> volumes.changes.durable());
    }

    /** Visible, discarded ones too, in the order of their making. */
    public List<Layer> snapshots() {
        List<Layer> found = new ArrayList<>();
        for (Layer layer : volumes.pool.metadata.layers()) {
            LayerRecord record = layer.record();
            if (record.kind() == Kind.SNAPSHOT && !record.pending()) {
                found.add(layer);
            }
        }
        return found;
    }

    /** Clones of a snapshot that live. */
    public int clones(UUID snapshotUuid) {
        int count = 0;
        for (Layer layer : volumes.pool.metadata.layers()) {
            LayerRecord record = layer.record();
            boolean lives = record.kind() == Kind.REPLICA;
            count += lives && snapshotUuid.equals(record.sourceUuid()) ? 1 : 0;
        }
        return count;
    }

    private boolean hasClones(UUID snapshotUuid) {
        return clones(snapshotUuid) > 0;
    }

    /** A volume went: its space comes back, and perhaps that of a discarded snapshot. */
    private void destroyed(Layer layer) {
        deleter.add(layer);
        deleteDiscarded();
    }

    private void deleteDiscarded() {
        for (Layer layer : snapshots()) {
            UUID uuid = layer.record().uuid();
            if (layer.record().discarded() && !hasClones(uuid)) {
                volumes.replica(uuid)
                        .ifPresentOrElse(device -> volumes.destroy(uuid), () -> delete(layer));
            }
        }
    }

    /** Nobody can see it; when this fails the pool is faulted, and the next opening does it. */
    private void delete(Layer layer) {
        volumes.changes
                .record(() ->
                        Change.of(layer.record().with().kind(Kind.DELETED).pending(false).make()))
                .thenRun(() -> deleter.add(layer));
    }

    private Replica requireReplica(UUID uuid) {
        return volumes.replica(uuid)
                .filter(replica -> replica.layer().record().kind() == Kind.REPLICA)
                .orElseThrow(() ->
                        new VolumeException(
                                VolumeException.Kind.NOT_FOUND, "the pool has no replica " + uuid));
    }

    private Layer requireSnapshot(UUID uuid) {
        return snapshots().stream()
                .filter(layer -> uuid.equals(layer.record().uuid()))
                .filter(layer -> !layer.record().discarded())
                .findFirst()
                .orElseThrow(() ->
                        new VolumeException(
                                VolumeException.Kind.NOT_FOUND,
                                "the pool has no snapshot " + uuid));
    }

    private static void requireShallow(Layer layer) {
        int depth = 1;
        for (Layer at = layer; at != null; at = at.parent()) {
            depth++;
        }
        if (depth > MAX_DEPTH) {
            throw new VolumeException(
                    VolumeException.Kind.INVALID,
                    "%s stands on %d snapshots already, the most is %d: delete some"
                            .formatted(layer.record().name(), depth - 2, MAX_DEPTH - 1));
        }
    }
}
