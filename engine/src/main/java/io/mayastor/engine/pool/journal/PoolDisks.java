package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The disks of a pool as one run of clusters. Owner thread: the pool's reactor.
 *
 * <p>Promises: a disk that has data since the last synchronisation is known ({@link
 * PoolDisk#dataWritten}); a failed write or flush faults the disk, and after a pool's fault no
 * write succeeds; a request that a disk does not answer within the limit is failed to its asker,
 * while its buffer (when it lies in the reactor's arena) and all space in use at that moment stay
 * untouched until the disk lets go of it. Nothing is allocated per request once the operations have
 * been made.
 */
public final class PoolDisks {
    /** Told of changes of a disk's state. */
    public interface Listener {
        void faulted(PoolDisk disk);

        void stallChanged(PoolDisk disk);
    }

    private static final int LOOKS_PER_LIMIT = 8;

    private final Reactor reactor;
    private final GracePeriod grace;
    private final PoolFault fault;
    private final int clusterBytes;
    private final int blockShift;
    private final StallLimits limits;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<PoolDisk> disks = new ArrayList<>();
    private final List<PoolDisk> view = Collections.unmodifiableList(disks);
    private final Timer watch =
            new Timer() {
                @Override
                protected void expired() {
                    look();
                }
            };
    private DiskIo free;
    private int inFlight;

    /** Extents by first cluster. */
    private int[] firstClusters = new int[0];

    private long[] endClusters = new long[0];
    private long[] byteOffsets = new long[0];
    private PoolDisk[] holders = new PoolDisk[0];

    /**
     * @param blockBytes what the pool's requests count in: the largest of its disks
     */
    public PoolDisks(
            Reactor reactor,
            GracePeriod grace,
            PoolFault fault,
            int clusterBytes,
            int blockBytes,
            StallLimits limits) {
        this.reactor = reactor;
        this.grace = grace;
        this.fault = fault;
        this.clusterBytes = clusterBytes;
        this.blockShift = Integer.numberOfTrailingZeros(blockBytes);
        this.limits = limits;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    public int blockBytes() {
        return 1 << blockShift;
    }

    /** In the order of the label's list, without those that are missing. */
    public List<PoolDisk> all() {
        return view;
    }

    /** The disk with this index in the label, or null when it is missing. */
    public PoolDisk disk(int index) {
        for (PoolDisk disk : disks) {
            if (disk.index() == index) {
                return disk;
            }
        }
        return null;
    }

    void add(PoolDisk disk) {
        disks.add(disk);
        extentsChanged();
    }

    /** No request is watched any more. */
    void stop() {
        reactor.cancel(watch);
    }

    /** A disk has got more clusters. */
    void extentsChanged() {
        record Run(Label.Extent extent, PoolDisk disk) {}

        List<Run> runs = new ArrayList<>();
        for (PoolDisk disk : disks) {
            disk.extents().forEach(extent -> runs.add(new Run(extent, disk)));
        }
        runs.sort((a, b) -> Integer.compare(a.extent.firstCluster(), b.extent.firstCluster()));
        firstClusters = runs.stream().mapToInt(run -> run.extent.firstCluster()).toArray();
        endClusters = runs.stream().mapToLong(run -> run.extent.endCluster()).toArray();
        byteOffsets = runs.stream().mapToLong(run -> run.extent.byteOffset()).toArray();
        holders = runs.stream().map(Run::disk).toArray(PoolDisk[]::new);
    }

    /** The disk that holds a cluster, or null when that one is missing. */
    public PoolDisk holder(int cluster) {
        int run = run(cluster);
        return run < 0 ? null : holders[run];
    }

    /** Where a cluster begins on its disk. */
    long byteOffset(int cluster) {
        int run = run(cluster);
        return byteOffsets[run] + (long) (cluster - firstClusters[run]) * clusterBytes;
    }

    private int run(int cluster) {
        int low = 0;
        int high = firstClusters.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstClusters[middle] <= cluster) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        boolean inside = high >= 0 && cluster >= firstClusters[low] && cluster < endClusters[low];
        return inside ? low : -1;
    }

    /**
     * Does the request at a place in a cluster, which it does not leave; {@link BlockIo#blocks}
     * counts blocks of the pool. May complete before it returns.
     *
     * @param offset in bytes
     */
    public void submit(BlockIo io, int cluster, long offset) {
        int run = run(cluster);
        if (run < 0) {
            io.complete(Status.INTERNAL_PATH_ERROR);
            return;
        }
        long within = (long) (cluster - firstClusters[run]) * clusterBytes + offset;
        long length = io.blocks << blockShift;
        if (offset < 0 || offset + length > clusterBytes) {
            throw new IllegalArgumentException(
                    "%d bytes at %d leave cluster %d".formatted(length, offset, cluster));
        }
        submit(io, holders[run], byteOffsets[run] + within, true);
    }

    /**
     * The same for metadata at a byte of the disk. When it is given up, its buffer is not kept: the
     * asker must leave it alone after {@link Status#INTERNAL_PATH_ERROR}.
     */
    void submitMetadata(BlockIo io, PoolDisk disk, long byteOffset) {
        submit(io, disk, byteOffset, false);
    }

    /** The same for a range of clusters of one disk that follow each other. */
    void submitRange(BlockIo io, PoolDisk disk, long byteOffset) {
        submit(io, disk, byteOffset, true);
    }

    private void submit(BlockIo io, PoolDisk disk, long byteOffset, boolean data) {
        boolean write = isWrite(io.operation);
        if (disk.isFaulted() || (write && fault.isSet())) {
            io.complete(Status.INTERNAL_ERROR);
            return;
        }
        if (disk.isStuck()) {
            io.complete(Status.INTERNAL_PATH_ERROR);
            return;
        }
        DiskIo diskIo = free;
        if (diskIo == null) {
            diskIo = new DiskIo(this);
        } else {
            free = diskIo.nextFree;
        }
        diskIo.asked = io;
        diskIo.disk = disk;
        diskIo.data = data;
        diskIo.submittedNanos = reactor.nowNanos();
        BlockIo toDisk = diskIo.toDisk;
        toDisk.operation = io.operation;
        toDisk.startBlock = byteOffset >> disk.blockShift;
        toDisk.blocks = io.blocks << (blockShift - disk.blockShift);
        toDisk.address = io.address;
        toDisk.forceUnitAccess = io.forceUnitAccess;
        disk.add(diskIo);
        if (inFlight++ == 0 && !watch.isArmed()) {
            reactor.schedule(watch, limits.suspectNanos() / LOOKS_PER_LIMIT);
        }
        disk.device().submit(toDisk);
    }

    void completed(DiskIo diskIo) {
        PoolDisk disk = diskIo.disk;
        BlockIo toDisk = diskIo.toDisk;
        int status = toDisk.status;
        disk.remove(diskIo);
        inFlight--;
        boolean write = isWrite(toDisk.operation);
        if (status != Status.SUCCESS) {
            failed(disk, toDisk);
        } else if (write && !toDisk.forceUnitAccess) {
            written(diskIo);
        }
        BlockIo asked = diskIo.asked;
        diskIo.asked = null;
        if (asked == null) {
            diskIo.unpin();
            disk.abandoned--;
        } else {
            asked.address = toDisk.address;
        }
        diskIo.nextFree = free;
        free = diskIo;
        if (asked != null) {
            boolean acknowledged = status == Status.SUCCESS && !(write && fault.isSet());
            asked.complete(
                    acknowledged || status != Status.SUCCESS ? status : Status.INTERNAL_ERROR);
        }
    }

    private static void written(DiskIo diskIo) {
        Operation operation = diskIo.toDisk.operation;
        if (operation == Operation.WRITE || operation == Operation.WRITE_ZEROES) {
            diskIo.disk.dataWritten |= diskIo.data;
            diskIo.disk.metadataWritten |= !diskIo.data;
        }
    }

    private void failed(PoolDisk disk, BlockIo io) {
        disk.failed();
        boolean refusal = io.status == Status.COMMAND_INTERRUPTED;
        boolean harmless =
                io.operation == Operation.READ
                        || io.operation == Operation.COMPARE
                        || io.operation == Operation.DEALLOCATE;
        if (!harmless && !refusal) {
            fault(
                    disk,
                    "%s at byte %d of %s failed with status 0x%x"
                            .formatted(
                                    io.operation,
                                    io.startBlock << disk.blockShift,
                                    disk.device().name(),
                                    io.status));
        }
    }

    /** The disk takes no requests any more. */
    void fault(PoolDisk disk, String reason) {
        if (disk.fault(reason)) {
            listeners.forEach(listener -> listener.faulted(disk));
        }
    }

    private void look() {
        long now = reactor.nowNanos();
        for (PoolDisk disk : disks) {
            long age = disk.oldestNanos(now);
            if (disk.stalled(age > limits.suspectNanos())) {
                listeners.forEach(listener -> listener.stallChanged(disk));
            }
            if (age > limits.giveUpNanos()) {
                abandon(disk);
            }
        }
        boolean stalled = disks.stream().anyMatch(PoolDisk::isStalled);
        if (inFlight > 0 || stalled) {
            reactor.schedule(watch, limits.suspectNanos() / LOOKS_PER_LIMIT);
        }
    }

    /** Fails what can be failed; those who are told may send further requests. */
    private void abandon(PoolDisk disk) {
        DiskIo last = disk.newest;
        DiskIo io = disk.oldest;
        while (io != null) {
            DiskIo following = io == last ? null : io.newer;
            if (!io.isAbandoned() && mayAbandon(io)) {
                disk.abandoned++;
                BlockIo asked = io.abandon(grace.enterAsOldest(), pin(io.toDisk));
                asked.complete(Status.INTERNAL_PATH_ERROR);
            }
            io = following;
        }
    }

    /** A buffer that we can not keep from being used again must be waited for. */
    private boolean mayAbandon(DiskIo io) {
        return !io.data || !hasBuffer(io.toDisk) || reactor.arena().contains(io.toDisk.address);
    }

    private long pin(BlockIo io) {
        if (!hasBuffer(io) || !reactor.arena().contains(io.address)) {
            return 0;
        }
        reactor.arena().pin(io.address);
        return io.address;
    }

    private static boolean hasBuffer(BlockIo io) {
        return switch (io.operation) {
            case READ, WRITE, COMPARE -> true;
            case WRITE_ZEROES, DEALLOCATE, FLUSH -> false;
        };
    }

    private static boolean isWrite(Operation operation) {
        return switch (operation) {
            case WRITE, WRITE_ZEROES, DEALLOCATE, FLUSH -> true;
            case READ, COMPARE -> false;
        };
    }

    GracePeriod grace() {
        return grace;
    }

    Reactor reactor() {
        return reactor;
    }
}
