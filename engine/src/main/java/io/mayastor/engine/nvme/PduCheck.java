package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Decides whether a received PDU header may stand, for one side of one connection (Transport 1.0
 * §3.5 error handling and §3.6). Immutable, any thread, allocates nothing while checking.
 *
 * <p>Each check returns {@link #OK} or a verdict that packs what a {@link TermReq} says: the fatal
 * error status and its information (the byte offset of the wrong field, where the status has one).
 * Reserved bits and fields are not looked at.
 *
 * <p>{@link #check} needs only the common header, so that nothing is awaited or stored on the word
 * of a wrong PLEN; {@link #checkData} needs the whole header of a data PDU. Which PDU may follow
 * which, beyond the initialization, is the connection's matter.
 */
public final class PduCheck {
    public static final long OK = 0;

    private static final long OUT_OF_SEQUENCE = verdict(FatalErrorStatus.SEQUENCE_ERROR, 0);
    private static final long OVER_LIMIT = verdict(FatalErrorStatus.LIMIT_EXCEEDED, 0);
    private static final long OUT_OF_RANGE = verdict(FatalErrorStatus.DATA_OUT_OF_RANGE, 0);

    private enum Phase {
        AWAIT_IC_REQ,
        AWAIT_IC_RESP,
        FROM_HOST,
        FROM_CONTROLLER
    }

    private final Phase phase;
    private final int digests;
    private final int dataAlignment;
    private final long capsuleLimit;
    private final long dataLimit;

    private PduCheck(
            Phase phase, int digests, int dataAlignment, long capsuleLimit, long dataLimit) {
        this.phase = phase;
        this.digests = digests;
        this.dataAlignment = dataAlignment;
        this.capsuleLimit = capsuleLimit;
        this.dataLimit = dataLimit;
    }

    /** A controller that has not received ICReq. */
    public static PduCheck awaitICReq() {
        return new PduCheck(Phase.AWAIT_IC_REQ, 0, 0, 0, 0);
    }

    /** A host that has not received ICResp. */
    public static PduCheck awaitICResp() {
        return new PduCheck(Phase.AWAIT_IC_RESP, 0, 0, 0, 0);
    }

    /**
     * A controller after initialization.
     *
     * @param digests negotiated, bits as in {@link ICReq#digests}
     * @param dataAlignment CPDA of our ICResp
     * @param inCapsuleBytes most data in a command capsule
     * @param maxH2CDataBytes MAXH2CDATA of our ICResp
     */
    public static PduCheck fromHost(
            int digests, int dataAlignment, long inCapsuleBytes, long maxH2CDataBytes) {
        return new PduCheck(
                Phase.FROM_HOST, digests, dataAlignment, inCapsuleBytes, maxH2CDataBytes);
    }

    /**
     * A host after initialization.
     *
     * @param digests negotiated, bits as in {@link ICReq#digests}
     * @param dataAlignment HPDA of our ICReq
     * @param maxC2HDataBytes longest transfer this host ever asks for
     */
    public static PduCheck fromController(int digests, int dataAlignment, long maxC2HDataBytes) {
        return new PduCheck(Phase.FROM_CONTROLLER, digests, dataAlignment, 0, maxC2HDataBytes);
    }

    /** Fatal error status of a verdict. */
    public static int status(long verdict) {
        return (int) (verdict >>> 32);
    }

    /** Fatal error information of a verdict. */
    public static int information(long verdict) {
        return (int) verdict;
    }

    /** Packs a verdict. */
    public static long verdict(int status, int information) {
        return (long) status << 32 | Integer.toUnsignedLong(information);
    }

    private static long invalid(int field) {
        return verdict(FatalErrorStatus.INVALID_HEADER_FIELD, field);
    }

    /** Checks the 8 bytes of the common header at {@code base}. */
    public long check(MemorySegment memory, long base) {
        return check(
                PduHeader.type(memory, base),
                PduHeader.flags(memory, base),
                PduHeader.headerLength(memory, base),
                PduHeader.dataOffset(memory, base),
                PduHeader.pduLength(memory, base));
    }

    /** Checks the fields of a common header. */
    public long check(int type, int flags, int headerLength, int dataOffset, long pduLength) {
        return switch (phase) {
            case AWAIT_IC_REQ -> initialization(PduType.IC_REQ, type, headerLength, pduLength);
            case AWAIT_IC_RESP -> initialization(PduType.IC_RESP, type, headerLength, pduLength);
            case FROM_HOST ->
                    switch (type) {
                        case PduType.CAPSULE_CMD ->
                                withData(
                                        flags,
                                        CapsuleCommand.HEADER_LENGTH,
                                        headerLength,
                                        dataOffset,
                                        pduLength,
                                        capsuleLimit);
                        case PduType.H2C_DATA ->
                                withData(
                                        flags,
                                        H2CData.HEADER_LENGTH,
                                        headerLength,
                                        dataOffset,
                                        pduLength,
                                        dataLimit);
                        case PduType.H2C_TERM_REQ -> termination(headerLength, pduLength);
                        default -> unexpected(type);
                    };
            case FROM_CONTROLLER ->
                    switch (type) {
                        case PduType.CAPSULE_RESP ->
                                withoutData(
                                        flags,
                                        CapsuleResponse.HEADER_LENGTH,
                                        headerLength,
                                        pduLength);
                        case PduType.C2H_DATA ->
                                withData(
                                        flags,
                                        C2HData.HEADER_LENGTH,
                                        headerLength,
                                        dataOffset,
                                        pduLength,
                                        dataLimit);
                        case PduType.R2T ->
                                withoutData(flags, R2T.HEADER_LENGTH, headerLength, pduLength);
                        case PduType.C2H_TERM_REQ -> termination(headerLength, pduLength);
                        default -> unexpected(type);
                    };
        };
    }

    private long initialization(int wanted, int type, int headerLength, long pduLength) {
        if (type != wanted) {
            int terminating =
                    wanted == PduType.IC_REQ ? PduType.H2C_TERM_REQ : PduType.C2H_TERM_REQ;
            return type == terminating ? termination(headerLength, pduLength) : unexpected(type);
        }
        if (headerLength != ICReq.LENGTH) {
            return invalid(PduHeader.HLEN);
        }
        return pduLength == ICReq.LENGTH ? OK : invalid(PduHeader.PLEN);
    }

    private static long termination(int headerLength, long pduLength) {
        if (headerLength != TermReq.HEADER_LENGTH) {
            return invalid(PduHeader.HLEN);
        }
        boolean fits = pduLength >= TermReq.HEADER_LENGTH && pduLength <= TermReq.MAX_LENGTH;
        return fits ? OK : invalid(PduHeader.PLEN);
    }

    /** A type that exists comes at the wrong time; one that does not is a wrong field. */
    private static long unexpected(int type) {
        boolean known = type <= PduType.C2H_DATA || type == PduType.R2T;
        return known ? OUT_OF_SEQUENCE : invalid(PduHeader.TYPE);
    }

    private long withoutData(int flags, int wantedLength, int headerLength, long pduLength) {
        if (((flags ^ digests) & PduHeader.FLAG_HEADER_DIGEST) != 0) {
            return invalid(PduHeader.FLAGS);
        }
        if (headerLength != wantedLength) {
            return invalid(PduHeader.HLEN);
        }
        return pduLength == headerEnd(headerLength) ? OK : invalid(PduHeader.PLEN);
    }

    private long withData(
            int flags,
            int wantedLength,
            int headerLength,
            int dataOffset,
            long pduLength,
            long limit) {
        if (((flags ^ digests) & PduHeader.FLAG_HEADER_DIGEST) != 0) {
            return invalid(PduHeader.FLAGS);
        }
        if (headerLength != wantedLength) {
            return invalid(PduHeader.HLEN);
        }
        int headerEnd = headerEnd(headerLength);
        if (pduLength == headerEnd && wantedLength == CapsuleCommand.HEADER_LENGTH) {
            return (flags & ~digests & PduHeader.FLAG_DATA_DIGEST) == 0
                    ? OK
                    : invalid(PduHeader.FLAGS);
        }
        if (((flags ^ digests) & PduHeader.FLAG_DATA_DIGEST) != 0) {
            return invalid(PduHeader.FLAGS);
        }
        if (dataOffset < headerEnd || dataOffset % ((dataAlignment + 1) << 2) != 0) {
            return invalid(PduHeader.PDO);
        }
        long dataLength = dataLength(flags, dataOffset, pduLength);
        if (dataLength <= 0) {
            return invalid(PduHeader.PLEN);
        }
        return dataLength <= limit ? OK : OVER_LIMIT;
    }

    private int headerEnd(int headerLength) {
        return headerLength + (digests & PduHeader.FLAG_HEADER_DIGEST) * DataPdu.DIGEST_LENGTH;
    }

    /**
     * Data bytes of a PDU that passed {@link #check}: PLEN without header, padding and data digest.
     */
    public static long dataLength(MemorySegment memory, long base) {
        long pduLength = PduHeader.pduLength(memory, base);
        int flags = PduHeader.flags(memory, base);
        int headerLength = PduHeader.headerLength(memory, base);
        if (pduLength
                == headerLength
                        + (long) (flags & PduHeader.FLAG_HEADER_DIGEST) * DataPdu.DIGEST_LENGTH) {
            return 0;
        }
        return dataLength(flags, PduHeader.dataOffset(memory, base), pduLength);
    }

    private static long dataLength(int flags, int dataOffset, long pduLength) {
        return pduLength
                - dataOffset
                - ((flags & PduHeader.FLAG_DATA_DIGEST) != 0 ? DataPdu.DIGEST_LENGTH : 0);
    }

    /**
     * Checks the range fields of an H2CData or C2HData that passed {@link #check}. Data comes in
     * order, so the range that may follow is known.
     *
     * @param expectedOffset offset the next byte must have
     * @param expectedBytes bytes still to come, by the R2T (H2CData) or the command (C2HData)
     */
    public static long checkData(
            MemorySegment memory, long base, long expectedOffset, long expectedBytes) {
        long dataLength = H2CData.dataLength(memory, base);
        if (dataLength != dataLength(memory, base)) {
            return invalid(H2CData.DATAL);
        }
        if (H2CData.offset(memory, base) != expectedOffset || dataLength > expectedBytes) {
            return OUT_OF_RANGE;
        }
        boolean last = PduHeader.hasFlag(memory, base, PduHeader.FLAG_LAST);
        if (PduHeader.type(memory, base) == PduType.H2C_DATA
                && last != (dataLength == expectedBytes)) {
            return invalid(PduHeader.FLAGS);
        }
        return OK;
    }

    /**
     * Checks the range of an R2T that passed {@link #check}.
     *
     * @param commandBytes bytes the command may send in data PDUs
     */
    public static long checkR2T(MemorySegment memory, long base, long commandBytes) {
        if (R2T.length(memory, base) == 0) {
            return invalid(R2T.R2TL);
        }
        boolean inside = R2T.offset(memory, base) + R2T.length(memory, base) <= commandBytes;
        return inside ? OK : OUT_OF_RANGE;
    }

    /** Checks the fields of an ICReq that passed {@link #check}. */
    public static long checkICReq(MemorySegment memory, long base) {
        if (ICReq.formatVersion(memory, base) != 0) {
            return verdict(FatalErrorStatus.UNSUPPORTED_PARAMETER, ICReq.PFV);
        }
        return ICReq.dataAlignment(memory, base) <= ICReq.MAX_ALIGNMENT ? OK : invalid(ICReq.HPDA);
    }

    /**
     * Checks the fields of an ICResp that passed {@link #check}.
     *
     * @param asked digests of our ICReq; a controller may leave one out, never add one
     */
    public static long checkICResp(MemorySegment memory, long base, int asked) {
        if (ICResp.formatVersion(memory, base) != 0) {
            return verdict(FatalErrorStatus.UNSUPPORTED_PARAMETER, ICResp.PFV);
        }
        if (ICResp.dataAlignment(memory, base) > ICReq.MAX_ALIGNMENT) {
            return invalid(ICResp.CPDA);
        }
        if ((ICResp.digests(memory, base) & ~asked) != 0) {
            return invalid(ICResp.DGST);
        }
        long maxData = ICResp.maxH2CDataBytes(memory, base);
        boolean sound = maxData >= ICResp.LEAST_MAXH2CDATA && maxData % 4 == 0;
        return sound ? OK : invalid(ICResp.MAXH2CDATA);
    }
}
