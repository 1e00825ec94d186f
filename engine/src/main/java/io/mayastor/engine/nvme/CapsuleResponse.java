package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Response capsule, CapsuleResp (Transport 1.0 §3.6.2.7).
 *
 * <pre>
 * field  offset  size  unit
 * CH     0       8     {@link PduHeader}, HLEN = 24, flag HDGSTF
 * RCCQE  8       16    {@link CompletionEntry}
 * HDGST  24      0/4   CRC32C of the 24 bytes, when negotiated
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class CapsuleResponse {
    public static final int HEADER_LENGTH = 24;

    /** Offset of the completion entry. */
    public static final int CQE = 8;

    private CapsuleResponse() {}

    /**
     * Writes the common header; the completion entry at {@link #CQE} is the caller's.
     *
     * @param digests as negotiated; only {@link PduHeader#FLAG_HEADER_DIGEST} matters
     * @return PLEN
     */
    public static int encodeHeader(MemorySegment memory, long base, int digests) {
        return DataPdu.encodeHeader(
                memory, base, PduType.CAPSULE_RESP, 0, HEADER_LENGTH, digests, 0, 0);
    }
}
