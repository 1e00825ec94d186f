package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Data of the feature Host Behavior Support, 512 bytes (Base 2.0 §5.27.1.18).
 *
 * <pre>
 * field   offset  size  unit
 * ACRE    0       1     1 = the host honours command retry delays
 * ETDAS   1       1     1 = extended telemetry data area
 * LBAFEE  2       1     1 = extended LBA formats
 * -       3       509   reserved
 * </pre>
 *
 * <p>Values other than 0 and 1 are refused: they are reserved.
 */
public record HostBehavior(
        boolean retryDelays, boolean extendedTelemetry, boolean extendedLbaFormats) {
    public static final int LENGTH = 512;

    public static HostBehavior decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "host behavior support");
        return new HostBehavior(flag(memory, base), flag(memory, base + 1), flag(memory, base + 2));
    }

    private static boolean flag(MemorySegment memory, long at) {
        int value = LittleEndian.u8(memory, at);
        if (value > 1) {
            throw new WireFormatException(
                    "host behavior support holds the reserved value %d".formatted(value));
        }
        return value == 1;
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put8(memory, base, retryDelays ? 1 : 0);
        LittleEndian.put8(memory, base + 1, extendedTelemetry ? 1 : 0);
        LittleEndian.put8(memory, base + 2, extendedLbaFormats ? 1 : 0);
    }
}
