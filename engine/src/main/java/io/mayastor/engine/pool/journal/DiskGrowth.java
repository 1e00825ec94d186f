package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.format.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * More clusters for an open pool: of a disk that has grown, or of another disk. Numbers already
 * given never move; labels are durable before a new cluster is given out. Owner thread: the pool's
 * reactor.
 */
public final class DiskGrowth {
    private final PoolCore core;
    private final PoolLabels labels;
    private boolean running;

    DiskGrowth(PoolCore core, PoolLabels labels) {
        this.core = core;
        this.labels = labels;
    }

    /**
     * Takes the new size of a disk's device into use.
     *
     * @param done told whether the labels say so; also without room for a cluster more
     */
    public void grow(PoolDisk disk, Checkpointer.Done done) {
        long bytes = deviceBytes(disk.device());
        List<Label.Extent> grown =
                DiskExtents.grown(disk.extents(), nextCluster(), bytes, core.clusterBytes());
        if (grown.equals(disk.extents()) || bytes <= disk.labelledBytes()) {
            done.ended(true);
            return;
        }
        begin();
        labels.grow(
                disk,
                grown,
                bytes,
                written -> {
                    running = false;
                    if (written && !disk.isFaulted()) {
                        addClusters(disk.index(), disk.extents(), grown);
                        disk.grown(grown, bytes);
                        core.disks().extentsChanged();
                    }
                    done.ended(written && !disk.isFaulted());
                });
    }

    /**
     * Takes another disk, which must be blank, into the pool.
     *
     * @throws IllegalArgumentException when it can not be part of the pool
     */
    public void add(BlockDevice device, UUID uuid, Checkpointer.Done done) {
        long bytes = deviceBytes(device);
        Label.Extent extent = DiskExtents.first(nextCluster(), bytes, core.clusterBytes());
        Label any = labels.any();
        int index = any.disks().size();
        if (extent == null || index >= Label.MAX_DISKS || device.blockSize() > core.blockBytes()) {
            throw new IllegalArgumentException(
                    "disk %s, %d bytes in blocks of %d, can not be part of pool %s"
                            .formatted(device.name(), bytes, device.blockSize(), core.name()));
        }
        begin();
        List<Label.Disk> all = new ArrayList<>(any.disks());
        all.add(new Label.Disk(uuid, false, false));
        Label label = any.of(index, uuid, bytes, List.of(extent), all);
        PoolDisk disk = new PoolDisk(index, uuid, device, List.of(extent), bytes);
        core.disks().add(disk);
        labels.add(
                disk,
                label,
                written -> {
                    running = false;
                    boolean added = written && !disk.isFaulted();
                    if (added) {
                        addClusters(index, List.of(), disk.extents());
                    }
                    done.ended(added);
                });
    }

    /** Whether labels are being changed for more clusters. */
    public boolean isRunning() {
        return running;
    }

    private void begin() {
        if (running) {
            throw new IllegalStateException("pool " + core.name() + " is growing already");
        }
        running = true;
    }

    private void addClusters(int disk, List<Label.Extent> before, List<Label.Extent> now) {
        long known = DiskExtents.nextCluster(List.of(before));
        for (Label.Extent extent : now) {
            int first = (int) Math.max(extent.firstCluster(), known);
            if (first < extent.endCluster()) {
                core.metadata().addExtent(disk, first, (int) (extent.endCluster() - first));
            }
        }
    }

    private long nextCluster() {
        return DiskExtents.nextCluster(labels.all().values().stream().map(Label::extents).toList());
    }

    private static long deviceBytes(BlockDevice device) {
        return DiskExtents.labelledBytes(device.blockCount() * device.blockSize());
    }
}
