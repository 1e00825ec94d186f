package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.DeviceLatencies;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.device.DeviceListeners;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;

/**
 * A replica, clone or snapshot as a block device: its layer and all that lies above it. A snapshot
 * takes no changes. Owner thread: the pool's reactor, which is the device's.
 *
 * <p>Promises, beyond those of {@link BlockDevice}: an acknowledged write is read after a crash of
 * the process; a block that was never written reads zeros, whoever used its place before; without
 * space a write ends with Capacity Exceeded and leaves everything as it was; when the pool or the
 * disk in question is faulted, requests end with an error at once. Nothing is allocated per
 * request.
 *
 * <p>For those who change what its layers hold, beside hosts: {@link #lock} for a run of units,
 * {@link #holdWrites} and {@link #switchLayer} for all of it.
 */
public final class Replica implements BlockDevice {
    private enum State {
        OPEN,
        FAILED,
        CLOSED
    }

    private final IoPool pool;
    private final UUID uuid;
    private final String name;
    private final boolean readOnly;
    private final RangeLocks locks = new RangeLocks();
    private final FirstTouches clusterTouches;
    private final FirstTouches sliceTouches;
    private final ReplicaStatistics statistics = new ReplicaStatistics();
    private final DeviceLatencies latencies = new DeviceLatencies();
    private final DeviceListeners listeners = new DeviceListeners();
    private Layer layer;
    private volatile long blockCount;
    private State state = State.OPEN;
    private int inFlight;
    private int changes;
    private final Queue<Runnable> nextHolders = new ArrayDeque<>();
    private boolean held;
    private Runnable whenDrained;
    private ReplicaIo firstHeld;
    private ReplicaIo lastHeld;
    private Runnable whenClosed;

    Replica(IoPool pool, Layer layer) {
        this.pool = pool;
        this.layer = layer;
        LayerRecord record = layer.record();
        this.uuid = record.uuid();
        this.name = record.name();
        this.readOnly = record.kind() != LayerRecord.Kind.REPLICA;
        this.blockCount = record.sizeBytes() >>> pool.blockShift;
        this.clusterTouches = new FirstTouches(pool.metadata, pool.dying, false);
        this.sliceTouches = new FirstTouches(pool.metadata, pool.dying, true);
    }

    @Override
    public void submit(BlockIo io) {
        pool.reactor.checkOwner();
        int status = admit(io);
        boolean empty = io.blocks == 0 && io.operation != BlockIo.Operation.FLUSH;
        if (status != Status.SUCCESS || empty) {
            io.complete(status);
            return;
        }
        ReplicaIo request =
                switch (io.operation) {
                    case READ -> pool.takeRead();
                    case WRITE -> pool.takeWrite();
                    case WRITE_ZEROES, DEALLOCATE -> pool.takeZero();
                    case COMPARE -> pool.takeCompare();
                    case FLUSH -> pool.takeFlush();
                };
        request.begin(this, io, true);
    }

    private int admit(BlockIo io) {
        if (state != State.OPEN) {
            return state == State.FAILED ? Status.INTERNAL_ERROR : Status.INTERNAL_PATH_ERROR;
        }
        if (pool.core.isFaulted()) {
            return Status.INTERNAL_ERROR;
        }
        if (io.operation == BlockIo.Operation.FLUSH) {
            return Status.SUCCESS;
        }
        if (io.startBlock < 0 || io.blocks < 0 || io.startBlock > blockCount - io.blocks) {
            return Status.LBA_OUT_OF_RANGE;
        }
        boolean reads =
                io.operation == BlockIo.Operation.READ || io.operation == BlockIo.Operation.COMPARE;
        return readOnly && !reads ? Status.NAMESPACE_WRITE_PROTECTED : Status.SUCCESS;
    }

    // ---- for those who change layers

    /** The layer that takes writes. */
    public Layer layer() {
        return layer;
    }

    /**
     * Claims units exclusively: when the lock is granted, inside this call or later, no write to
     * them is in flight and none starts before {@link #unlock}. Reads in flight keep the places
     * they have found until the pool's grace period after the change.
     */
    void lock(RangeLock lock, long firstUnit, long count) {
        if (locks.acquire(lock, firstUnit, count, true)) {
            lock.granted();
        }
    }

    void unlock(RangeLock lock) {
        locks.release(lock);
    }

    /**
     * Keeps changes of content back, those of long requests between two of their steps, until
     * {@link #releaseWrites}. Whoever changes the parent of the layer holds writes too: it decides
     * how first touches take space. One holder at a time, in the order of asking.
     *
     * @param drained told once when no change is under way, perhaps inside this call; changes that
     *     wait for a lock do not count
     */
    void holdWrites(Runnable drained) {
        if (held) {
            nextHolders.add(drained);
        } else {
            held = true;
            whenDrained = drained;
            drainedWhenIdle();
        }
    }

