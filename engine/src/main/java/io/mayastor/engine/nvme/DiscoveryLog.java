package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Log page Discovery (Base 2.0 §5.16.1.23).
 *
 * <pre>
 * field   offset  size    unit
 * GENCTR  0       8       generation, changes with the contents
 * NUMREC  8       8       entries
 * RECFMT  16      2       record format, 0
 * -       18      1006    reserved
 * ENTRY   1024    × 1024  {@link DiscoveryEntry}
 * </pre>
 *
 * <p>A host reads the header, then the page, then the header again until the generation stands
 * still.
 */
public record DiscoveryLog(long generation, List<DiscoveryEntry> entries) {
    public static final int HEADER_LENGTH = 1024;

    private static final int GENCTR = 0;
    private static final int NUMREC = 8;
    private static final int RECFMT = 16;

    public DiscoveryLog {
        entries = List.copyOf(entries);
    }

    /** GENCTR of a header. */
    public static long generation(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + GENCTR);
    }

    /** NUMREC of a header, from the wire: any value. */
    public static long entryCount(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + NUMREC);
    }

    public static DiscoveryLog decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, HEADER_LENGTH, "discovery log page");
        int format = LittleEndian.u16(memory, base + RECFMT);
        if (format != 0) {
            throw new WireFormatException(
                    "discovery log page has record format %d".formatted(format));
        }
        long count = entryCount(memory, base);
        if (count < 0
                || count > (memory.byteSize() - base - HEADER_LENGTH) / DiscoveryEntry.LENGTH) {
            throw new WireFormatException(
                    "discovery log page of %d bytes announces %s entries"
                            .formatted(memory.byteSize() - base, Long.toUnsignedString(count)));
        }
        List<DiscoveryEntry> entries = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            entries.add(
                    DiscoveryEntry.decode(
                            memory, base + HEADER_LENGTH + i * DiscoveryEntry.LENGTH));
        }
        return new DiscoveryLog(generation(memory, base), entries);
    }

    /** Writes the header alone, for a page that is given out in pieces. */
    public static void encodeHeader(
            MemorySegment memory, long base, long generation, long entryCount) {
        LittleEndian.clear(memory, base, HEADER_LENGTH);
        LittleEndian.put64(memory, base + GENCTR, generation);
        LittleEndian.put64(memory, base + NUMREC, entryCount);
    }

    public void encode(MemorySegment memory, long base) {
        encodeHeader(memory, base, generation, entries.size());
        for (int i = 0; i < entries.size(); i++) {
            entries.get(i).encode(memory, base + HEADER_LENGTH + (long) i * DiscoveryEntry.LENGTH);
        }
    }

    public long byteLength() {
        return HEADER_LENGTH + (long) entries.size() * DiscoveryEntry.LENGTH;
    }
}
