package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * Data of the feature Host Identifier with EXHID set, 16 bytes (Base 2.0 §5.27.1). Over Fabrics it
 * is always 128 bits, set by Connect and not changeable.
 */
public record HostIdentifier(UUID value) {
    public static final int LENGTH = 16;

    public static HostIdentifier decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "host identifier");
        return new HostIdentifier(GlobalIdentifier.get128(memory, base));
    }

    public void encode(MemorySegment memory, long base) {
        GlobalIdentifier.put128(memory, base, value);
    }
}
