package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.IoFigures;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.ReplicaInfo;
import io.mayastor.engine.pool.SnapshotInfo;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.volume.LayerDeleter;
import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.engine.pool.volume.Snapshots;
import io.mayastor.engine.pool.volume.Volumes;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A pool that is open, with its disks. Management threads; changes of it run one after the other
 * under its lock.
 */
final class OpenPool {
    private static final long LOCK_SECONDS = 10;

    private final PoolCore core;
    private final Volumes volumes;
    private final LayerDeleter deleter;
    private final Snapshots snapshots;
    private final List<DiskLease> disks;
    private final ReentrantLock lock = new ReentrantLock();
    private final PoolPictures pictures;
    private volatile IoFigures ofDestroyed = IoFigures.NONE;
    private boolean closed;

    private OpenPool(
            PoolCore core,
            Volumes volumes,
            LayerDeleter deleter,
            Snapshots snapshots,
            List<DiskLease> disks) {
        this.core = core;
        this.volumes = volumes;
        this.deleter = deleter;
        this.snapshots = snapshots;
        this.disks = disks;
        this.pictures = new PoolPictures(core, volumes, snapshots, deleter, disks);
    }

    /** On the pool's reactor. */
    static OpenPool start(PoolCore core, List<DiskLease> disks) {
        Volumes volumes = new Volumes(core);
        LayerDeleter deleter = new LayerDeleter(volumes);
        Snapshots snapshots = new Snapshots(volumes, deleter);
        volumes.open();
        snapshots.open();
        return new OpenPool(core, volumes, deleter, snapshots, disks);
    }

    String name() {
        return core.name();
    }

    UUID uuid() {
        return core.uuid();
    }

    PoolCore core() {
        return core;
    }

    Volumes volumes() {
        return volumes;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    List<DiskLease> disks() {
        return disks;
    }

    long pendingDeletionBytes() {
        return onReactor(deleter::pendingBytes);
    }

    /** The devices of replicas, clones and snapshots. */
    List<Replica> devices() {
        return onReactor(() -> List.copyOf(volumes.replicas()));
    }

    PoolInfo info() {
        return onReactor(pictures::pool);
    }

    List<ReplicaInfo> replicas() {
        return onReactor(pictures::replicas);
    }

    ReplicaInfo replica(UUID uuid) {
        return onReactor(() -> pictures.replica(uuid));
    }

    List<SnapshotInfo> snapshotInfos() {
        return onReactor(pictures::snapshots);
    }

    BlockDevice device(UUID uuid) {
        return onReactor(() -> volumes.replica(uuid).orElse(null));
    }

    /** What was done with replicas that are gone. */
    IoFigures figuresOfDestroyed() {
        return ofDestroyed;
    }

    /** Within {@link #change}. */
    void countDestroyed(IoFigures figures) {
        ofDestroyed = ofDestroyed.plus(figures);
    }

    void forgetDestroyed() {
        ofDestroyed = IoFigures.NONE;
    }

    /** Runs a change while no other change of this pool runs. */
    <T> T change(Supplier<T> change) {
        boolean locked = false;
        try {
            locked = lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!locked) {
            throw new PoolException(
                    PoolException.Kind.BUSY,
                    "lock already held: another change of pool %s is under way, try again"
                            .formatted(name()));
        }
        try {
            if (closed) {
                throw new PoolException(
                        PoolException.Kind.POOL_NOT_FOUND, "pool %s was closed".formatted(name()));
            }
            return change.get();
        } finally {
            lock.unlock();
        }
    }

    <T> T onReactor(Callable<T> task) {
        return Answers.await(core.reactor().call(task));
    }

    /** Waits for what a task on the reactor started. */
    <T> T ask(Function<Volumes, CompletableFuture<T>> task) {
        return Answers.await(
                core.reactor().call(() -> task.apply(volumes)).thenCompose(each -> each));
    }

    /**
     * Within {@link #change}: ends the pool and gives its disks back, whatever fails.
     *
     * @param keepDisks they are to be wiped: unless this fails the caller has them, and the last
     *     checkpoint does not matter
     */
    void close(boolean keepDisks) {
        closed = true;
        boolean kept = false;
        try {
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            core.reactor().execute(() -> deleter.stop(() -> stopped.complete(null)));
            Answers.await(stopped);
            ask(Volumes::close);
            CompletableFuture<Boolean> written = new CompletableFuture<>();
            core.reactor().execute(() -> core.close(written::complete));
            if (!Answers.await(written) && !keepDisks) {
                throw new PoolException(
                        PoolException.Kind.IO,
                        "pool %s is closed, but its last checkpoint could not be written (%s); what was acknowledged is in its journal"
                                .formatted(name(), core.faultReason()));
            }
            kept = keepDisks;
        } finally {
            if (!kept) {
                disks.forEach(DiskLease::giveBack);
            }
        }
    }
}
