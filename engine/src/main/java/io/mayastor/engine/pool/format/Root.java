package io.mayastor.engine.pool.format;

import static io.mayastor.engine.pool.format.FormatException.require;

import io.mayastor.engine.ring.Memory;
import java.util.BitSet;
import java.util.UUID;

/**
 * The root of the pool's state, 4 KiB to 256 KiB, in one of two slots of every metadata disk. The
 * block header's sequence is the root number (that of its checkpoint), its identity the slot; then
 *
 * <pre>
 *  64     8  last record that the pages contain
 *  72     8  fingerprint of all pages, see {@link PageHeader#fingerprint}
 *  80     4  pages ever used
 *  84     4  next layer id
 *  88     4  journal: chunk (index into the list below) at which reading starts
 *  92     4  journal: byte offset in that chunk
 *  96     4  journal: CRC of the block before the first one to read
 * 100     4  flags: 1 closed in order
 * 104     4  metadata clusters n
 * 108     4  page chunks p
 * 112     4  journal chunks j
 * 116     4  copies c
 * 120     8  journal position of the reading start, see {@link JournalBlock}
 * 128   4·3  disk index of each copy
 * 140     4  reserved
 * 144 4·c·n  metadata clusters: for each its number on every copy
 *   …   4·p  page chunks: metadata cluster index · 1024 + MiB in it
 *   …   4·j  journal chunks: the same
 * </pre>
 *
 * The arrays belong to the record; nobody changes them.
 *
 * @param metadataClusters by metadata cluster index, then by copy
 */
