package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockIo;

/**
 * A request of the pool on its way through one disk: what the disk gets is its own {@link BlockIo},
 * so that the asker's can be answered while the disk still holds the request. Owner thread: the
 * pool's reactor.
 */
final class DiskIo implements BlockIo.Listener {
    private static final int NO_TICKET = -1;

    final PoolDisks disks;
    final BlockIo toDisk = new BlockIo(this);
    BlockIo asked;
    PoolDisk disk;

    /** Of a layer, not of the pool itself. */
    boolean data;

    long submittedNanos;

    /** By time of submission. */
    DiskIo older;

    DiskIo newer;
    DiskIo nextFree;

    private int ticket = NO_TICKET;
    private long pinned;

    DiskIo(PoolDisks disks) {
        this.disks = disks;
    }

    @Override
    public void completed(BlockIo io) {
        disks.completed(this);
    }

    boolean isAbandoned() {
        return asked == null;
    }

    /** Takes the asker's request away; its buffer and all space stay as they are until the end. */
    BlockIo abandon(int graceTicket, long pinnedAddress) {
        BlockIo answered = asked;
        asked = null;
        ticket = graceTicket;
        pinned = pinnedAddress;
        return answered;
    }

    /** The disk has let go of an abandoned request. */
    void unpin() {
        disks.grace().leave(ticket);
        if (pinned != 0) {
            disks.reactor().arena().unpin(pinned);
        }
        ticket = NO_TICKET;
        pinned = 0;
    }
}
