package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Initialize Connection Request, the first PDU a host sends (Transport 1.0 §3.6.2.2).
 *
 * <pre>
 * field   offset  size  unit
 * CH      0       8     {@link PduHeader}, HLEN = PLEN = 128
 * PFV     8       2     PDU format version, 0
 * HPDA    10      1     alignment of PDO the host asks for: (HPDA + 1) × 4 bytes, HPDA ≤ 31
 * DGST    11      1     bit 0 header digest, bit 1 data digest wanted
 * MAXR2T  12      4     outstanding R2T per command, 0's based
 * -       16      112   reserved
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class ICReq {
    public static final int LENGTH = 128;

    public static final int PFV = 8;
    public static final int HPDA = 10;
    public static final int DGST = 11;
    public static final int MAXR2T = 12;

    /** Bit of DGST: header digests; the same bit as {@link PduHeader#FLAG_HEADER_DIGEST}. */
    public static final int DIGEST_HEADER = 1;

    /** Bit of DGST: data digests; the same bit as {@link PduHeader#FLAG_DATA_DIGEST}. */
    public static final int DIGEST_DATA = 1 << 1;

    /** Largest legal HPDA and CPDA. */
    public static final int MAX_ALIGNMENT = 31;

    private ICReq() {}

    public static int formatVersion(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + PFV);
    }

    /** HPDA: data offsets to the host are multiples of (HPDA + 1) × 4 bytes. */
    public static int dataAlignment(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + HPDA);
    }

    /** {@link #DIGEST_HEADER} and {@link #DIGEST_DATA}, reserved bits removed. */
    public static int digests(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + DGST) & (DIGEST_HEADER | DIGEST_DATA);
    }

    /** How many R2T per command the host takes at once, at least 1. */
    public static long maxR2T(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + MAXR2T) + 1;
    }

    public static void encode(
            MemorySegment memory, long base, int dataAlignment, int digests, long maxR2T) {
        LittleEndian.clear(memory, base, LENGTH);
        PduHeader.encode(memory, base, PduType.IC_REQ, 0, LENGTH, 0, LENGTH);
        LittleEndian.put8(memory, base + HPDA, dataAlignment);
        LittleEndian.put8(memory, base + DGST, digests);
        LittleEndian.put32(memory, base + MAXR2T, maxR2T - 1);
    }
}
