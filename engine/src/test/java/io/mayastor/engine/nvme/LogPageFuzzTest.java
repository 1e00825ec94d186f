package io.mayastor.engine.nvme;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/** Fuzzes the decoders of log pages, as received and padded to full length. */
class LogPageFuzzTest {
    @FuzzTest
    void decodersTakeOrRefuse(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Decoders.Decoder<?> decoder =
                Decoders.LOGS.get(Byte.toUnsignedInt(input[0]) % Decoders.LOGS.size());
        MemorySegment received = MemorySegment.ofArray(input).asSlice(1);
        decoder.check(received, 0);
        MemorySegment whole = Bytes.empty(Math.max(input.length - 1, decoder.leastLength()));
        whole.copyFrom(received);
        decoder.check(whole, 0);
    }
}
