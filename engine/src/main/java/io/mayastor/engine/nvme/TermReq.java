package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Termination request, H2CTermReq and C2HTermReq: the last PDU before a connection is given up
 * (Transport 1.0 §3.6.2.4, §3.6.2.5). Never carries a digest.
 *
 * <pre>
 * field  offset  size   unit
 * CH     0       8      {@link PduHeader}, HLEN = 24, PLEN ≤ 152
 * FES    8       2      {@link FatalErrorStatus}
 * FEI    10      4      what is wrong: a byte offset or the received digest, by FES
 * -      14      10     reserved
 * DATA   24      ≤ 128  header of the PDU that was wrong
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class TermReq {
    public static final int HEADER_LENGTH = 24;
    public static final int MAX_DATA = 128;
    public static final int MAX_LENGTH = HEADER_LENGTH + MAX_DATA;

    public static final int FES = 8;
    public static final int FEI = 10;
    public static final int DATA = 24;

    private TermReq() {}

    /** One of {@link FatalErrorStatus}, or what else the peer sent. */
    public static int status(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + FES);
    }

    public static int information(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + FEI);
    }

    /**
     * Writes the request with a copy of the wrong PDU's header.
     *
     * @param type {@link PduType#H2C_TERM_REQ} or {@link PduType#C2H_TERM_REQ}
     * @param information byte offset or digest, by {@code status}
     * @param wrong memory with the wrong header at {@code wrongBase}
     * @param wrongLength bytes of it, of which at most {@link #MAX_DATA} are sent
     * @return PLEN
     */
    public static int encode(
            MemorySegment memory,
            long base,
            int type,
            int status,
            int information,
            MemorySegment wrong,
            long wrongBase,
            int wrongLength) {
        int dataLength = Math.min(wrongLength, MAX_DATA);
        int length = HEADER_LENGTH + dataLength;
        MemorySegment.copy(wrong, wrongBase, memory, base + DATA, dataLength);
        LittleEndian.clear(memory, base, HEADER_LENGTH);
        PduHeader.encode(memory, base, type, 0, HEADER_LENGTH, 0, length);
        LittleEndian.put16(memory, base + FES, status);
        LittleEndian.put32(memory, base + FEI, information);
        return length;
    }
}
