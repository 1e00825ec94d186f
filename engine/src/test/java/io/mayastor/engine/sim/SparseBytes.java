package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Bytes at 64-bit positions, zero where never written. Pages are never changed once stored, so that
 * a copy shares them.
 */
final class SparseBytes {
    private static final int PAGE = 4096;
    private static final byte[] ZEROS = new byte[PAGE];

    private final Map<Long, byte[]> pages;

    SparseBytes() {
        this(new HashMap<>());
    }

    private SparseBytes(Map<Long, byte[]> pages) {
        this.pages = pages;
    }

    SparseBytes copy() {
        return new SparseBytes(new HashMap<>(pages));
    }

    byte[] read(long offset, int length) {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            long position = offset + done;
            int in = (int) (position % PAGE);
            int part = Math.min(PAGE - in, length - done);
            System.arraycopy(pages.getOrDefault(position / PAGE, ZEROS), in, bytes, done, part);
            done += part;
        }
        return bytes;
    }

    void readTo(long offset, long address, int length) {
        for (int done = 0; done < length; ) {
            long position = offset + done;
            int in = (int) (position % PAGE);
            int part = Math.min(PAGE - in, length - done);
            MemorySegment page = MemorySegment.ofArray(pages.getOrDefault(position / PAGE, ZEROS));
            MemorySegment.copy(page, in, Memory.ALL, address + done, part);
            done += part;
        }
    }

    void write(long offset, byte[] bytes, int from, int length) {
        for (int done = 0; done < length; ) {
            long position = offset + done;
            int in = (int) (position % PAGE);
            int part = Math.min(PAGE - in, length - done);
            byte[] page =
                    part == PAGE
                            ? new byte[PAGE]
                            : pages.getOrDefault(position / PAGE, ZEROS).clone();
            System.arraycopy(bytes, from + done, page, in, part);
            pages.put(position / PAGE, page);
            done += part;
        }
    }

    void zero(long offset, long length) {
        for (long done = 0; done < length; ) {
            long position = offset + done;
            int in = (int) (position % PAGE);
            int part = (int) Math.min(PAGE - in, length - done);
            byte[] page = pages.get(position / PAGE);
            if (part == PAGE) {
                pages.remove(position / PAGE);
            } else if (page != null) {
                byte[] changed = page.clone();
                Arrays.fill(changed, in, in + part, (byte) 0);
                pages.put(position / PAGE, changed);
            }
            done += part;
        }
    }
}
