package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageTableTest {
    private static final int[] CHUNKS = {5, 9};

    private final PageTable table = new PageTable(MetadataFixture.POOL);
    private final Arena arena = Arena.ofShared();
    private final long buffer = arena.allocate(DiskLayout.PAGE, DiskLayout.PAGE).address();
    private final PageWrite write = new PageWrite();

    @AfterEach
    void close() {
        table.close();
        arena.close();
    }

    private void set(int page, int value) {
        table.touch(page);
        Memory.putInt(table.content(page), value);
    }

    private int written() {
        assertTrue(table.nextMarked(buffer, write, CHUNKS));
        assertNull(PageHeader.problem(new Checksum(), buffer, MetadataFixture.POOL, write.page()));
        return Memory.getInt(buffer + PageHeader.CONTENT_AT);
    }

    @Test
    void pageIsWrittenAsItWasWhenItWasMarked() {
        int page = table.allocate(PageHeader.MAP, 1, 0);
        set(page, 11);
        table.mark(1, 1);
        set(page, 12);
        set(page, 13);
        assertEquals(11, written());
        assertFalse(table.nextMarked(buffer, write, CHUNKS));

        table.mark(2, 1);
        assertEquals(13, written());
        table.mark(3, 1);
        assertFalse(table.nextMarked(buffer, write, CHUNKS), "it did not change since");
    }

    @Test
    void everyVersionGoesToTheOtherSlot() {
        int page = table.allocate(PageHeader.MAP, 1, 0);
        for (int number = 1; number < 6; number++) {
            set(page, number);
            table.mark(number, 1);
            written();
            assertEquals((number + 1) % 2, write.slot());
            assertEquals(5, write.chunk());
            assertEquals(number, PageHeader.checkpoint(buffer));
        }
    }

    @Test
    void freePageIsWrittenAsFreeAndItsNumberIsUsedAgain() {
        int page = table.allocate(PageHeader.LAYER, 1, 0);
        table.allocate(PageHeader.MAP, 1, 0);
        table.free(page);
        assertEquals(1, table.pagesInUse());
        table.mark(1, 1);
        assertEquals(page, table.allocate(PageHeader.PARTIAL, 0, 3));
        written();
        assertEquals(page, write.page());
        assertEquals(PageHeader.FREE, PageHeader.type(buffer));
        assertEquals(2, table.markedPages());
    }

    @Test
    void pagesOfTheSecondChunkLieInIt() {
        for (int i = 0; i <= DiskLayout.PAGES_PER_CHUNK; i++) {
            table.allocate(PageHeader.MAP, 1, i);
        }
        table.mark(1, 1);
        for (int i = 0; i < DiskLayout.PAGES_PER_CHUNK; i++) {
            written();
        }
        assertEquals(127 * 8192, write.offsetInChunk());
        written();
        assertEquals(9, write.chunk());
        assertEquals(0, write.offsetInChunk());
    }

    @Test
    void aCheckpointHasToEndBeforeTheNextOne() {
        table.allocate(PageHeader.MAP, 1, 0);
        table.mark(1, 1);
        assertThrows(IllegalStateException.class, () -> table.mark(2, 1));
    }

    @Test
    void manyCopiesAreCrowded() {
        for (int i = 0; i < 4096; i++) {
            table.allocate(PageHeader.MAP, 1, i);
        }
        table.mark(1, 1);
        assertFalse(table.isCrowded());
        for (int i = 0; i < 4096; i++) {
            set(i, i);
        }
        assertTrue(table.isCrowded());
        assertTrue(table.nextMarked(buffer, write, new int[32]));
        assertFalse(table.isCrowded());
    }

    @Test
    void pageWithAnUnfinishedVersionIsWrittenAgain() {
        int page = table.allocate(PageHeader.MAP, 1, 0);
        set(page, 3);
        table.mark(1, 1);
        written();
        PageTable again = new PageTable(MetadataFixture.POOL);
        again.load(page, 0, buffer, true);
        assertEquals(table.fingerprint(), again.fingerprint());
        again.mark(2, 2);
        assertTrue(again.nextMarked(buffer, write, CHUNKS));
        assertEquals(1, write.slot());
        again.close();
    }
}
