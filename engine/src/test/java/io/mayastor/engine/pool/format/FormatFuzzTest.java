package io.mayastor.engine.pool.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Fuzzes the decoders of everything that a pool reads from a disk. */
class FormatFuzzTest {
    private static final NativeBytes MEMORY = new NativeBytes(64 << 10);
    private static final NativeBytes COPY = new NativeBytes(DiskLayout.MAX_ROOT);

    @FuzzTest
    void decodersTakeOrRefuse(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Decoding[] all = Decoding.values();
        Decoding decoding = all[Byte.toUnsignedInt(input[0]) % all.length];
        MEMORY.fill(Arrays.copyOfRange(input, 1, input.length));
        decoding.check(MEMORY, COPY);
    }
}
