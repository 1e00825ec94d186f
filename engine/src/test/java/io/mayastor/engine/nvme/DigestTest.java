package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CRC32C as header and data digest. */
class DigestTest {
    /** The check value of CRC-32C. */
    private static final int OF_123456789 = 0xe3069283;

    @Test
    void digestIsTheStandardCrc32c() {
        assertEquals(OF_123456789, new DigestView(Bytes.of(Bytes.ascii("123456789"))).digest(0, 9));
        // RFC 3720 §B.4: 32 bytes of zeros
        assertEquals(0x8a9136aa, new DigestView(Bytes.empty(32)).digest(0, 32));
    }

    @Test
    void digestIsStoredLittleEndianBehindItsHeader() {
        MemorySegment memory = Bytes.of("ff" + Bytes.ascii("123456789") + "00000000");
        new DigestView(memory).store(1, 9, 10);
        Bytes.assertBytes("83 92 06 e3", memory.asSlice(10, 4));
    }

    @Test
    void piecesInDifferentBuffersGiveTheDigestOfTheWhole() {
        DigestView first = new DigestView(Bytes.of("ffff" + Bytes.ascii("1234")));
        DigestView second = new DigestView(Bytes.of(Bytes.ascii("56789") + "ff"));
        RunningDigest digest = new RunningDigest();
        digest.update(first, 0, 3);
        digest.reset();
        digest.update(first, 2, 4);
        digest.update(second, 0, 0);
        digest.update(second, 0, 5);
        assertEquals(OF_123456789, digest.value());
    }

    @Test
    void rangeMayCrossTheEndOfAView(@TempDir Path folder) throws IOException {
        long border = 1L << 30;
        try (FileChannel file =
                        FileChannel.open(
                                folder.resolve("sparse"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory =
                    file.map(FileChannel.MapMode.READ_WRITE, 0, border + 4096, arena);
            Bytes.put(memory, border - 4, Bytes.ascii("123456789"));
            assertEquals(OF_123456789, new DigestView(memory).digest(border - 4, 9));
        }
    }

    @Test
    void digestOnTheIoPathAllocatesNothing() {
        try (Arena arena = Arena.ofConfined()) {
            DigestView view = new DigestView(arena.allocate(1 << 16));
            RunningDigest running = new RunningDigest();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            int sum = digestOften(view, running);
            long before = threads.getCurrentThreadAllocatedBytes();
            sum ^= digestOften(view, running);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(0, sum);
            assertTrue(allocated < 20_000, allocated + " bytes in 20 000 digests");
        }
    }

    private static int digestOften(DigestView view, RunningDigest running) {
        int sum = 0;
        for (int i = 0; i < 20_000; i++) {
            sum += view.digest(i, 24);
            running.reset();
            running.update(view, i, 100);
            sum += running.value();
        }
        return sum;
    }
}
