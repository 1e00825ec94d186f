package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Placement of digests, padding and data, the same for every PDU that carries data (Transport 1.0
 * §3.6.1, §3.3.1).
 */
final class DataPdu {
    /** Bytes of a header or data digest. */
    static final int DIGEST_LENGTH = 4;

    private DataPdu() {}

    /**
     * Where data starts: after header and header digest, rounded up to (alignment + 1) × 4 bytes.
     */
    static int dataOffset(int headerLength, int digests, int dataAlignment) {
        int step = (dataAlignment + 1) << 2;
        int end =
                headerLength + ((digests & PduHeader.FLAG_HEADER_DIGEST) != 0 ? DIGEST_LENGTH : 0);
        return (end + step - 1) / step * step;
    }

    static int encodeHeader(
            MemorySegment memory,
            long base,
            int type,
            int flags,
            int headerLength,
            int digests,
            int dataAlignment,
            int dataLength) {
        if (dataLength == 0) {
            int headerDigest = digests & PduHeader.FLAG_HEADER_DIGEST;
            int length = headerLength + headerDigest * DIGEST_LENGTH;
            PduHeader.encode(memory, base, type, flags | headerDigest, headerLength, 0, length);
            return length;
        }
        int offset = dataOffset(headerLength, digests, dataAlignment);
        int length =
                offset
                        + dataLength
                        + ((digests & PduHeader.FLAG_DATA_DIGEST) != 0 ? DIGEST_LENGTH : 0);
        PduHeader.encode(memory, base, type, flags | digests, headerLength, offset, length);
        return length;
    }
}
