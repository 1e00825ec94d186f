package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.C2HData;
import io.mayastor.engine.nvme.CapsuleResponse;
import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.R2T;
import io.mayastor.engine.nvme.TermReq;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A PDU that the target has sent, as it came. */
record WirePdu(byte[] bytes) {
    private MemorySegment memory() {
        return MemorySegment.ofArray(bytes);
    }

    int type() {
        return PduHeader.type(memory(), 0);
    }

    boolean hasFlag(int flag) {
        return PduHeader.hasFlag(memory(), 0, flag);
    }

    int dataOffset() {
        return PduHeader.dataOffset(memory(), 0);
    }

    int commandId() {
        return switch (type()) {
            case PduType.CAPSULE_RESP -> CompletionEntry.commandId(memory(), CapsuleResponse.CQE);
            case PduType.C2H_DATA -> C2HData.commandId(memory(), 0);
            default -> R2T.commandId(memory(), 0);
        };
    }

    int transferTag() {
        return R2T.transferTag(memory(), 0);
    }

    long requestedLength() {
        return R2T.length(memory(), 0);
    }

    int status() {
        return CompletionEntry.status(memory(), CapsuleResponse.CQE);
    }

    long result() {
        return CompletionEntry.result(memory(), CapsuleResponse.CQE);
    }

    int sqHead() {
        return CompletionEntry.sqHead(memory(), CapsuleResponse.CQE);
    }

    byte[] data() {
        int length = (int) C2HData.dataLength(memory(), 0);
        return Arrays.copyOfRange(bytes, dataOffset(), dataOffset() + length);
    }

    int fatalStatus() {
        return TermReq.status(memory(), 0);
    }

    int fatalInformation() {
        return TermReq.information(memory(), 0);
    }

    /** Header of our PDU that the termination request quotes. */
    byte[] quoted() {
        return Arrays.copyOfRange(bytes, TermReq.DATA, bytes.length);
    }

    /** The digests are those negotiated, present and right. */
    void check(int digests) {
        boolean hasData = type() == PduType.C2H_DATA;
        int expected = hasData ? digests : digests & PduHeader.FLAG_HEADER_DIGEST;
        assertEquals(
                expected, PduHeader.flags(memory(), 0) & WireHost.DIGESTS_BOTH, "digest flags");
        int header = PduHeader.headerLength(memory(), 0);
        if ((expected & PduHeader.FLAG_HEADER_DIGEST) != 0) {
            assertEquals(
                    WireHost.crc(memory(), 0, header),
                    LittleEndian.int32(memory(), header),
                    "header digest");
        }
        if ((expected & PduHeader.FLAG_DATA_DIGEST) != 0) {
            int end = bytes.length - 4;
            assertEquals(
                    WireHost.crc(memory(), dataOffset(), end - dataOffset()),
                    LittleEndian.int32(memory(), end),
                    "data digest");
        }
    }

    @Override
    public String toString() {
        return type() == PduType.C2H_TERM_REQ
                ? "C2HTermReq: %s, information %d"
                        .formatted(FatalErrorStatus.name(fatalStatus()), fatalInformation())
                : PduType.name(type()) + " of " + bytes.length + " bytes";
    }
}
