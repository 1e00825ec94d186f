package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.PduHeader;
import java.lang.foreign.MemorySegment;

/**
 * What ICReq and ICResp have settled for a connection (Transport 1.0 §3.6.2.2, §3.6.2.3).
 *
 * @param digests {@link PduHeader#FLAG_HEADER_DIGEST} and {@link PduHeader#FLAG_DATA_DIGEST}
 * @param dataAlignment CPDA
 * @param maxH2CDataBytes most data of one H2CData PDU
 */
record TransportParameters(int digests, int dataAlignment, int maxH2CDataBytes) {
    static final TransportParameters NONE = new TransportParameters(0, 0, 0);

    /** Reads an ICResp that has been checked. */
    static TransportParameters of(MemorySegment memory, long base) {
        // The bits of DGST and of the PDU flags are the same.
        assert ICReq.DIGEST_HEADER == PduHeader.FLAG_HEADER_DIGEST;
        assert ICReq.DIGEST_DATA == PduHeader.FLAG_DATA_DIGEST;
        return new TransportParameters(
                ICResp.digests(memory, base),
                ICResp.dataAlignment(memory, base),
                (int) Math.min(ICResp.maxH2CDataBytes(memory, base), Integer.MAX_VALUE & ~3));
    }

    boolean headerDigest() {
        return (digests & PduHeader.FLAG_HEADER_DIGEST) != 0;
    }

    boolean dataDigest() {
        return (digests & PduHeader.FLAG_DATA_DIGEST) != 0;
    }
}
