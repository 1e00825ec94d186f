package io.mayastor.engine.pool.journal;

import io.mayastor.engine.nvme.Status;
import java.util.List;

/**
 * The disks that hold the pool's metadata, one to three, all with the same content. Owner thread:
 * the pool's reactor.
 *
 * <p>Promises: a write or flush succeeds only when every copy in use has done it. A disk that fails
 * one is no longer in use, and nothing succeeds before the labels of the others say so durably: an
 * old copy is never taken for the newest. Without a copy left the pool is faulted.
 */
final class MetadataCopies {
    /** Tells the other disks' labels that a disk is lost. */
    @FunctionalInterface
    interface LostDisk {
        /**
         * @param done told whether labels of the next generation are durable on all disks in use
         */
        void exclude(PoolDisk disk, Done done);

        /** The end of a change of labels. */
        @FunctionalInterface
        interface Done {
            void written(boolean success);
        }
    }

    private final PoolDisks disks;
    private final PoolFault fault;
    private final LostDisk labels;
    private final PoolDisk[] copies;
    private final boolean[] lost;
    private int exclusions;
    private CopyIo waiting;

    /**
     * @param copies by copy number; null where a disk is missing
     */
    MetadataCopies(PoolDisks disks, PoolFault fault, LostDisk labels, List<PoolDisk> copies) {
        this.disks = disks;
        this.fault = fault;
        this.labels = labels;
        this.copies = copies.toArray(PoolDisk[]::new);
        this.lost = new boolean[this.copies.length];
        for (int copy = 0; copy < lost.length; copy++) {
            lost[copy] = this.copies[copy] == null;
        }
    }

    PoolDisks disks() {
        return disks;
    }

    int count() {
        return copies.length;
    }

    /** The disk of a copy, or null when it is not in use. */
    PoolDisk inUse(int copy) {
        return lost[copy] ? null : copies[copy];
    }

    boolean isInUse(PoolDisk disk) {
        for (int copy = 0; copy < copies.length; copy++) {
            if (copies[copy] == disk) {
                return !lost[copy];
            }
        }
        return false;
    }

    /** Whether the disk holds a copy and is the only one that still does. */
    boolean isLast(PoolDisk disk) {
        int left = 0;
        for (boolean gone : lost) {
            left += gone ? 0 : 1;
        }
        return left == 1 && isInUse(disk);
    }

    void failed(PoolDisk disk, int status) {
        // The disks fault one that fails a write. One that does not answer has to be told here.
        disks.fault(
                disk,
                "metadata I/O on %s failed with status 0x%x"
                        .formatted(disk.device().name(), status));
        lose(disk);
    }

    /** A disk has been faulted; whether it holds a copy or not, the other labels have to say so. */
    void lose(PoolDisk disk) {
        if (!disk.exclude()) {
            return;
        }
        if (isLast(disk)) {
            fault.set("no disk is left that holds metadata: " + disk.faultReason());
            return;
        }
        for (int copy = 0; copy < copies.length; copy++) {
            lost[copy] |= copies[copy] == disk;
        }
        exclusions++;
        labels.exclude(disk, this::excluded);
    }

    private void excluded(boolean success) {
        exclusions--;
        if (!success) {
            fault.set("labels that exclude a failed disk could not be written");
        }
        if (exclusions == 0 || !success) {
            CopyIo io = waiting;
            waiting = null;
            while (io != null) {
                CopyIo following = io.nextWaiting;
                io.nextWaiting = null;
                io.done(status());
                io = following;
            }
        }
    }

    void finished(CopyIo io, boolean anySucceeded) {
        if (!anySucceeded) {
            fault.set("metadata could not be written");
        }
        if (exclusions > 0 && !fault.isSet()) {
            io.nextWaiting = waiting;
            waiting = io;
        } else {
            io.done(status());
        }
    }

    private int status() {
        return fault.isSet() ? Status.INTERNAL_ERROR : Status.SUCCESS;
    }
}
