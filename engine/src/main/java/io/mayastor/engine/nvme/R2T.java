package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Ready to Transfer: the controller asks for a run of a command's data (Transport 1.0 §3.6.2.10).
 *
 * <pre>
 * field  offset  size  unit
 * CH     0       8     {@link PduHeader}, HLEN = 24, flag HDGSTF
 * CCCID  8       2     command identifier
 * TTAG   10      2     transfer tag the host returns in H2CData
 * R2TO   12      4     bytes from the start of the command's data
 * R2TL   16      4     bytes asked for
 * -      20      4     reserved
 * HDGST  24      0/4   CRC32C of the 24 bytes, when negotiated
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class R2T {
    public static final int HEADER_LENGTH = 24;

    public static final int CCCID = 8;
    public static final int TTAG = 10;
    public static final int R2TO = 12;
    public static final int R2TL = 16;

    private R2T() {}

    public static int commandId(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + CCCID);
    }

    public static int transferTag(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + TTAG);
    }

    public static long offset(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + R2TO);
    }

    public static long length(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + R2TL);
    }

    /**
     * Writes the whole PDU but its digest.
     *
     * @param digests as negotiated; only {@link PduHeader#FLAG_HEADER_DIGEST} matters
     * @return PLEN
     */
    public static int encode(
            MemorySegment memory,
            long base,
            int digests,
            int commandId,
            int transferTag,
            long offset,
            long length) {
        LittleEndian.put16(memory, base + CCCID, commandId);
        LittleEndian.put16(memory, base + TTAG, transferTag);
        LittleEndian.put32(memory, base + R2TO, offset);
        LittleEndian.put32(memory, base + R2TL, length);
        LittleEndian.put32(memory, base + 20, 0);
        return DataPdu.encodeHeader(memory, base, PduType.R2T, 0, HEADER_LENGTH, digests, 0, 0);
    }
}
