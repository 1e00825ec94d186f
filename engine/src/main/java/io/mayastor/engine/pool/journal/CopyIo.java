package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.Root;

/**
 * One write or flush on every disk that holds metadata: reused as often as its owner likes, once at
 * a time. Owner thread: the pool's reactor.
 */
abstract class CopyIo {
    private final MetadataCopies copies;
    private final BlockIo[] ios;
    private final PoolDisk[] holders;
    private int outstanding;
    private int succeeded;
    private boolean givenUp;
    CopyIo nextWaiting;

    CopyIo(MetadataCopies copies) {
        this.copies = copies;
        this.ios = new BlockIo[Root.MAX_COPIES];
        this.holders = new PoolDisk[Root.MAX_COPIES];
        for (int i = 0; i < ios.length; i++) {
            int index = i;
            ios[i] = new BlockIo(io -> completed(index, io.status));
        }
    }

    /**
     * Told once, when every copy in use has it.
     *
     * @param status 0: done; else the pool is faulted
     */
    protected abstract void done(int status);

    /**
     * Writes a metadata cluster.
     *
     * @param clusters its number on each copy
     */
    final void write(int[] clusters, long offset, long address, int lengthBytes) {
        begin();
        for (int i = 0; i < clusters.length; i++) {
            PoolDisk disk = copies.disks().holder(clusters[i]);
            if (copies.isInUse(disk)) {
                long at = copies.disks().byteOffset(clusters[i]) + offset;
                submit(i, disk, Operation.WRITE, at, address, lengthBytes);
            }
        }
        submitted();
    }

    /** Writes the same place of each disk. */
    final void writeAt(long byteOffset, long address, int lengthBytes) {
        onEach(Operation.WRITE, byteOffset, address, lengthBytes);
    }

    /** Makes durable what was written on each disk. */
    final void flush() {
        onEach(Operation.FLUSH, 0, 0, 0);
    }

    private void onEach(Operation operation, long byteOffset, long address, int lengthBytes) {
        begin();
        for (int i = 0; i < copies.count(); i++) {
            PoolDisk disk = copies.inUse(i);
            if (disk != null) {
                submit(i, disk, operation, byteOffset, address, lengthBytes);
            }
        }
        submitted();
    }

    /** The buffer of the last write may still be read by a disk that was given up. */
    final boolean bufferIsLost() {
        return givenUp;
    }

    private void begin() {
        if (outstanding != 0) {
            throw new IllegalStateException("metadata I/O is under way already");
        }
        outstanding = 1;
        succeeded = 0;
        givenUp = false;
    }

    private void submit(
            int index, PoolDisk disk, Operation operation, long at, long address, int lengthBytes) {
        BlockIo io = ios[index];
        holders[index] = disk;
        io.operation = operation;
        io.address = address;
        io.blocks = lengthBytes / copies.disks().blockBytes();
        io.forceUnitAccess = false;
        outstanding++;
        copies.disks().submitMetadata(io, disk, at);
    }

    private void completed(int index, int status) {
        if (status == Status.SUCCESS) {
            succeeded++;
        } else {
            givenUp |= status == Status.INTERNAL_PATH_ERROR;
            copies.failed(holders[index], status);
        }
        submitted();
    }

    private void submitted() {
        if (--outstanding == 0) {
            copies.finished(this, succeeded > 0);
        }
    }
}
