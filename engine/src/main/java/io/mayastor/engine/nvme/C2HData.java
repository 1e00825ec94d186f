package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Data from controller to host, C2HData (Transport 1.0 §3.6.2.9).
 *
 * <pre>
 * field  offset  size  unit
 * CH     0       8     {@link PduHeader}, HLEN = 24, flags HDGSTF, DDGSTF, LAST_PDU, SUCCESS
 * CCCID  8       2     command identifier
 * -      10      2     reserved
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
public final class C2HData {
    public static final int HEADER_LENGTH = 24;

    public static final int CCCID = 8;
    public static final int DATAO = 12;
    public static final int DATAL = 16;

    private C2HData() {}

    public static int commandId(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + CCCID);
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
     * @param flags {@link PduHeader#FLAG_LAST} on the command's last data PDU, there with {@link
     *     PduHeader#FLAG_SUCCESS} when no response capsule follows
     * @param digests {@link PduHeader#FLAG_HEADER_DIGEST} and {@link PduHeader#FLAG_DATA_DIGEST} as
     *     negotiated
     * @param dataAlignment HPDA of the host
     * @return PLEN
     */
    public static int encodeHeader(
            MemorySegment memory,
            long base,
            int flags,
            int digests,
            int dataAlignment,
            int commandId,
            long offset,
            int dataLength) {
        LittleEndian.put32(memory, base + CCCID, commandId & 0xffff);
        LittleEndian.put32(memory, base + DATAO, offset);
        LittleEndian.put32(memory, base + DATAL, dataLength);
        LittleEndian.put32(memory, base + 20, 0);
        return DataPdu.encodeHeader(
                memory,
                base,
                PduType.C2H_DATA,
                flags,
                HEADER_LENGTH,
                digests,
                dataAlignment,
                dataLength);
    }
}