    void releaseWrites() {
        if (!nextHolders.isEmpty()) {
            whenDrained = nextHolders.remove();
            drainedWhenIdle();
            return;
        }
        held = false;
        ReplicaIo io = firstHeld;
        firstHeld = null;
        lastHeld = null;
        while (io != null) {
            ReplicaIo following = io.next;
            io.next = null;
            io.resume();
            io = following;
        }
    }

    /** Another layer takes the writes from now on; they are held and drained. */
    void switchLayer(Layer to) {
        if (!held || changes > 0) {
            throw new IllegalStateException(name + " switches layers while writes are under way");
        }
        layer = to;
    }

    /** Takes over the size and tells the listeners. */
    void resizeTo(long sizeBytes) {
        long blocks = sizeBytes >>> pool.blockShift;
        if (blocks != blockCount) {
            blockCount = blocks;
            listeners.resized(this);
        }
    }

    /** Ends the service until the pool is opened anew; only the first reason counts. */
    void fail(String reason) {
        if (state == State.OPEN) {
            state = State.FAILED;
            listeners.failed(this, reason);
        }
    }

    // ---- for requests under way

    RangeLocks locks() {
        return locks;
    }

    FirstTouches clusterTouches() {
        return clusterTouches;
    }

    FirstTouches sliceTouches() {
        return sliceTouches;
    }

    int blockShift() {
        return pool.blockShift;
    }

    long sizeBytes() {
        return blockCount << pool.blockShift;
    }

    boolean isHeld() {
        return held;
    }

    /** {@link ReplicaIo#resume} will be called when writes go on. */
    void hold(ReplicaIo io) {
        io.next = null;
        if (lastHeld == null) {
            firstHeld = io;
        } else {
            lastHeld.next = io;
        }
        lastHeld = io;
    }

    void changeBegins() {
        changes++;
    }

    void changeEnds() {
        changes--;
        drainedWhenIdle();
    }

    private void drainedWhenIdle() {
        if (changes == 0 && whenDrained != null) {
            Runnable drained = whenDrained;
            whenDrained = null;
            drained.run();
        }
    }

    void entered() {
        inFlight++;
    }

    void left() {
        inFlight--;
        closeWhenIdle();
    }

    void count(BlockIo io, int status, long startedNanos) {
        long nanos = pool.reactor.nowNanos() - startedNanos;
        latencies.record(io.operation, nanos);
        ReplicaStatistics.Kind kind =
                switch (io.operation) {
                    case READ -> ReplicaStatistics.Kind.READ;
                    case WRITE -> ReplicaStatistics.Kind.WRITE;
                    case WRITE_ZEROES, DEALLOCATE -> ReplicaStatistics.Kind.UNMAP;
                    case COMPARE, FLUSH -> null;
                };
        if (kind == null) {
            return;
        }
        if (status == Status.SUCCESS) {
            statistics.completed(kind, io.blocks << pool.blockShift, nanos);
        } else {
            statistics.failed(kind);
        }
    }

    // ---- what a device is

    /** What has been done with it since it was opened. Any thread. */
    public ReplicaStatistics statistics() {
        return statistics;
    }

    @Override
    public Optional<DeviceLatencies> latencies() {
        return Optional.of(latencies);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public String uri() {
        return "bdev:///" + name + "?uuid=" + uuid;
    }

    @Override
    public String productName() {
        return readOnly ? "Snapshot" : "Replica";
    }

    @Override
    public Reactor reactor() {
        return pool.reactor;
    }

    @Override
    public int blockSize() {
        return 1 << pool.blockShift;
    }

    @Override
    public long blockCount() {
        return blockCount;
    }

    @Override
    public boolean hasVolatileWriteCache() {
        return true;
    }

    @Override
    public boolean readsZerosAfterDeallocate() {
        return true;
    }

    /** A unit: what is smaller or not aligned to it is read and merged at its first write. */
    @Override
    public int preferredIoBlocks() {
        return DiskLayout.UNIT >>> pool.blockShift;
    }

    @Override
    public void addListener(DeviceListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(DeviceListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void close(Runnable closed) {
        pool.reactor.checkOwner();
        if (state == State.CLOSED) {
            throw new IllegalStateException("replica " + name + " is closed already");
        }
        state = State.CLOSED;
        whenClosed = closed;
        closeWhenIdle();
    }

    private void closeWhenIdle() {
        if (whenClosed != null && inFlight == 0) {
            Runnable closed = whenClosed;
            whenClosed = null;
            closed.run();
        }
    }
}
