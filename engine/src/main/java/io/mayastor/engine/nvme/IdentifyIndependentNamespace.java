package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Identify CNS 08h: what holds for a namespace of any command set, 4096 bytes (Base 2.0 §5.17.2.8).
 *
 * <pre>
 * field     offset  size  unit
 * NSFEAT    0       1     bit 3 UIDREUSE identifiers are not reused, bit 4 rotational, bit 5 no volatile cache
 * NMIC      1       1     bit 0 several controllers may attach
 * RESCAP    2       1     reservations, as in {@link IdentifyNamespace}
 * FPI       3       1     format progress
 * ANAGRPID  4       4     ANA group
 * NSATTR    8       1     bit 0 write protected
 * -         9       1     reserved
 * NVMSETID  10      2     NVM set
 * ENDGID    12      2     endurance group
 * NSTAT     14      1     bit 0 ready
 * </pre>
 */
public record IdentifyIndependentNamespace(
        int features,
        int sharing,
        int reservationCapabilities,
        int formatProgress,
        int anaGroup,
        int attributes,
        int nvmSet,
        int enduranceGroup,
        int status) {
    public static final int LENGTH = 4096;

    /** Bit of NSFEAT: the identifiers of a deleted namespace are never used again. */
    public static final int FEATURE_IDENTIFIERS_NOT_REUSED = 1 << 3;

    /** Bit of NSTAT. */
    public static final int STATUS_READY = 1;

    public static IdentifyIndependentNamespace decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "Identify independent namespace");
        return new IdentifyIndependentNamespace(
                LittleEndian.u8(memory, base),
                LittleEndian.u8(memory, base + 1),
                LittleEndian.u8(memory, base + 2),
                LittleEndian.u8(memory, base + 3),
                LittleEndian.int32(memory, base + 4),
                LittleEndian.u8(memory, base + 8),
                LittleEndian.u16(memory, base + 10),
                LittleEndian.u16(memory, base + 12),
                LittleEndian.u8(memory, base + 14));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put8(memory, base, features);
        LittleEndian.put8(memory, base + 1, sharing);
        LittleEndian.put8(memory, base + 2, reservationCapabilities);
        LittleEndian.put8(memory, base + 3, formatProgress);
        LittleEndian.put32(memory, base + 4, anaGroup);
        LittleEndian.put8(memory, base + 8, attributes);
        LittleEndian.put16(memory, base + 10, nvmSet);
        LittleEndian.put16(memory, base + 12, enduranceGroup);
        LittleEndian.put8(memory, base + 14, status);
    }
}
