package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Data from host to controller, H2CData (Transport 1.0 §3.6.2.8).
 *
 * <pre>
 * field  offset  size  unit
 * CH     0       8     {@link PduHeader}, HLEN = 24, flags HDGSTF, DDGSTF, LAST_PDU
 * CCCID  8       2     command identifier
 * TTAG   10      2     transfer tag of the R2T
 * DATAO  12      4     bytes from the start of the command's data
 * DATAL  16      4     bytes of data in this PDU
 * -      20      4     reserved
 * HDGST  24      0/4   CRC32C of the 24 bytes, when negotiated
 * -      …       …     padding up to PDO
 * DATA   PDO     DATAL then 4 bytes of data digest when negotiated
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class H2CData {
    public static final int HEADER_LENGTH = 24;

    public static final int CCCID = 8;
    public static final int TTAG = 10;
    public static final int DATAO = 12;
    public static final int DATAL = 16;

    private H2CData() {}

    public static int commandId(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + CCCID);
    }

    public static int transferTag(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + TTAG);
    }

    public static long offset(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + DATAO);
    }

    public static long dataLength(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + DATAL);
    }

    /**
     * Writes the header of a PDU whose data of {@code dataLength} bytes (at least 1) starts at the
     * PDO it sets.
     *
     * @param last whether this PDU ends what the R2T asked for
     * @param digests {@link PduHeader#FLAG_HEADER_DIGEST} and {@link PduHeader#FLAG_DATA_DIGEST} as
     *     negotiated
     * @param dataAlignment CPDA of the controller
     * @return PLEN
     */
    public static int encodeHeader(
            MemorySegment memory,
            long base,
            boolean last,
            int digests,
            int dataAlignment,
            int commandId,
            int transferTag,
            long offset,
            int dataLength) {
        LittleEndian.put16(memory, base + CCCID, commandId);
        LittleEndian.put16(memory, base + TTAG, transferTag);
        LittleEndian.put32(memory, base + DATAO, offset);
        LittleEndian.put32(memory, base + DATAL, dataLength);
        LittleEndian.put32(memory, base + 20, 0);
        int flags = last ? PduHeader.FLAG_LAST : 0;
        return DataPdu.encodeHeader(
                memory,
                base,
                PduType.H2C_DATA,
                flags,
                HEADER_LENGTH,
                digests,
                dataAlignment,
                dataLength);
    }
}
