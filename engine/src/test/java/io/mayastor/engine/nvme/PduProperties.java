package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** What must hold for whatever header a peer sends, checked by the property and the fuzz test. */
record PduProperties(PduCheck check, int digests, int alignment, long dataLimit) {
    static final int MAX_IN_CAPSULE = 8192;

    static PduProperties random(SplittableRandom random) {
        return of(
                random.nextInt(4),
                random.nextInt(4),
                random.nextInt(32),
                4096L << random.nextInt(10));
    }

    static PduProperties of(int phase, int digests, int alignment, long maxData) {
        return switch (phase) {
            case 0 -> new PduProperties(PduCheck.awaitICReq(), 0, 0, 0);
            case 1 -> new PduProperties(PduCheck.awaitICResp(), 0, 0, 0);
            case 2 ->
                    new PduProperties(
                            PduCheck.fromHost(digests, alignment, MAX_IN_CAPSULE, maxData),
                            digests,
                            alignment,
                            maxData);
            default ->
                    new PduProperties(
                            PduCheck.fromController(digests, alignment, maxData),
                            digests,
                            alignment,
                            maxData);
        };
    }

    /** Checks a header, at least 24 bytes of memory; returns whether it was accepted. */
    boolean hold(MemorySegment memory) {
        long verdict = check.check(memory, 0);
        if (verdict != PduCheck.OK) {
            require(
                    PduCheck.status(verdict) >= 1 && PduCheck.status(verdict) <= 6,
                    "status",
                    memory);
            int information = PduCheck.information(verdict);
            require(information >= 0 && information < PduHeader.LENGTH, "information", memory);
            return false;
        }
        long length = PduHeader.pduLength(memory, 0);
        int headerLength = PduHeader.headerLength(memory, 0);
        require(
                length >= headerLength && headerLength >= 24 && headerLength <= 128,
                "lengths",
                memory);
        int type = PduHeader.type(memory, 0);
        switch (type) {
            case PduType.CAPSULE_CMD -> holdData(memory, MAX_IN_CAPSULE);
            case PduType.H2C_DATA, PduType.C2H_DATA -> {
                holdData(memory, dataLimit);
                require(PduCheck.dataLength(memory, 0) > 0, "empty data", memory);
            }
            case PduType.CAPSULE_RESP, PduType.R2T -> require(length <= 28, "length", memory);
            case PduType.IC_REQ, PduType.IC_RESP -> require(length == 128, "length", memory);
            case PduType.H2C_TERM_REQ, PduType.C2H_TERM_REQ ->
                    require(length <= 152, "length", memory);
            default -> throw new AssertionError("accepted " + PduType.name(type));
        }
        return true;
    }

    private void holdData(MemorySegment memory, long limit) {
        long data = PduCheck.dataLength(memory, 0);
        require(data >= 0 && data <= limit, "data length", memory);
        int flags = PduHeader.flags(memory, 0);
        require(((flags ^ digests) & PduHeader.FLAG_HEADER_DIGEST) == 0, "header digest", memory);
        if (data == 0) {
            return;
        }
        require(((flags ^ digests) & PduHeader.FLAG_DATA_DIGEST) == 0, "data digest", memory);
        int offset = PduHeader.dataOffset(memory, 0);
        int headerEnd = PduHeader.headerLength(memory, 0) + 4 * (digests & 1);
        require(offset >= headerEnd && offset % (4 * (alignment + 1)) == 0, "data offset", memory);
        long end = offset + data + 4L * (digests >> 1);
        require(end == PduHeader.pduLength(memory, 0), "end", memory);
        if (PduHeader.type(memory, 0) != PduType.CAPSULE_CMD) {
            holdRange(memory, data);
        }
    }

    /** A data PDU whose range passes carries exactly what its header says. */
    private static void holdRange(MemorySegment memory, long data) {
        if (PduCheck.checkData(memory, 0, 0, data) == PduCheck.OK) {
            require(H2CData.dataLength(memory, 0) == data, "DATAL", memory);
            require(H2CData.offset(memory, 0) == 0, "DATAO", memory);
        }
    }

    private static void require(boolean holds, String what, MemorySegment memory) {
        if (!holds) {
            throw new AssertionError(
                    "%s of %s flags %d HLEN %d PDO %d PLEN %d"
                            .formatted(
                                    what,
                                    PduType.name(PduHeader.type(memory, 0)),
                                    PduHeader.flags(memory, 0),
                                    PduHeader.headerLength(memory, 0),
                                    PduHeader.dataOffset(memory, 0),
                                    PduHeader.pduLength(memory, 0)));
        }
    }
}
