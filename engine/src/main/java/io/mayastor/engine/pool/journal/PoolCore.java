package io.mayastor.engine.pool.journal;

import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.MetadataSpace;
import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An open pool below its volumes: maps, journal, disks, and what keeps them in order, wired
 * together. Owner thread: the pool's reactor.
 *
 * <p>The devices belong to whoever opened the pool; they must stay open until {@link #close} has
 * ended.
 */
public final class PoolCore {
    /** Told when a fault, a lost disk or a stall begins, or a stall ends. */
    @FunctionalInterface
    public interface Listener {
        void stateChanged();
    }

    private final Reactor reactor;
    private final Label label;
    private final Metadata metadata;
    private final GracePeriod grace;
    private final PoolFault fault;
    private final PoolDisks disks;
    private final PoolLabels labels;
    private final MetadataCopies copies;
    private final Journal journal;
    private final PoolSync sync;
    private final DyingSpace dying;
    private final Checkpointer checkpointer;
    private final DiskGrowth growth;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<PoolDisk> lostCopies = new ArrayList<>();
    private final Recovery recovery;
    private boolean closed;

    /** What a new core goes on with. */
    record Start(
            Recovery recovery,
            long epoch,
            long lastSequence,
            int lastCrc,
            int chunk,
            long position,
            long checkpoint,
            int rootSlot) {}

    PoolCore(
            Reactor reactor,
            PoolOptions options,
            GracePeriod grace,
            PoolFault fault,
            PoolDisks disks,
            List<Label> found,
            Metadata metadata,
            Start start) {
        this.reactor = reactor;
        this.label = found.getFirst();
        this.recovery = start.recovery;
        this.metadata = metadata;
        this.grace = grace;
        this.fault = fault;
        this.disks = disks;
        this.labels = new PoolLabels(reactor, disks, found);
        MetadataSpace space = metadata.metadataSpace();
        List<PoolDisk> holders = new ArrayList<>();
        for (int copy = 0; copy < space.copies(); copy++) {
            PoolDisk holder = disks.disk(space.copyDisk(copy));
            boolean lost = labels.any().disks().get(space.copyDisk(copy)).lost();
            holders.add(lost ? null : holder);
        }
        this.copies = new MetadataCopies(disks, fault, labels, holders);
        JournalRing ring = JournalRing.of(space, start.chunk, start.position);
        this.journal =
                new Journal(
                        reactor,
                        fault,
                        copies,
                        ring,
                        label.pool(),
                        start.epoch,
                        start.lastSequence,
                        start.lastCrc);
        this.sync = new PoolSync(reactor, fault, disks, journal);
        this.dying =
                new DyingSpace(
                        reactor,
                        grace,
                        journal,
                        sync,
                        disks,
                        label.clusterBytes(),
                        new DyingSpace.FreeSpace() {
                            @Override
                            public void releaseCluster(int cluster) {
                                metadata.releaseCluster(cluster);
                            }

                            @Override
                            public void releaseSlice(long place) {
                                metadata.releaseSlice(place);
                            }
                        });
        dying.punch(options.punchBytesPerSecond());
        metadata.run(dying);
        this.checkpointer =
                new Checkpointer(
                        reactor,
                        fault,
                        label.pool(),
                        metadata,
                        journal,
                        sync,
                        copies,
                        start.checkpoint,
                        start.rootSlot,
                        space.marked().pageChunks().length);
        this.growth = new DiskGrowth(this, labels);
        disks.addListener(
                new PoolDisks.Listener() {
                    @Override
                    public void faulted(PoolDisk disk) {
                        diskFaulted(disk);
                    }

                    @Override
                    public void stallChanged(PoolDisk disk) {
                        tellListeners();
                    }
                });
        fault.whenSet(this::tellListeners);
    }

    public Reactor reactor() {
        return reactor;
    }

    public UUID uuid() {
        return label.pool();
    }

    public String name() {
        return label.poolName();
    }

    public int clusterBytes() {
        return label.clusterBytes();
    }

    /** Bytes of the blocks that volumes expose, and that requests to {@link #disks} count in. */
    public int blockBytes() {
        return label.blockBytes();
    }

    public long epoch() {
        return journal.epoch();
    }

    /** What opening it found and did. */
    public Recovery recovery() {
        return recovery;
    }

    public Metadata metadata() {
        return metadata;
    }

    public Journal journal() {
        return journal;
    }

    public PoolSync sync() {
        return sync;
    }

    /** Units that a write may not overwrite in place. */
    public Undurable undurable() {
        return sync.undurable();
    }

    public PoolDisks disks() {
        return disks;
    }

    public DyingSpace dying() {
        return dying;
    }

    public GracePeriod grace() {
        return grace;
    }

    public Checkpointer checkpointer() {
        return checkpointer;
    }

    /** Disks that become larger or more. */
    public DiskGrowth growth() {
        return growth;
    }

    public boolean isFaulted() {
        return fault.isSet();
    }

    /** Why nothing is acknowledged any more, or null. */
    public String faultReason() {
        return fault.reason();
    }

    /** Ends the pool's service; the first reason counts. */
    public void fault(String reason) {
        fault.set(reason);
    }

    /** Some disk answers no longer in time. */
    public boolean isSuspected() {
        return disks.all().stream().anyMatch(PoolDisk::isStalled);
    }

    /** Some disk is lost. */
    public boolean isDegraded() {
        return disks.all().stream().anyMatch(PoolDisk::isFaulted)
                || labels.any().disks().stream().anyMatch(Label.Disk::lost);
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    PoolLabels labels() {
        return labels;
    }

    MetadataCopies copies() {
        return copies;
    }

    /**
     * Ends the pool: a last checkpoint, the root that says so, no owner in the labels. Volumes must
     * have ended their I/O. Of a faulted pool only the memory goes.
     *
     * @param done told whether all is written; the devices may be closed then
     */
    public void close(Checkpointer.Done done) {
        if (closed) {
            throw new IllegalStateException("pool " + name() + " is closed already");
        }
        closed = true;
        dying.stop();
        checkpointer.requestLast(written -> {
            if (written) {
                labels.own("", unowned -> end(unowned, done));
            } else {
                end(false, done);
            }
        });
    }

    private void end(boolean success, Checkpointer.Done done) {
        sync.stop();
        disks.stop();
        if (disks.all().stream().allMatch(disk -> disk.inFlight == 0)) {
            // Else a disk may still use buffers, and the memory stays.
            journal.close();
            checkpointer.close();
            labels.close();
        }
        metadata.close();
        done.ended(success);
    }

    private void diskFaulted(PoolDisk disk) {
        if (disk.dataWritten) {
            fault.set(
                    "%s, and it has data that was not synchronised".formatted(disk.faultReason()));
        } else if (!fault.isSet()) {
            copies.lose(disk);
            metadata.closeDisk(disk.index());
            dropCopy(disk);
        }
        tellListeners();
    }

    /** The next root does without the disk; not in the middle of a checkpoint, which names it. */
    private void dropCopy(PoolDisk disk) {
        boolean holds = false;
        MetadataSpace space = metadata.metadataSpace();
        for (int copy = 0; copy < space.copies(); copy++) {
            holds |= space.copyDisk(copy) == disk.index();
        }
        if (!holds || space.copies() == 1 || fault.isSet()) {
            return;
        }
        if (checkpointer.isIdle()) {
            space.dropCopy(disk.index());
        } else if (!lostCopies.contains(disk)) {
            lostCopies.add(disk);
            checkpointer.afterCurrent(() -> {
                lostCopies.remove(disk);
                dropCopy(disk);
            });
        }
    }

    private void tellListeners() {
        List.copyOf(listeners).forEach(Listener::stateChanged);
    }
}
