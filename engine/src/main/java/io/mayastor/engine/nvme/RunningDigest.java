package io.mayastor.engine.nvme;

import java.util.zip.CRC32C;

/**
 * A digest of bytes that arrive in pieces, possibly in different buffers: the data digest of a PDU
 * that spans receives.
 *
 * <p>Owned by one thread, one per connection and direction; allocates nothing after construction.
 */
public final class RunningDigest {
    private final CRC32C crc = new CRC32C();

    /** Forgets what it has seen; call it before the first byte of a PDU's data. */
    public void reset() {
        crc.reset();
    }

    /** Adds {@code length} bytes from {@code offset} of the view's segment. */
    public void update(DigestView view, long offset, int length) {
        view.update(crc, offset, length);
    }

    /** The digest of everything since {@link #reset()}, to be stored little-endian. */
    public int value() {
        return (int) crc.getValue();
    }
}
