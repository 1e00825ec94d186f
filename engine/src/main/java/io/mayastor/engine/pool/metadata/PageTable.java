package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.UUID;

/**
 * The pages of a pool: 4 KiB of native memory each, in the form they have on disk, numbered from 0.
 * A page's address never changes.
 *
 * <p>Whoever changes a page calls {@link #touch} first. A checkpoint marks all dirty pages at once
 * and then fetches them one by one, as they were at that moment: the first change of a marked page
 * copies it. A page that is not used any more becomes free, is written as such, and its number is
 * given out again.
 */
final class PageTable {
    private static final int FRAMES_PER_BLOCK = 16;
    private static final int COMFORTABLE_COPIES = 4096;

    private final Arena arena = Arena.ofShared();
    private final Checksum checksum = new Checksum();
    private final UUID pool;
    private final CopyBuffers copies = new CopyBuffers(arena, COMFORTABLE_COPIES);
    private final IntStack free = new IntStack();
    private long[] blocks = new long[0];
    private int blockCount;
    private int pages;

    private long[] dirty = new long[0];
    private long[] marked = new long[0];
    private long[] currentSlot = new long[0];
    private long[] written = new long[0];
    private long[] contributions = new long[0];
    private int[] copyOf = new int[0];
    private int dirtyPages;
    private int markedLeft;
    private int markedPages;
    private int cursor;
    private long checkpoint;
    private long epoch;
    private long fingerprint;

    PageTable(UUID pool) {
        this.pool = pool;
    }

    /** A page that belongs to the caller from now on: dirty, its content zero. */
    int allocate(int type, int owner, int index) {
        int page = free.isEmpty() ? append() : free.pop();
        touch(page);
        long address = address(page);
        PageHeader.begin(address, type, owner, index);
        Memory.zero(address + PageHeader.CONTENT_AT, PageHeader.CONTENT_BYTES);
        return page;
    }

    void free(int page) {
        touch(page);
        long address = address(page);
        PageHeader.begin(address, PageHeader.FREE, 0, 0);
        Memory.zero(address + PageHeader.CONTENT_AT, PageHeader.CONTENT_BYTES);
        free.push(page);
    }

    /** Where the page is, now and later. */
    long address(int page) {
        return blocks[page / FRAMES_PER_BLOCK] + (long) (page % FRAMES_PER_BLOCK) * DiskLayout.PAGE;
    }

    /** Where the page's content is. */
    long content(int page) {
        return address(page) + PageHeader.CONTENT_AT;
    }

    /** The page is about to change. */
    void touch(int page) {
        int word = page >>> 6;
        long bit = 1L << page;
        if ((marked[word] & bit) != 0 && copyOf[page] == 0) {
            int copy = copies.take();
            copyOf[page] = copy;
            Memory.copy(address(page), copies.address(copy), DiskLayout.PAGE);
        }
        if ((dirty[word] & bit) == 0) {
            dirty[word] |= bit;
            dirtyPages++;
        }
    }

    /**
     * Takes over a page as a checkpoint left it; its header was checked.
     *
     * @param unfinished whether the other slot holds a version of a checkpoint that has no root: it
     *     must be overwritten before a root has a number so high
     */
    void load(int page, int slot, long source, boolean unfinished) {
        while (pages <= page) {
            append();
        }
        long address = address(page);
        Memory.copy(source, address, DiskLayout.PAGE);
        int word = page >>> 6;
        long bit = 1L << page;
        currentSlot[word] = slot == 0 ? currentSlot[word] & ~bit : currentSlot[word] | bit;
        written[word] |= bit;
        contribute(page, BlockHeader.sequence(address), BlockHeader.crc(address));
        if (PageHeader.type(address) == PageHeader.FREE) {
            free.push(page);
        }
        if (unfinished) {
            touch(page);
        }
    }

    /** All pages that are dirty now, and only they, are part of this checkpoint. */
    void mark(long number, long openEpoch) {
        if (markedLeft != 0) {
            throw new IllegalStateException(
                    "checkpoint " + checkpoint + " has " + markedLeft + " pages left");
        }
        long[] clean = marked;
        marked = dirty;
        dirty = clean;
        markedLeft = dirtyPages;
        dirtyPages = 0;
        markedPages = pages;
        cursor = 0;
        checkpoint = number;
        epoch = openEpoch;
    }

    /** Puts the next marked page, sealed, at an address; it is not marked any more. False: none. */
    boolean nextMarked(long destination, PageWrite out, int[] chunks) {
        if (markedLeft == 0) {
            return false;
        }
        while (marked[cursor] == 0) {
            cursor++;
        }
        int page = (cursor << 6) + Long.numberOfTrailingZeros(marked[cursor]);
        int word = cursor;
        long bit = 1L << page;
        int copy = copyOf[page];
        Memory.copy(copy == 0 ? address(page) : copies.address(copy), destination, DiskLayout.PAGE);
        if (copy != 0) {
            copies.release(copy);
            copyOf[page] = 0;
        }
        marked[word] &= ~bit;
        markedLeft--;
        int crc = PageHeader.seal(checksum, destination, pool, checkpoint, page, epoch);
        contribute(page, checkpoint, crc);
        if ((written[word] & bit) != 0) {
            currentSlot[word] ^= bit;
        }
        written[word] |= bit;
        int slot = (currentSlot[word] & bit) == 0 ? 0 : 1;
        out.set(page, slot, chunks[page / DiskLayout.PAGES_PER_CHUNK]);
        return true;
    }

    private void contribute(int page, long number, int crc) {
        long contribution = PageHeader.fingerprint(page, number, crc);
        fingerprint += contribution - contributions[page];
        contributions[page] = contribution;
    }

    /** Of all pages as the disks have them once the marked ones are written. */
    long fingerprint() {
        return fingerprint;
    }

    /** Pages ever used. */
    int pages() {
        return pages;
    }

    /** Pages ever used when the last checkpoint was marked. */
    int markedPages() {
        return markedPages;
    }

    int markedLeft() {
        return markedLeft;
    }

    int dirtyPages() {
        return dirtyPages;
    }

    /** Pages that hold something. */
    int pagesInUse() {
        return pages - free.size();
    }

    boolean isCrowded() {
        return copies.isCrowded();
    }

    long memoryBytes() {
        return (long) blockCount * FRAMES_PER_BLOCK * DiskLayout.PAGE
                + 8L * blocks.length
                + copies.memoryBytes()
                + free.memoryBytes()
                + 12L * contributions.length
                + 32L * dirty.length;
    }

    void close() {
        arena.close();
    }

    private int append() {
        if (pages == blockCount * FRAMES_PER_BLOCK) {
            if (blockCount == blocks.length) {
                blocks = Arrays.copyOf(blocks, Math.max(8, blockCount + (blockCount >> 2)));
            }
            blocks[blockCount++] =
                    arena.allocate((long) FRAMES_PER_BLOCK * DiskLayout.PAGE, DiskLayout.PAGE)
                            .address();
        }
        if (pages == contributions.length) {
            int room = Math.max(64, pages + (pages >> 2)) + 63 & ~63;
            contributions = Arrays.copyOf(contributions, room);
            copyOf = Arrays.copyOf(copyOf, room);
            dirty = Arrays.copyOf(dirty, room >> 6);
            marked = Arrays.copyOf(marked, room >> 6);
            currentSlot = Arrays.copyOf(currentSlot, room >> 6);
            written = Arrays.copyOf(written, room >> 6);
        }
        return pages++;
    }
}
