package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The pages in which the layers' records lie: a length of four bytes, then the encoded layer. */
final class LayerPages {
    private final PageTable table;

    LayerPages(PageTable table) {
        this.table = table;
    }

    /** Pages that the record takes. */
    static int pages(LayerRecord record) {
        return pages(record.encoded().length);
    }

    private static int pages(int encodedBytes) {
        return (Integer.BYTES + encodedBytes + PageHeader.CONTENT_BYTES - 1)
                / PageHeader.CONTENT_BYTES;
    }

    /** Writes down the layer's record; a part that stays the same is not touched. */
    void write(Layer layer) {
        byte[] encoded = layer.record.encoded();
        int count = pages(encoded.length);
        int[] old = layer.recordPages;
        for (int i = count; i < old.length; i++) {
            table.free(old[i]);
        }
        int[] pages = Arrays.copyOf(old, count);
        for (int i = old.length; i < count; i++) {
            pages[i] = table.allocate(PageHeader.LAYER, layer.id(), i);
        }
        layer.recordPages = pages;
        byte[] content = new byte[count * PageHeader.CONTENT_BYTES];
        MemorySegment bytes = MemorySegment.ofArray(content);
        bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 0, encoded.length);
        System.arraycopy(encoded, 0, content, Integer.BYTES, encoded.length);
        for (int i = 0; i < count; i++) {
            MemorySegment part = part(bytes, i);
            MemorySegment page = page(pages[i]);
            if (part.mismatch(page) >= 0) {
                table.touch(pages[i]);
                page.copyFrom(part);
            }
        }
    }

    void free(Layer layer) {
        for (int page : layer.recordPages) {
            table.free(page);
        }
        layer.recordPages = new int[0];
    }

    /** The record of a layer whose pages were loaded. */
    LayerRecord read(int id, int[] pages) {
        long start = table.content(pages[0]);
        int alone = Memory.getInt(start);
        if (pages.length == 1 && alone >= 0 && pages(alone) == 1) {
            return LayerRecord.decode(id, start + Integer.BYTES, alone);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes =
                    arena.allocate((long) pages.length * PageHeader.CONTENT_BYTES, Long.BYTES);
            for (int i = 0; i < pages.length; i++) {
                part(bytes, i).copyFrom(page(pages[i]));
            }
            int length = bytes.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
            if (length < 0 || pages(length) != pages.length) {
                throw new FormatException(
                        "layer %d: %d bytes in %d pages".formatted(id, length, pages.length));
            }
            return LayerRecord.decode(id, bytes.address() + Integer.BYTES, length);
        }
    }

    private static MemorySegment part(MemorySegment bytes, int index) {
        return bytes.asSlice((long) index * PageHeader.CONTENT_BYTES, PageHeader.CONTENT_BYTES);
    }

    private MemorySegment page(int page) {
        return Memory.ALL.asSlice(table.content(page), PageHeader.CONTENT_BYTES);
    }
}
