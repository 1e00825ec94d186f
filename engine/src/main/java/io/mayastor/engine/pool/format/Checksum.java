package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over native memory by address.
 *
 * <p>{@link CRC32C} takes only a {@link ByteBuffer}, so views of the address space are made as they
 * are needed and kept: a steady working set allocates nothing. Owned by one thread.
 */
public final class Checksum {
    private static final int REGION_SHIFT = 30;
    private static final int REGION_BYTES = 1 << REGION_SHIFT;
    private static final int MAX_LENGTH = REGION_BYTES / 2;
    private static final int VIEW_BYTES = REGION_BYTES + MAX_LENGTH;
    private static final int VIEWS = 16;

    private final long[] regions = new long[VIEWS];
    private final ByteBuffer[] views = new ByteBuffer[VIEWS];
    private final byte[] zeros = new byte[4];
    private final CRC32C crc = new CRC32C();

    /** CRC32C of {@code length} bytes, at most 512 MiB, from {@code address}. */
    public int of(long address, int length) {
        crc.reset();
        update(address, length);
        return (int) crc.getValue();
    }

    /** The same as if the four bytes at {@code hole} were zero. */
    int withHole(long address, int length, int hole) {
        crc.reset();
        update(address, hole);
        crc.update(zeros, 0, zeros.length);
        update(address + hole + zeros.length, length - hole - zeros.length);
        return (int) crc.getValue();
    }

    private void update(long address, int length) {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("length " + length);
        }
        long region = address >>> REGION_SHIFT;
        int index = (int) region & (VIEWS - 1);
        ByteBuffer view = views[index];
        if (view == null || regions[index] != region) {
            view = Memory.ALL.asSlice(region << REGION_SHIFT, VIEW_BYTES).asByteBuffer();
            views[index] = view;
            regions[index] = region;
        }
        int start = (int) (address & (REGION_BYTES - 1));
        view.limit(start + length).position(start);
        crc.update(view);
    }
}
