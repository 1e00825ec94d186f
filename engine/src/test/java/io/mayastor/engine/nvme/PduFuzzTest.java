package io.mayastor.engine.nvme;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/**
 * Fuzzes the checks of received PDU headers and of initialization PDUs in every phase of a
 * connection.
 */
class PduFuzzTest {
    @FuzzTest
    void headersAreSafeOrRefused(byte[] input) {
        if (input.length < 2) {
            return;
        }
        MemorySegment pdu = Bytes.empty(TermReq.MAX_LENGTH);
        int length = Math.min(input.length - 2, TermReq.MAX_LENGTH);
        MemorySegment.copy(MemorySegment.ofArray(input), 2, pdu, 0, length);
        PduProperties.of(
                        input[0] & 3, input[0] >> 2 & 3, input[0] >> 4 & 7, 4096L << (input[1] & 7))
                .hold(pdu);
        PduCheck.checkICReq(pdu, 0);
        PduCheck.checkICResp(pdu, 0, input[1] >> 3 & 3);
        PduCheck.checkR2T(pdu, 0, 4096);
    }
}
