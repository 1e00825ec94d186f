package io.mayastor.engine.pool.journal;

import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.pool.metadata.MetadataSpace;

/**
 * The chunks of the journal and how much of them is in use. Owner thread: the pool's reactor.
 *
 * <p>A position counts the bytes that the journal has ever gone over, the rest of a chunk into
 * which a block did not fit included. What lies between {@link #start} and {@link #position} may
 * still be read by an opening and is never overwritten.
 */
final class JournalRing {
    /** What ordinary records leave free: for blocks without which no checkpoint could make room. */
    static final int RESERVE = 2 * DiskLayout.MAX_JOURNAL_BLOCK;

    static final int MIN_CHUNKS = 2;
    private static final int MAX_CHUNKS = 64;
    private static final int CAPACITY_SHARE = 256;

    private final int[][] clusters;
    private final int[] offsets;

    /** Index of the chunk that holds position 0, were it never left. */
    private final int firstChunk;

    private long start;
    private long position;

    /**
     * @param clusters of each chunk: the number of its metadata cluster on every copy
     * @param offsets of each chunk in its metadata cluster
     * @param chunk that holds the position
     */
    JournalRing(int[][] clusters, int[] offsets, int chunk, long position) {
        this.clusters = clusters;
        this.offsets = offsets;
        long lapped = position / DiskLayout.CHUNK % clusters.length;
        this.firstChunk = Math.floorMod(chunk - lapped, clusters.length);
        this.start = position;
        this.position = position;
    }

    /** Chunks for a pool of this size. */
    static int chunks(long capacityBytes) {
        return (int)
                Math.clamp(
                        capacityBytes / CAPACITY_SHARE / DiskLayout.CHUNK, MIN_CHUNKS, MAX_CHUNKS);
    }

    /** The ring that the metadata space names, with this as its next position. */
    static JournalRing of(MetadataSpace space, int chunk, long position) {
        int chunks = space.journalChunks();
        int[][] clusters = new int[chunks][];
        int[] offsets = new int[chunks];
        for (int i = 0; i < chunks; i++) {
            int number = space.journalChunk(i);
            clusters[i] = new int[space.copies()];
            for (int copy = 0; copy < space.copies(); copy++) {
                clusters[i][copy] = space.cluster(number, copy);
            }
            offsets[i] = Root.chunkOffset(number);
        }
        return new JournalRing(clusters, offsets, chunk, position);
    }

    long position() {
        return position;
    }

    long used() {
        return position - start;
    }

    long capacity() {
        return (long) clusters.length * DiskLayout.CHUNK;
    }

    boolean isHalfUsed() {
        return used() >= capacity() / 2;
    }

    /** Bytes to the end of the chunk in which the position is. */
    int roomInChunk() {
        return DiskLayout.CHUNK - chunkOffset(position);
    }

    /** Whether a block fits without touching what is in use, keeping so much free. */
    boolean fits(int lengthBytes, int keepFree) {
        return skippedFor(lengthBytes) + lengthBytes + keepFree <= capacity() - used();
    }

    private int skippedFor(int lengthBytes) {
        return lengthBytes <= roomInChunk() ? 0 : roomInChunk();
    }

    /** Goes to the next chunk when the block does not fit into this one. */
    void moveTo(int lengthBytes) {
        position += skippedFor(lengthBytes);
    }

    void advance(int lengthBytes) {
        position += lengthBytes;
    }

    /** Everything before this position is in a durable root. */
    void freeUpTo(long upTo) {
        if (upTo < start || upTo > position) {
            throw new IllegalArgumentException(
                    "journal from %d to %d can not be freed up to %d"
                            .formatted(start, position, upTo));
        }
        start = upTo;
    }

    /** Index of the chunk in which a position is. */
    int chunk(long at) {
        return (int) ((firstChunk + at / DiskLayout.CHUNK) % clusters.length);
    }

    static int chunkOffset(long at) {
        return (int) (at % DiskLayout.CHUNK);
    }

    int chunks() {
        return clusters.length;
    }

    /** The numbers of a chunk's metadata cluster, on every copy. */
    int[] clusters(int chunk) {
        return clusters[chunk];
    }

    /** Where a chunk begins in that cluster. */
    long offset(int chunk) {
        return offsets[chunk];
    }

    /** The numbers of the metadata cluster at the position, on every copy. */
    int[] clusters() {
        return clusters[chunk(position)];
    }

    /** Where in that cluster the position is. */
    long clusterOffset() {
        return offsets[chunk(position)] + (long) chunkOffset(position);
    }
}
