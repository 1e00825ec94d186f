package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Initialize Connection Response, the first PDU a controller sends (Transport 1.0 §3.6.2.3).
 *
 * <pre>
 * field       offset  size  unit
 * CH          0       8     {@link PduHeader}, HLEN = PLEN = 128
 * PFV         8       2     PDU format version, 0
 * CPDA        10      1     alignment of PDO the controller asks for: (CPDA + 1) × 4 bytes, CPDA ≤ 31
 * DGST        11      1     bit 0 header digest, bit 1 data digest in use
 * MAXH2CDATA  12      4     most data bytes of one H2CData, ≥ 4096, multiple of 4
 * -           16      112   reserved
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class ICResp {
    public static final int LENGTH = 128;

    public static final int PFV = 8;
    public static final int CPDA = 10;
    public static final int DGST = 11;
    public static final int MAXH2CDATA = 12;

    /** Least legal MAXH2CDATA, bytes. */
    public static final int LEAST_MAXH2CDATA = 4096;

    private ICResp() {}

    public static int formatVersion(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + PFV);
    }

    /** CPDA: data offsets to the controller are multiples of (CPDA + 1) × 4 bytes. */
    public static int dataAlignment(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + CPDA);
    }

    /** {@link ICReq#DIGEST_HEADER} and {@link ICReq#DIGEST_DATA}, reserved bits removed. */
    public static int digests(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + DGST) & (ICReq.DIGEST_HEADER | ICReq.DIGEST_DATA);
    }

    public static long maxH2CDataBytes(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + MAXH2CDATA);
    }

    public static void encode(
            MemorySegment memory, long base, int dataAlignment, int digests, long maxH2CDataBytes) {
        LittleEndian.clear(memory, base, LENGTH);
        PduHeader.encode(memory, base, PduType.IC_RESP, 0, LENGTH, 0, LENGTH);
        LittleEndian.put8(memory, base + CPDA, dataAlignment);
        LittleEndian.put8(memory, base + DGST, digests);
        LittleEndian.put32(memory, base + MAXH2CDATA, maxH2CDataBytes);
    }
}
