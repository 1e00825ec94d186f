package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Identifiers that are byte strings, not little-endian numbers: UUID, NGUID, EUI64, host identifier
 * (Base 2.0 §4.5, §4.7). Their first byte is the most significant. All zeros means "none".
 *
 * <p>Any thread.
 */
public final class GlobalIdentifier {
    /** The identifier of nothing. */
    public static final UUID NONE = new UUID(0, 0);

    private static final ValueLayout.OfLong BYTES_IN_ORDER =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private GlobalIdentifier() {}

    public static UUID get128(MemorySegment memory, long offset) {
        return new UUID(
                memory.get(BYTES_IN_ORDER, offset),
                memory.get(BYTES_IN_ORDER, offset + Long.BYTES));
    }

    public static void put128(MemorySegment memory, long offset, UUID value) {
        memory.set(BYTES_IN_ORDER, offset, value.getMostSignificantBits());
        memory.set(BYTES_IN_ORDER, offset + Long.BYTES, value.getLeastSignificantBits());
    }

    public static long get64(MemorySegment memory, long offset) {
        return memory.get(BYTES_IN_ORDER, offset);
    }

    public static void put64(MemorySegment memory, long offset, long value) {
        memory.set(BYTES_IN_ORDER, offset, value);
    }
}