@SuppressWarnings("ArrayRecordComponent") // Up to 64 Ki numbers that are made once and only read.
public record Root(
        UUID pool,
        long number,
        int slot,
        long epoch,
        long lastRecord,
        long fingerprint,
        int pages,
        int nextLayerId,
        int journalChunk,
        int journalOffset,
        int previousCrc,
        boolean closed,
        long journalPosition,
        int[] copyDisks,
        int[][] metadataClusters,
        int[] pageChunks,
        int[] journalChunks) {

    public static final int MAX_COPIES = 3;

    /** MiB of a metadata cluster are counted in a chunk's number in so many bits. */
    private static final int CHUNK_BITS = 10;

    private static final int LAST_RECORD_AT = 64;
    private static final int FINGERPRINT_AT = 72;
    private static final int PAGES_AT = 80;
    private static final int NEXT_LAYER_AT = 84;
    private static final int JOURNAL_CHUNK_AT = 88;
    private static final int JOURNAL_OFFSET_AT = 92;
    private static final int PREVIOUS_CRC_AT = 96;
    private static final int FLAGS_AT = 100;
    private static final int CLUSTER_COUNT_AT = 104;
    private static final int PAGE_CHUNK_COUNT_AT = 108;
    private static final int JOURNAL_CHUNK_COUNT_AT = 112;
    private static final int COPIES_AT = 116;
    private static final int JOURNAL_POSITION_AT = 120;
    private static final int COPY_DISKS_AT = 128;
    private static final int LISTS_AT = 144;
    private static final int CLOSED = 1;

    /** The number of a chunk in the lists. */
    public static int chunk(int metadataCluster, int mebibyte) {
        return metadataCluster << CHUNK_BITS | mebibyte;
    }

    public static int chunkCluster(int chunk) {
        return chunk >>> CHUNK_BITS;
    }

    /** Where in its metadata cluster a chunk begins, in bytes. */
    public static int chunkOffset(int chunk) {
        return (chunk & (1 << CHUNK_BITS) - 1) * DiskLayout.CHUNK;
    }

    /** Bytes of a root with these lists, whether it fits into a slot or not. */
    public static long bytes(int clusters, int copies, int pageChunks, int journalChunks) {
        long used = LISTS_AT + 4L * ((long) clusters * copies + pageChunks + journalChunks);
        return (used + DiskLayout.UNIT - 1) / DiskLayout.UNIT * DiskLayout.UNIT;
    }

    public int copies() {
        return copyDisks.length;
    }

    public int bytes() {
        return Math.toIntExact(
                bytes(metadataClusters.length, copies(), pageChunks.length, journalChunks.length));
    }

    /** Writes the root; the memory has room for {@link #bytes()}. */
    public void encode(Checksum checksum, long address, int clusterBytes) {
        require(bytes() <= DiskLayout.MAX_ROOT, "root: bytes", bytes());
        check(clusterBytes);
        Memory.zero(address, bytes());
        Memory.putLong(address + LAST_RECORD_AT, lastRecord);
        Memory.putLong(address + FINGERPRINT_AT, fingerprint);
        Memory.putInt(address + PAGES_AT, pages);
        Memory.putInt(address + NEXT_LAYER_AT, nextLayerId);
        Memory.putInt(address + JOURNAL_CHUNK_AT, journalChunk);
        Memory.putInt(address + JOURNAL_OFFSET_AT, journalOffset);
        Memory.putInt(address + PREVIOUS_CRC_AT, previousCrc);
        Memory.putInt(address + FLAGS_AT, closed ? CLOSED : 0);
        Memory.putInt(address + CLUSTER_COUNT_AT, metadataClusters.length);
        Memory.putInt(address + PAGE_CHUNK_COUNT_AT, pageChunks.length);
        Memory.putInt(address + JOURNAL_CHUNK_COUNT_AT, journalChunks.length);
        Memory.putInt(address + COPIES_AT, copies());
        Memory.putLong(address + JOURNAL_POSITION_AT, journalPosition);
        putInts(address + COPY_DISKS_AT, copyDisks);
        long at = address + LISTS_AT;
        for (int[] cluster : metadataClusters) {
            at = putInts(at, cluster);
        }
        at = putInts(at, pageChunks);
        putInts(at, journalChunks);
        BlockHeader.seal(checksum, address, bytes(), BlockHeader.ROOT, pool, number, slot, epoch);
    }

    /**
     * The root in a slot that was read.
     *
     * @param available bytes that were read, at least 4 KiB
     */
    public static Root decode(
            Checksum checksum, long address, int available, UUID pool, int slot, int clusterBytes) {
        String problem = BlockHeader.problem(checksum, address, available, BlockHeader.ROOT, pool);
        require(problem == null, "root: " + problem);
        require(BlockHeader.identity(address) == slot, "root: slot", BlockHeader.identity(address));
        int length = BlockHeader.length(address);
        int clusters = count(address + CLUSTER_COUNT_AT, "metadata clusters");
        int pageChunks = count(address + PAGE_CHUNK_COUNT_AT, "page chunks");
        int journalChunks = count(address + JOURNAL_CHUNK_COUNT_AT, "journal chunks");
        int copies = Memory.getInt(address + COPIES_AT);
        require(copies >= 1 && copies <= MAX_COPIES, "root: copies", copies);
        require(
                bytes(clusters, copies, pageChunks, journalChunks) == length,
                "root: lists do not fill its length",
                length);
        int flags = Memory.getInt(address + FLAGS_AT);
        require((flags & ~CLOSED) == 0, "root: flags", flags);
        long at = address + LISTS_AT;
        int[][] metadataClusters = new int[clusters][];
        for (int i = 0; i < clusters; i++) {
            metadataClusters[i] = getInts(at, copies);
            at += 4L * copies;
        }
        Root root =
                new Root(
                        pool,
                        BlockHeader.sequence(address),
                        slot,
                        BlockHeader.epoch(address),
                        Memory.getLong(address + LAST_RECORD_AT),
                        Memory.getLong(address + FINGERPRINT_AT),
                        Memory.getInt(address + PAGES_AT),
                        Memory.getInt(address + NEXT_LAYER_AT),
                        Memory.getInt(address + JOURNAL_CHUNK_AT),
                        Memory.getInt(address + JOURNAL_OFFSET_AT),
                        Memory.getInt(address + PREVIOUS_CRC_AT),
                        (flags & CLOSED) != 0,
                        Memory.getLong(address + JOURNAL_POSITION_AT),
                        getInts(address + COPY_DISKS_AT, copies),
                        metadataClusters,
                        getInts(at, pageChunks),
                        getInts(at + 4L * pageChunks, journalChunks));
        root.check(clusterBytes);
        return root;
    }

    private void check(int clusterBytes) {
        require(number > 0, "root: number", number);
        require(slot >= 0 && slot < DiskLayout.ROOT_SLOTS, "root: slot", slot);
        require(epoch > 0, "root: epoch", epoch);
        require(lastRecord >= 0, "root: last record", lastRecord);
        require(
                pages >= 0 && pages <= (long) pageChunks.length * DiskLayout.PAGES_PER_CHUNK,
                "root: pages",
                pages);
        require(nextLayerId > 0, "root: next layer id", nextLayerId);
        require(
                journalChunk >= 0 && journalChunk < journalChunks.length,
                "root: journal chunk",
                journalChunk);
        require(
                journalOffset >= 0
                        && journalOffset <= DiskLayout.CHUNK
                        && journalOffset % DiskLayout.UNIT == 0,
                "root: journal offset",
                journalOffset);
        require(journalPosition >= 0, "root: journal position", journalPosition);
        require(
                copyDisks.length >= 1 && copyDisks.length <= MAX_COPIES,
                "root: copies",
                copyDisks.length);
        BitSet disks = new BitSet();
        for (int disk : copyDisks) {
            require(disk >= 0 && disk < Label.MAX_DISKS && !disks.get(disk), "root: disk", disk);
            disks.set(disk);
        }
        for (int[] cluster : metadataClusters) {
            require(cluster.length == copies(), "root: copies of a cluster", cluster.length);
            for (int number : cluster) {
                require(
                        number >= 0 && number <= DiskLayout.MAX_CLUSTER_NUMBER,
                        "root: metadata cluster",
                        number);
            }
        }
        BitSet chunks = new BitSet();
        checkChunks(pageChunks, chunks, clusterBytes);
        checkChunks(journalChunks, chunks, clusterBytes);
    }

    private void checkChunks(int[] list, BitSet taken, int clusterBytes) {
        for (int chunk : list) {
            require(
                    chunk >= 0
                            && chunkCluster(chunk) < metadataClusters.length
                            && chunkOffset(chunk) < clusterBytes
                            && !taken.get(chunk),
                    "root: chunk",
                    chunk);
            taken.set(chunk);
        }
    }

    private static int count(long address, String what) {
        int count = Memory.getInt(address);
        require(count >= 0 && count <= DiskLayout.MAX_ROOT / 4, "root: " + what, count);
        return count;
    }

    private static long putInts(long address, int[] values) {
        for (int i = 0; i < values.length; i++) {
            Memory.putInt(address + 4L * i, values[i]);
        }
        return address + 4L * values.length;
    }

    private static int[] getInts(long address, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = Memory.getInt(address + 4L * i);
        }
        return values;
    }
}
