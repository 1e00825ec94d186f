package io.mayastor.engine.pool.format;

/** Where things are on a disk of a pool, and the sizes that all pools share. All in bytes. */
public final class DiskLayout {
    /** The smallest piece that a map tells apart, and of which every metadata block is made. */
    public static final int UNIT = 4096;

    public static final int UNITS_PER_SLICE = 16;
    public static final int SLICE = UNIT * UNITS_PER_SLICE;

    /** Cluster sizes are multiples of it. */
    public static final int CLUSTER_STEP = 1 << 20;

    public static final int MAX_CLUSTER = 1 << 30;

    /** The highest cluster number that a map entry can hold. */
    public static final int MAX_CLUSTER_NUMBER = Integer.MAX_VALUE - 2;

    public static final long FRONT_LABEL = 0;
    public static final int LABEL_BYTES = 4096;

    public static final int MAX_ROOT = 256 << 10;
    public static final int ROOT_SLOTS = 2;

    public static final long FIRST_CLUSTER = 1 << 20;

    /** Bytes before the end of the labelled size in which no cluster lies. */
    public static final int TAIL = 1 << 20;

    /** Metadata clusters are used in pieces of this size. */
    public static final int CHUNK = 1 << 20;

    public static final int PAGE = 4096;
    public static final int PAGE_SLOTS = 2;
    public static final int PAGES_PER_CHUNK = CHUNK / (PAGE * PAGE_SLOTS);

    public static final int MAX_JOURNAL_BLOCK = 256 << 10;

    private DiskLayout() {}

    public static long rootOffset(int slot) {
        return (1L + slot) * MAX_ROOT;
    }

    public static long endLabel(long labelledBytes) {
        return labelledBytes - LABEL_BYTES;
    }

    /** Offset of a page's slot in its page chunk. */
    public static int pageOffset(int pageInChunk, int slot) {
        return (pageInChunk * PAGE_SLOTS + slot) * PAGE;
    }
}
