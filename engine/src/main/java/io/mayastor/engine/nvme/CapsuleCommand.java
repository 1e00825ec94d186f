package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Command capsule, CapsuleCmd (Transport 1.0 §3.6.2.6).
 *
 * <pre>
 * field  offset  size  unit
 * CH     0       8     {@link PduHeader}, HLEN = 72, flags HDGSTF and DDGSTF
 * CCSQE  8       64    {@link SubmissionEntry}
 * HDGST  72      0/4   CRC32C of the 72 bytes, when negotiated
 * -      …       …     padding up to PDO
 * CCICD  PDO     …     in-capsule data, then 4 bytes of data digest when negotiated
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class CapsuleCommand {
    public static final int HEADER_LENGTH = 72;

    /** Offset of the submission entry. */
    public static final int SQE = 8;

    private CapsuleCommand() {}

    /**
     * Writes the common header for a capsule; the submission entry at {@link #SQE} is the caller's.
     *
     * @param digests {@link PduHeader#FLAG_HEADER_DIGEST} and {@link PduHeader#FLAG_DATA_DIGEST} as
     *     negotiated
     * @param dataAlignment CPDA of the controller, (CPDA + 1) × 4 bytes
     * @param dataLength bytes of in-capsule data, 0 for none
     * @return PLEN
     */
    public static int encodeHeader(
            MemorySegment memory, long base, int digests, int dataAlignment, int dataLength) {
        return DataPdu.encodeHeader(
                memory,
                base,
                PduType.CAPSULE_CMD,
                0,
                HEADER_LENGTH,
                digests,
                dataAlignment,
                dataLength);
    }
}
