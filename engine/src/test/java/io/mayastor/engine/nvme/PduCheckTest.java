package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PduCheckTest {
    private static final int IN_CAPSULE = 8192;
    private static final int MAX_DATA = 131_072;
    private static final PduCheck TARGET = PduCheck.fromHost(0, 0, IN_CAPSULE, MAX_DATA);
    private static final PduCheck TARGET_DIGESTS = PduCheck.fromHost(3, 0, IN_CAPSULE, MAX_DATA);
    private static final PduCheck HOST = PduCheck.fromController(0, 0, MAX_DATA);

    private static final long TYPE = invalid(0);
    private static final long FLAGS = invalid(1);
    private static final long HLEN = invalid(2);
    private static final long PDO = invalid(3);
    private static final long PLEN = invalid(4);
    private static final long SEQUENCE = PduCheck.verdict(2, 0);
    private static final long RANGE = PduCheck.verdict(4, 0);
    private static final long LIMIT = PduCheck.verdict(5, 0);

    private static long invalid(int field) {
        return PduCheck.verdict(FatalErrorStatus.INVALID_HEADER_FIELD, field);
    }

    private static void expect(
            long verdict, PduCheck check, int type, int flags, int hlen, int pdo, long plen) {
        long seen = check.check(type, flags, hlen, pdo, plen);
        assertEquals(
                verdict,
                seen,
                () ->
                        "fatal error %d information %d"
                                .formatted(PduCheck.status(seen), PduCheck.information(seen)));
        MemorySegment memory = Bytes.empty(8);
        PduHeader.encode(memory, 0, type, flags, hlen, pdo, plen);
        assertEquals(verdict, check.check(memory, 0));
    }

    @Test
    void verdictUnpacksIntoATerminationRequest() {
        long verdict = PduCheck.verdict(FatalErrorStatus.HEADER_DIGEST_ERROR, 0xfedcba98);
        assertEquals(FatalErrorStatus.HEADER_DIGEST_ERROR, PduCheck.status(verdict));
        assertEquals(0xfedcba98, PduCheck.information(verdict));
        assertEquals(PduCheck.OK, PduCheck.verdict(0, 0));
    }

    @Test
    void newConnectionTakesNothingButInitialization() {
        PduCheck target = PduCheck.awaitICReq();
        expect(PduCheck.OK, target, PduType.IC_REQ, 0, 128, 0, 128);
        expect(HLEN, target, PduType.IC_REQ, 0, 127, 0, 128);
        expect(PLEN, target, PduType.IC_REQ, 0, 128, 0, 132);
        expect(SEQUENCE, target, PduType.CAPSULE_CMD, 0, 72, 0, 72);
        expect(SEQUENCE, target, PduType.IC_RESP, 0, 128, 0, 128);
        expect(TYPE, target, 0x16, 3, 1, 0, 128);
        expect(PduCheck.OK, target, PduType.H2C_TERM_REQ, 0, 24, 0, 24);

        PduCheck host = PduCheck.awaitICResp();
        expect(PduCheck.OK, host, PduType.IC_RESP, 0, 128, 0, 128);
        expect(SEQUENCE, host, PduType.CAPSULE_RESP, 0, 24, 0, 24);
        expect(PduCheck.OK, host, PduType.C2H_TERM_REQ, 0, 24, 0, 152);
        expect(SEQUENCE, host, PduType.H2C_TERM_REQ, 0, 24, 0, 24);
    }

    @Test
    void initializationComesOnce() {
        expect(SEQUENCE, TARGET, PduType.IC_REQ, 0, 128, 0, 128);
        expect(SEQUENCE, HOST, PduType.IC_RESP, 0, 128, 0, 128);
    }

    @Test
    void eachSideTakesOnlyWhatTheOtherMaySend() {
        expect(SEQUENCE, TARGET, PduType.CAPSULE_RESP, 0, 24, 0, 24);
        expect(SEQUENCE, TARGET, PduType.C2H_DATA, 4, 24, 24, 536);
        expect(SEQUENCE, TARGET, PduType.R2T, 0, 24, 0, 24);
        expect(SEQUENCE, TARGET, PduType.C2H_TERM_REQ, 0, 24, 0, 24);
        expect(SEQUENCE, HOST, PduType.CAPSULE_CMD, 0, 72, 0, 72);
        expect(SEQUENCE, HOST, PduType.H2C_DATA, 4, 24, 24, 536);
        expect(TYPE, TARGET, 0x08, 0, 24, 0, 24);
        expect(TYPE, HOST, 0xff, 0, 24, 0, 24);
    }

    @Test
    void commandCapsuleWithoutDataIgnoresItsDataOffset() {
        expect(PduCheck.OK, TARGET, PduType.CAPSULE_CMD, 0, 72, 0, 72);
        expect(PduCheck.OK, TARGET, PduType.CAPSULE_CMD, 0, 72, 72, 72);
        expect(PduCheck.OK, TARGET_DIGESTS, PduType.CAPSULE_CMD, 1, 72, 0, 76);
        expect(PduCheck.OK, TARGET_DIGESTS, PduType.CAPSULE_CMD, 3, 72, 0, 76);
        expect(HLEN, TARGET, PduType.CAPSULE_CMD, 0, 71, 0, 72);
        expect(PLEN, TARGET, PduType.CAPSULE_CMD, 0, 72, 72, 71);
        expect(PLEN, TARGET, PduType.CAPSULE_CMD, 0, 72, 76, 0);
    }

    @Test
    void commandCapsuleCarriesDataUpToItsLimit() {
        expect(PduCheck.OK, TARGET, PduType.CAPSULE_CMD, 0, 72, 72, 72 + IN_CAPSULE);
        expect(LIMIT, TARGET, PduType.CAPSULE_CMD, 0, 72, 72, 73 + IN_CAPSULE);
        expect(LIMIT, TARGET, PduType.CAPSULE_CMD, 0, 72, 72, 0xffffffffL);
        expect(PduCheck.OK, TARGET, PduType.CAPSULE_CMD, 0, 72, 128, 128 + IN_CAPSULE);
        expect(PDO, TARGET, PduType.CAPSULE_CMD, 0, 72, 68, 72 + 512);
        expect(PDO, TARGET, PduType.CAPSULE_CMD, 0, 72, 74, 74 + 512);
        expect(PLEN, TARGET, PduType.CAPSULE_CMD, 0, 72, 76, 76);
    }

    @Test
    void digestFlagsMustBeAsNegotiated() {
        expect(FLAGS, TARGET, PduType.CAPSULE_CMD, 1, 72, 0, 76);
        expect(FLAGS, TARGET, PduType.CAPSULE_CMD, 2, 72, 72, 72 + 516);
        expect(FLAGS, TARGET, PduType.CAPSULE_CMD, 2, 72, 0, 72);
        expect(FLAGS, TARGET_DIGESTS, PduType.CAPSULE_CMD, 0, 72, 0, 72);
        expect(FLAGS, TARGET_DIGESTS, PduType.CAPSULE_CMD, 1, 72, 76, 76 + 512);
        expect(PduCheck.OK, TARGET_DIGESTS, PduType.CAPSULE_CMD, 3, 72, 76, 76 + 512 + 4);
        expect(PDO, TARGET_DIGESTS, PduType.CAPSULE_CMD, 3, 72, 72, 72 + 512 + 4);
        expect(PLEN, TARGET_DIGESTS, PduType.CAPSULE_CMD, 3, 72, 76, 76 + 4);
        expect(FLAGS, HOST, PduType.CAPSULE_RESP, 1, 24, 0, 28);
        expect(FLAGS, HOST, PduType.R2T, 1, 24, 0, 28);
    }

    @Test
    void dataKeepsTheAlignmentWeAskedFor() {
        PduCheck aligned = PduCheck.fromController(0, 15, MAX_DATA);
        expect(PduCheck.OK, aligned, PduType.C2H_DATA, 4, 24, 64, 64 + 512);
        expect(PDO, aligned, PduType.C2H_DATA, 4, 24, 24, 24 + 512);
    }

    @Test
    void dataPdusCarryAtLeastOneByteAndAtMostTheLimit() {
        expect(PduCheck.OK, TARGET, PduType.H2C_DATA, 4, 24, 24, 24 + MAX_DATA);
        expect(LIMIT, TARGET, PduType.H2C_DATA, 4, 24, 24, 25 + MAX_DATA);
        expect(PLEN, TARGET, PduType.H2C_DATA, 4, 24, 24, 24);
        expect(HLEN, TARGET, PduType.H2C_DATA, 4, 72, 72, 72 + 512);
        expect(PduCheck.OK, HOST, PduType.C2H_DATA, 0xc, 24, 24, 24 + MAX_DATA);
        expect(LIMIT, HOST, PduType.C2H_DATA, 0xc, 24, 24, 25 + MAX_DATA);
    }

    @Test
    void responsesAndR2THaveExactlyTheirLength() {
        expect(PduCheck.OK, HOST, PduType.CAPSULE_RESP, 0, 24, 0, 24);
        expect(PLEN, HOST, PduType.CAPSULE_RESP, 0, 24, 0, 28);
        expect(HLEN, HOST, PduType.CAPSULE_RESP, 0, 16, 0, 24);
        expect(PduCheck.OK, HOST, PduType.R2T, 0, 24, 0, 24);
        expect(PLEN, HOST, PduType.R2T, 0, 24, 0, 23);
        PduCheck digests = PduCheck.fromController(ICReq.DIGEST_HEADER, 0, MAX_DATA);
        expect(PduCheck.OK, digests, PduType.R2T, 1, 24, 0, 28);
        expect(PduCheck.OK, digests, PduType.CAPSULE_RESP, 1, 24, 0, 28);
    }

    @Test
    void terminationRequestIsBounded() {
        expect(PduCheck.OK, TARGET, PduType.H2C_TERM_REQ, 0, 24, 0, 152);
        expect(PLEN, TARGET, PduType.H2C_TERM_REQ, 0, 24, 0, 153);
        expect(PLEN, TARGET, PduType.H2C_TERM_REQ, 0, 24, 0, 23);
        expect(HLEN, TARGET, PduType.H2C_TERM_REQ, 0, 20, 0, 24);
    }

    @Test
    void dataMustFillTheRangeThatWasAskedForInOrder() {
        MemorySegment memory = Bytes.empty(24);
        H2CData.encodeHeader(memory, 0, false, 0, 0, 1, 2, 4096, 4096);
        assertEquals(PduCheck.OK, PduCheck.checkData(memory, 0, 4096, 8192));
        assertEquals(RANGE, PduCheck.checkData(memory, 0, 0, 8192));
        assertEquals(RANGE, PduCheck.checkData(memory, 0, 4096, 4095));
        assertEquals(FLAGS, PduCheck.checkData(memory, 0, 4096, 4096), "LAST is missing");
        LittleEndian.put32(memory, H2CData.DATAL, 4095);
        assertEquals(invalid(H2CData.DATAL), PduCheck.checkData(memory, 0, 4096, 8192));
        H2CData.encodeHeader(memory, 0, true, 0, 0, 1, 2, 0, 512);
        assertEquals(PduCheck.OK, PduCheck.checkData(memory, 0, 0, 512));
        assertEquals(FLAGS, PduCheck.checkData(memory, 0, 0, 513), "LAST comes too early");
        C2HData.encodeHeader(memory, 0, 0, 0, 0, 1, 0, 512);
        assertEquals(PduCheck.OK, PduCheck.checkData(memory, 0, 0, 512));
    }

    @Test
    void readyToTransferStaysInsideTheCommand() {
        MemorySegment memory = Bytes.empty(24);
        R2T.encode(memory, 0, 0, 1, 1, 4096, 4096);
        assertEquals(PduCheck.OK, PduCheck.checkR2T(memory, 0, 8192));
        assertEquals(RANGE, PduCheck.checkR2T(memory, 0, 8191));
        R2T.encode(memory, 0, 0, 1, 1, 0xffffffffL, 0xffffffffL);
        assertEquals(RANGE, PduCheck.checkR2T(memory, 0, 8192));
        R2T.encode(memory, 0, 0, 1, 1, 0, 0);
        assertEquals(invalid(R2T.R2TL), PduCheck.checkR2T(memory, 0, 8192));
    }

    @Test
    void initializationRequestIsChecked() {
        MemorySegment memory = Bytes.empty(ICReq.LENGTH);
        ICReq.encode(memory, 0, 31, 3, 1);
        assertEquals(PduCheck.OK, PduCheck.checkICReq(memory, 0));
        LittleEndian.put8(memory, ICReq.HPDA, 32);
        assertEquals(invalid(ICReq.HPDA), PduCheck.checkICReq(memory, 0));
        LittleEndian.put16(memory, ICReq.PFV, 1);
        assertEquals(
                PduCheck.verdict(FatalErrorStatus.UNSUPPORTED_PARAMETER, ICReq.PFV),
                PduCheck.checkICReq(memory, 0));
    }

    @Test
    void initializationResponseIsChecked() {
        MemorySegment memory = Bytes.empty(ICResp.LENGTH);
        ICResp.encode(memory, 0, 0, ICReq.DIGEST_HEADER, 4096);
        assertEquals(PduCheck.OK, PduCheck.checkICResp(memory, 0, 3));
        assertEquals(invalid(ICResp.DGST), PduCheck.checkICResp(memory, 0, ICReq.DIGEST_DATA));
        LittleEndian.put32(memory, ICResp.MAXH2CDATA, 4098);
        assertEquals(invalid(ICResp.MAXH2CDATA), PduCheck.checkICResp(memory, 0, 3));
        LittleEndian.put32(memory, ICResp.MAXH2CDATA, 4092);
        assertEquals(invalid(ICResp.MAXH2CDATA), PduCheck.checkICResp(memory, 0, 3));
        LittleEndian.put8(memory, ICResp.CPDA, 32);
        assertEquals(invalid(ICResp.CPDA), PduCheck.checkICResp(memory, 0, 3));
        LittleEndian.put16(memory, ICResp.PFV, 2);
        assertEquals(
                PduCheck.verdict(FatalErrorStatus.UNSUPPORTED_PARAMETER, ICResp.PFV),
                PduCheck.checkICResp(memory, 0, 3));
    }
}
