package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the I/O path does with formats for each command allocates nothing. */
class HotPathTest {
    private static final int COMMANDS = 50_000;

    @Test
    void formatsOfTheIoPathAllocateNothing() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(256);
            PduCheck target = PduCheck.fromHost(3, 0, 8192, 131_072);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long refused = commands(memory, target);
            long before = threads.getCurrentThreadAllocatedBytes();
            refused += commands(memory, target);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(0, refused, "commands refused");
            assertTrue(allocated < COMMANDS, allocated + " bytes for " + COMMANDS + " commands");
        }
    }

    private static long commands(MemorySegment memory, PduCheck target) {
        long refused = 0;
        for (int i = 0; i < COMMANDS; i++) {
            CapsuleCommand.encodeHeader(memory, 0, 3, 0, 4096);
            BlockCommand.encode(memory, 8, NvmOpcode.WRITE, i & 0xffff, 1, i, 8, 0);
            SubmissionEntry.setInCapsuleData(memory, 8, 4096);
            refused += target.check(memory, 0);
            refused +=
                    BlockCommand.isInRange(BlockCommand.firstBlock(memory, 8), 8, 1 << 20) ? 0 : 1;
            R2T.encode(memory, 128, 3, i & 0xffff, i & 0xffff, 0, 4096);
            refused += PduCheck.checkR2T(memory, 128, 4096);
            H2CData.encodeHeader(memory, 128, true, 3, 0, i & 0xffff, i & 0xffff, 0, 4096);
            refused += target.check(memory, 128);
            refused += PduCheck.checkData(memory, 128, 0, 4096);
            CapsuleResponse.encodeHeader(memory, 160, 3);
            CompletionEntry.encode(memory, 168, 0, i & 0x7f, i & 0xffff, Status.SUCCESS);
            refused += CompletionEntry.status(memory, 168);
        }
        return refused;
    }
}
