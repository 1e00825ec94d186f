package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.DiscoveryEntry;
import io.mayastor.engine.nvme.ErrorLogEntry;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The last errors a controller has answered with (Base 2.0 §5.16.1.2). Owner thread: the
 * subsystem's reactor. Allocates per error only.
 */
final class ErrorLog {
    static final int ENTRIES = 64;

    private static final int NO_PARAMETER = 0xffff;

    private final ErrorLogEntry[] entries = new ErrorLogEntry[ENTRIES];
    private long count;

    void record(Command command, int status) {
        int namespaceId =
                command.opcode == AdminOpcode.FABRICS
                        ? 0
                        : SubmissionEntry.namespaceId(Memory.ALL, command.entryBase);
        entries[(int) (count % ENTRIES)] =
                new ErrorLogEntry(
                        count + 1,
                        command.queue.queueId(),
                        command.commandId,
                        status,
                        NO_PARAMETER,
                        firstBlock(command),
                        namespaceId,
                        0,
                        DiscoveryEntry.TRANSPORT_TCP,
                        0,
                        0);
        count++;
    }

    private static long firstBlock(Command command) {
        if (command.queue.queueId() == 0) {
            return 0;
        }
        return switch (command.opcode) {
            case NvmOpcode.READ,
                    NvmOpcode.WRITE,
                    NvmOpcode.COMPARE,
                    NvmOpcode.WRITE_ZEROES,
                    NvmOpcode.VERIFY ->
                    BlockCommand.firstBlock(Memory.ALL, command.entryBase);
            default -> 0;
        };
    }

    /** Errors since the controller exists. */
    long count() {
        return count;
    }

    /** The log page, newest first. */
    MemorySegment page() {
        MemorySegment page = MemorySegment.ofArray(new byte[ENTRIES * ErrorLogEntry.LENGTH]);
        long kept = Math.min(count, ENTRIES);
        for (int i = 0; i < kept; i++) {
            ErrorLogEntry entry = entries[(int) ((count - 1 - i) % ENTRIES)];
            entry.encode(page, (long) i * ErrorLogEntry.LENGTH);
        }
        return page;
    }
}
