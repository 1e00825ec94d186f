package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Millions of random headers: what is accepted is safe to receive, what is not gets a proper
 * termination request.
 */
class PduCheckPropertyTest {
    private static final int HEADERS = 4_000_000;

    @Test
    void acceptedHeadersAreSafeAndRefusalsAreWellFormed() {
        SplittableRandom random = new SplittableRandom(0x7063);
        MemorySegment memory = Bytes.empty(ICReq.LENGTH);
        PduProperties properties = null;
        int accepted = 0;
        for (int i = 0; i < HEADERS; i++) {
            if (i % 1000 == 0) {
                properties = PduProperties.random(random);
            }
            int headerLength = new int[] {24, 72, 128, random.nextInt(256)}[random.nextInt(4)];
            PduHeader.encode(
                    memory,
                    0,
                    random.nextInt(random.nextBoolean() ? 10 : 256),
                    random.nextInt(random.nextBoolean() ? 4 : 256),
                    headerLength,
                    random.nextInt(4) == 0
                            ? random.nextInt(256)
                            : headerLength + 4 * random.nextInt(3),
                    random.nextInt(4) == 0 ? random.nextInt() : headerLength + random.nextInt(300));
            LittleEndian.put64(memory, 8, random.nextLong());
            LittleEndian.put64(memory, 16, random.nextLong());
            accepted += properties.hold(memory) ? 1 : 0;
        }
        assertTrue(accepted > 10_000, accepted + " headers were accepted");
    }
}
