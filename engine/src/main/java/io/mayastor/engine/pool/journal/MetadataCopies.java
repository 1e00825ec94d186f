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

        /** The end of an exclusion. */
        @FunctionalInterface
        interface Done {
            void excluded(boolean success);
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

    /** A disk has been faulted; it may hold a copy. */
    void diskFaulted(PoolDisk disk) {
        for (int copy = 0; copy < copies.length; copy++) {
            if (copies[copy] == disk) {
                lose(copy);
            }
        }
    }

    void failed(int copy, int status) {
        // The disks fault one that fails a write. One that does not answer has to be told here.
        disks.fault(
                copies[copy],
                "metadata I/O on %s failed with status 0x%x"
                        .formatted(copies[copy].device().name(), status));
        lose(copy);
    }

    private void lose(int copy) {
        if (lost[copy]) {
            return;
        }
        lost[copy] = true;
        boolean left = false;
        for (boolean gone : lost) {
            left |= !gone;
        }
        if (!left) {
            fault.set("no disk is left that holds metadata: " + copies[copy].faultReason());
            return;
        }
        exclusions++;
        labels.exclude(copies[copy], this::excluded);
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
