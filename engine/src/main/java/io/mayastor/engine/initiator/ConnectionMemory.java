package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.DatasetManagement;
import io.mayastor.engine.nvme.TermReq;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import java.lang.foreign.MemorySegment;

/**
 * Native memory of one connection: touched, and so resident, only as far as the connection is used.
 * Owner thread: the reactor's.
 *
 * <pre>
 *  message header | termination request | header of a PDU that spans receives | DSM ranges, one per slot | iovec array | PDU headers of one message
 * </pre>
 */
final class ConnectionMemory {
    /** PDUs of one message at most. */
    static final int MAX_PDUS = 128;

    /** A PDU header, its digest and padding (PDO ≤ 128 as CPDA ≤ 31), and a data digest. */
    static final int PDU_SPACE = 136;

    /** Header, data, data digest. */
    static final int VECTORS_PER_PDU = 3;

    /** A header ends at PDO (one byte) at the latest; a termination request is shorter. */
    static final int STASH_BYTES = 256;

    private static final int TERMINATION_OFFSET = 64;
    private static final int STASH_OFFSET = 256;
    private static final int RANGES_OFFSET = STASH_OFFSET + STASH_BYTES;

    private final Kernel kernel;
    private final MemorySegment segment;
    private final long base;
    private final long vectors;
    private final long headers;

    ConnectionMemory(Kernel kernel, int slots) {
        assert TERMINATION_OFFSET + TermReq.MAX_LENGTH <= STASH_OFFSET;
        this.kernel = kernel;
        long vectorsOffset = RANGES_OFFSET + (long) slots * DatasetManagement.RANGE_LENGTH;
        long headersOffset =
                vectorsOffset + (long) MAX_PDUS * VECTORS_PER_PDU * MessageHeader.IOVEC_SIZE;
        long length = headersOffset + (long) MAX_PDUS * PDU_SPACE;
        segment = kernel.map((length + Memory.PAGE - 1) / Memory.PAGE * Memory.PAGE, false);
        base = segment.address();
        vectors = base + vectorsOffset;
        headers = base + headersOffset;
    }

    long messageHeader() {
        return base;
    }

    long termination() {
        return base + TERMINATION_OFFSET;
    }

    long stash() {
        return base + STASH_OFFSET;
    }

    long range(int slot) {
        return base + RANGES_OFFSET + (long) slot * DatasetManagement.RANGE_LENGTH;
    }

    long vectors() {
        return vectors;
    }

    long headers() {
        return headers;
    }

    void free() {
        kernel.unmap(segment);
    }
}
