package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A disk for checkpoints: pages by their place, and what the roots say of them. */
final class PageStore implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Map<String, Long> slots = new HashMap<>();
    private final PageWrite write = new PageWrite();
    private final long buffer = arena.allocate(DiskLayout.PAGE, DiskLayout.PAGE).address();
    private final Checksum checksum = new Checksum();
    private final UUID pool;

    PageStore(UUID pool) {
        this.pool = pool;
    }

    /** Writes one marked page; false when there is none left. */
    boolean writeOne(Metadata metadata) {
        if (!metadata.nextMarked(buffer, write)) {
            return false;
        }
        long address =
                slots.computeIfAbsent(
                        key(write.page(), write.slot()),
                        key -> arena.allocate(DiskLayout.PAGE, DiskLayout.PAGE).address());
        Memory.copy(buffer, address, DiskLayout.PAGE);
        return true;
    }

    /** Feeds the pages that a root with this number and fingerprint names. */
    void load(Metadata metadata, int pages, long number, long fingerprint) {
        long sum = 0;
        for (int page = 0; page < pages; page++) {
            int best = -1;
            long newest = -1;
            boolean unfinished = false;
            for (int slot = 0; slot < DiskLayout.PAGE_SLOTS; slot++) {
                Long address = slots.get(key(page, slot));
                unfinished |= address != null && PageHeader.checkpoint(address) > number;
                if (address != null
                        && PageHeader.checkpoint(address) <= number
                        && PageHeader.checkpoint(address) > newest) {
                    assertNull(PageHeader.problem(checksum, address, pool, page));
                    best = slot;
                    newest = PageHeader.checkpoint(address);
                }
            }
            assertTrue(best >= 0, "page %d in checkpoint %d".formatted(page, number));
            long address = slots.get(key(page, best));
            sum += PageHeader.fingerprint(page, newest, BlockHeader.crc(address));
            metadata.loadPage(page, best, address, unfinished);
        }
        assertEquals(fingerprint, sum);
        assertEquals(fingerprint, metadata.fingerprint());
    }

    private static String key(int page, int slot) {
        return page + "/" + slot;
    }

    @Override
    public void close() {
        arena.close();
    }
}
