package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.ring.Memory;

/** A read that a {@link PoolLoader} wants. All numbers are multiples of 4 KiB. */
public final class DiskRead {
    private final int disk;
    private final long offset;
    private final long address;
    private final int length;
    private boolean failed;

    DiskRead(int disk, long offset, long address, int length) {
        this.disk = disk;
        this.offset = offset;
        this.address = address;
        this.length = length;
    }

    /** Index among the disks that the loader was given. */
    public int disk() {
        return disk;
    }

    /** Byte offset on that disk. */
    public long offset() {
        return offset;
    }

    /** Where the bytes go. */
    public long address() {
        return address;
    }

    /** In bytes. */
    public int length() {
        return length;
    }

    /** The read failed: of metadata, another copy may help. */
    public void fail() {
        failed = true;
        Memory.zero(address, length);
    }

    boolean hasFailed() {
        return failed;
    }
}
