package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DiskLayout;

/** One page that a checkpoint has to write: what {@link Metadata#nextMarked} hands out. */
public final class PageWrite {
    private int page;
    private int slot;
    private int chunk;

    void set(int page, int slot, int chunk) {
        this.page = page;
        this.slot = slot;
        this.chunk = chunk;
    }

    public int page() {
        return page;
    }

    /** The slot, 0 or 1, that does not hold the page's current version. */
    public int slot() {
        return slot;
    }

    /** The page chunk it lies in, as the root counts chunks. */
    public int chunk() {
        return chunk;
    }

    /** Bytes from the start of that chunk. */
    public int offsetInChunk() {
        return DiskLayout.pageOffset(page % DiskLayout.PAGES_PER_CHUNK, slot);
    }
}
