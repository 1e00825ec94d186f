package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C over ranges of one large segment, as NVMe/TCP puts it into header and data digests
 * (Transport 1.0 §3.3.1.1): initial value and final complement all ones, reflected, stored
 * little-endian.
 *
 * <p>Wraps the segment once, so that a digest on the I/O path allocates nothing. {@link CRC32C}
 * takes only a {@link ByteBuffer}, which ends at 2 GiB; a longer segment is covered by several
 * views. Owned by one thread: the views' positions move. Make one per reactor and buffer arena or
 * mapped device.
 */
public final class DigestView {
    private static final int VIEW_SHIFT = 30;
    private static final int VIEW_BYTES = 1 << VIEW_SHIFT;

    private final MemorySegment memory;
    private final ByteBuffer[] views;
    private final CRC32C crc = new CRC32C();

    public DigestView(MemorySegment memory) {
        this.memory = memory;
        long size = memory.byteSize();
        views = new ByteBuffer[Math.toIntExact((size + VIEW_BYTES - 1) >>> VIEW_SHIFT)];
        for (int i = 0; i < views.length; i++) {
            long start = (long) i << VIEW_SHIFT;
            views[i] = memory.asSlice(start, Math.min(VIEW_BYTES, size - start)).asByteBuffer();
        }
    }

    /** The digest of {@code length} bytes from {@code offset} of the segment. */
    public int digest(long offset, int length) {
        crc.reset();
        update(crc, offset, length);
        return (int) crc.getValue();
    }

    /** Stores the digest of a range at {@code at} of the same segment. */
    public void store(long offset, int length, long at) {
        LittleEndian.put32(memory, at, digest(offset, length));
    }

    void update(CRC32C running, long offset, int length) {
        long at = offset;
        int left = length;
        while (left > 0) {
            ByteBuffer view = views[(int) (at >>> VIEW_SHIFT)];
            int start = (int) (at & (VIEW_BYTES - 1));
            int part = Math.min(left, VIEW_BYTES - start);
            view.limit(start + part).position(start);
            running.update(view);
            at += part;
            left -= part;
        }
    }
}
