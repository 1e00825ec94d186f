package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.pool.format.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads the pages of a checkpoint in large pieces and takes for each the newest valid version that
 * is not newer than the root.
 *
 * <p>One copy is enough after an orderly end. After a crash all are read: an unfinished checkpoint
 * may have left versions that are newer than the root, and the next checkpoint has to overwrite
 * them, for it will use their number again. All are read, too, when one copy turns out not to be
 * whole.
 */
final class PagePhase implements LoadPhase {
    private static final int CHUNKS_AT_A_TIME = 8;

    private final Root root;
    private final MetadataReads chunks;
    private final LoadMemory memory;
    private final Checksum checksum;
    private final Supplier<Metadata> empty;
    private final List<String> notes;
    private final List<DiskRead> reads = new ArrayList<>();
    private Metadata metadata;
    private boolean allCopies;
    private int nextPage;
    private int firstPageRead;

    private long newest;
    private long newestAddress;
    private int newestSlot;

    PagePhase(
            Root root,
            MetadataReads chunks,
            LoadMemory memory,
            Checksum checksum,
            Supplier<Metadata> empty,
            List<String> notes) {
        this.root = root;
        this.chunks = chunks;
        this.memory = memory;
        this.checksum = checksum;
        this.empty = empty;
        this.notes = notes;
        allCopies = !root.closed() || chunks.copies() == 1;
    }

    Metadata metadata() {
        return metadata;
    }

    @Override
    public List<DiskRead> next() {
        if (metadata == null) {
            metadata = empty.get();
        } else {
            boolean whole = takeRead();
            boolean complete = nextPage == root.pages();
            if (whole && complete && metadata.fingerprint() != root.fingerprint()) {
                whole = false;
                if (allCopies) {
                    throw corrupt(
                            "pages have fingerprint %x, root %d names %x"
                                    .formatted(
                                            metadata.fingerprint(),
                                            root.number(),
                                            root.fingerprint()));
                }
            }
            if (!whole) {
                startAgain();
            } else if (complete) {
                derive();
                return List.of();
            }
        }
        if (root.pages() == 0) {
            derive();
            return List.of();
        }
        return readMore();
    }

    private void startAgain() {
        notes.add("disk %d: metadata is not whole, using all copies".formatted(chunks.disk(0)));
        metadata.close();
        metadata = empty.get();
        allCopies = true;
        nextPage = 0;
    }

    private void derive() {
        List<String> problems = new ArrayList<>();
        metadata.load(root, problems);
        metadata.derive(problems);
        if (!problems.isEmpty()) {
            throw new LoadException(LoadException.Kind.CORRUPT, problems);
        }
    }

    private int copies() {
        return allCopies ? chunks.copies() : 1;
    }

    private List<DiskRead> readMore() {
        memory.reset();
        reads.clear();
        firstPageRead = nextPage;
        for (int i = 0; i < CHUNKS_AT_A_TIME && nextPage < root.pages(); i++) {
            int pages = Math.min(DiskLayout.PAGES_PER_CHUNK, root.pages() - nextPage);
            int chunk = root.pageChunks()[nextPage / DiskLayout.PAGES_PER_CHUNK];
            for (int copy = 0; copy < copies(); copy++) {
                reads.add(chunks.read(copy, chunk, DiskLayout.pageOffset(pages, 0)));
            }
            nextPage += pages;
        }
        return reads;
    }

    /** Whether every page of what was read has a version. */
    private boolean takeRead() {
        for (int page = firstPageRead; page < nextPage; page++) {
            if (!take(page)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(int page) {
        newest = -1;
        boolean same = true;
        boolean ahead = false;
        String problem = null;
        for (int copy = 0; copy < copies(); copy++) {
            long before = newest;
            long onCopy = -1;
            for (int slot = 0; slot < DiskLayout.PAGE_SLOTS; slot++) {
                long address = address(page, copy, slot);
                String found = PageHeader.problem(checksum, address, root.pool(), page);
                if (found != null) {
                    problem = found;
                } else if (PageHeader.checkpoint(address) > root.number()) {
                    ahead = true;
                } else {
                    onCopy = Math.max(onCopy, PageHeader.checkpoint(address));
                    offer(address, slot);
                }
            }
            same &= copy == 0 || onCopy == before;
        }
        if (newest < 0) {
            if (allCopies) {
                throw corrupt("page %d has no valid version: %s".formatted(page, problem));
            }
            return false;
        }
        metadata.loadPage(page, newestSlot, newestAddress, ahead || !same);
        return true;
    }

    private void offer(long address, int slot) {
        if (PageHeader.checkpoint(address) > newest) {
            newest = PageHeader.checkpoint(address);
            newestAddress = address;
            newestSlot = slot;
        }
    }

    private long address(int page, int copy, int slot) {
        int chunk = (page - firstPageRead) / DiskLayout.PAGES_PER_CHUNK;
        return reads.get(chunk * copies() + copy).address()
                + DiskLayout.pageOffset(page % DiskLayout.PAGES_PER_CHUNK, slot);
    }

    private LoadException corrupt(String message) {
        return new LoadException(LoadException.Kind.CORRUPT, message);
    }
}
