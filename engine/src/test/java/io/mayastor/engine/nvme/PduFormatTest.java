package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Golden bytes of every NVMe/TCP PDU. */
class PduFormatTest {
    private static final int BOTH = PduHeader.FLAG_HEADER_DIGEST | PduHeader.FLAG_DATA_DIGEST;

    @Test
    void icReqHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(ICReq.LENGTH);
        ICReq.encode(memory, 0, 3, ICReq.DIGEST_HEADER | ICReq.DIGEST_DATA, 16);
        assertBytes(Bytes.image(128, 0, "00 00 80 00 80000000", 8, "0000 03 03 0f000000"), memory);
        assertEquals(0, ICReq.formatVersion(memory, 0));
        assertEquals(3, ICReq.dataAlignment(memory, 0));
        assertEquals(3, ICReq.digests(memory, 0));
        assertEquals(16, ICReq.maxR2T(memory, 0));
    }

    @Test
    void icReqMayAllowFourBillionR2T() {
        assertEquals(1L << 32, ICReq.maxR2T(Bytes.image(128, 12, "ffffffff"), 0));
    }

    @Test
    void icRespHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(ICResp.LENGTH);
        ICResp.encode(memory, 0, 0, ICReq.DIGEST_DATA, 131_072);
        assertBytes(Bytes.image(128, 0, "01 00 80 00 80000000", 8, "0000 00 02 00000200"), memory);
        assertEquals(0, ICResp.formatVersion(memory, 0));
        assertEquals(0, ICResp.dataAlignment(memory, 0));
        assertEquals(ICReq.DIGEST_DATA, ICResp.digests(memory, 0));
        assertEquals(131_072, ICResp.maxH2CDataBytes(memory, 0));
    }

    @Test
    void terminationRequestCarriesTheWrongHeader() {
        MemorySegment wrong = Bytes.of("06 00 19 00 00100000");
        MemorySegment memory = Bytes.dirty(32);
        int length =
                TermReq.encode(
                        memory,
                        0,
                        PduType.C2H_TERM_REQ,
                        FatalErrorStatus.INVALID_HEADER_FIELD,
                        PduHeader.HLEN,
                        wrong,
                        0,
                        8);
        assertEquals(32, length);
        assertBytes(
                "03 00 18 00 20000000 0100 02000000 00000000000000000000 06001900 00100000",
                memory);
        assertEquals(FatalErrorStatus.INVALID_HEADER_FIELD, TermReq.status(memory, 0));
        assertEquals(2, TermReq.information(memory, 0));
    }

    @Test
    void terminationRequestCarriesAtMost128BytesOfTheWrongHeader() {
        MemorySegment memory = Bytes.dirty(TermReq.MAX_LENGTH);
        MemorySegment wrong = Bytes.empty(500);
        int length =
                TermReq.encode(
                        memory,
                        0,
                        PduType.H2C_TERM_REQ,
                        FatalErrorStatus.HEADER_DIGEST_ERROR,
                        0x89abcdef,
                        wrong,
                        0,
                        500);
        assertEquals(152, length);
        assertBytes(Bytes.image(152, 0, "02 00 18 00 98000000 0300 efcdab89"), memory);
    }

    @Test
    void commandCapsuleWithoutDataIsHeaderAndDigest() {
        MemorySegment memory = Bytes.dirty(8);
        assertEquals(72, CapsuleCommand.encodeHeader(memory, 0, 0, 0, 0));
        assertBytes("04 00 48 00 48000000", memory);
        assertEquals(76, CapsuleCommand.encodeHeader(memory, 0, BOTH, 0, 0));
        assertBytes("04 01 48 00 4c000000", memory);
    }

    @Test
    void commandCapsuleWithDataStatesWhereItStarts() {
        MemorySegment memory = Bytes.dirty(8);
        assertEquals(72 + 4096, CapsuleCommand.encodeHeader(memory, 0, 0, 0, 4096));
        assertBytes("04 00 48 48 48100000", memory);
        assertEquals(128 + 512 + 4, CapsuleCommand.encodeHeader(memory, 0, BOTH, 15, 512));
        assertBytes("04 03 48 80 84020000", memory);
        assertEquals(644, PduHeader.pduLength(memory, 0));
        assertEquals(128, PduHeader.dataOffset(memory, 0));
        assertEquals(512, PduCheck.dataLength(memory, 0));
    }

    @Test
    void responseCapsuleIsHeaderAndDigest() {
        MemorySegment memory = Bytes.dirty(8);
        assertEquals(24, CapsuleResponse.encodeHeader(memory, 0, PduHeader.FLAG_DATA_DIGEST));
        assertBytes("05 00 18 00 18000000", memory);
        assertEquals(28, CapsuleResponse.encodeHeader(memory, 0, BOTH));
        assertBytes("05 01 18 00 1c000000", memory);
    }

    @Test
    void dataFromTheHostHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(24);
        assertEquals(
                24 + 4 + 4096 + 4,
                H2CData.encodeHeader(memory, 0, true, BOTH, 0, 0x1234, 0xabcd, 0x11000, 4096));
        assertBytes("06 07 18 1c 20100000 3412 cdab 00100100 00100000 00000000", memory);
        assertEquals(0x1234, H2CData.commandId(memory, 0));
        assertEquals(0xabcd, H2CData.transferTag(memory, 0));
        assertEquals(0x11000, H2CData.offset(memory, 0));
        assertEquals(4096, H2CData.dataLength(memory, 0));
        assertTrue(PduHeader.hasFlag(memory, 0, PduHeader.FLAG_LAST));
    }

    @Test
    void dataFromTheControllerHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(24);
        int flags = PduHeader.FLAG_LAST | PduHeader.FLAG_SUCCESS;
        assertEquals(24 + 512, C2HData.encodeHeader(memory, 0, flags, 0, 0, 0x8001, 0, 512));
        assertBytes("07 0c 18 18 18020000 0180 0000 00000000 00020000 00000000", memory);
        assertEquals(0x8001, C2HData.commandId(memory, 0));
        assertEquals(0, C2HData.offset(memory, 0));
        assertEquals(512, C2HData.dataLength(memory, 0));
    }

    @Test
    void readyToTransferHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(24);
        assertEquals(28, R2T.encode(memory, 0, BOTH, 7, 0x0102, 0x80000000L, 0xfffff000L));
        assertBytes("09 01 18 00 1c000000 0700 0201 00000080 00f0ffff 00000000", memory);
        assertEquals(7, R2T.commandId(memory, 0));
        assertEquals(0x0102, R2T.transferTag(memory, 0));
        assertEquals(0x80000000L, R2T.offset(memory, 0));
        assertEquals(0xfffff000L, R2T.length(memory, 0));
    }

    @Test
    void headerReadsTheSameFromNativeMemoryAtAnOddAddress() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64, 8);
            PduHeader.encode(memory, 3, PduType.C2H_DATA, 0xf, 24, 28, 0xfedcba98L);
            assertBytes("07 0f 18 1c 98badcfe", memory.asSlice(3, 8));
            assertEquals(PduType.C2H_DATA, PduHeader.type(memory, 3));
            assertEquals(0xf, PduHeader.flags(memory, 3));
            assertEquals(24, PduHeader.headerLength(memory, 3));
            assertEquals(28, PduHeader.dataOffset(memory, 3));
            assertEquals(0xfedcba98L, PduHeader.pduLength(memory, 3));
        }
    }

    @Test
    void everyTypeAndFatalErrorHasAName() {
        for (int type : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 9}) {
            assertFalse(PduType.name(type).contains("0x"), PduType.name(type));
        }
        assertEquals("PDU type 0x08", PduType.name(8));
        for (int status = 1; status <= 6; status++) {
            assertFalse(
                    FatalErrorStatus.name(status).contains("0x"), FatalErrorStatus.name(status));
        }
        assertEquals("fatal error status 0x07", FatalErrorStatus.name(7));
    }
}
