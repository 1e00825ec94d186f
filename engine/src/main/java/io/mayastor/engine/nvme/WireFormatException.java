package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * A structure received from a peer is too short or contradicts itself. Decoders throw nothing else.
 */
public final class WireFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WireFormatException(String message) {
        super(message);
    }

    /** Refuses a structure that does not lie whole in {@code memory}. */
    static void requireBytes(MemorySegment memory, long base, long length, String structure) {
        long available = memory.byteSize() - base;
        if (base < 0 || length < 0 || available < length) {
            throw new WireFormatException(
                    "%s needs %d bytes, %d were received"
                            .formatted(structure, length, Math.max(available, 0)));
        }
    }
}
