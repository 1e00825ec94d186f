package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of Abort (Base 2.0 §5.1).
 *
 * <pre>
 * field  place         meaning
 * SQID   CDW10  15:0   queue of the command to abort
 * CID    CDW10  31:16  command to abort
 * </pre>
 */
public final class AbortCommand {
    /** DW0 of the completion: the command was not aborted; it may complete any time. */
    public static final int NOT_ABORTED = 1;

    private AbortCommand() {}

    public static int queueId(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) & 0xffff;
    }

    public static int commandToAbort(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) >>> 16;
    }

    /** Writes the whole submission entry. */
    public static void encode(
            MemorySegment memory, long base, int commandId, int queueId, int commandToAbort) {
        SubmissionEntry.encode(memory, base, AdminOpcode.ABORT, commandId, 0);
        SubmissionEntry.setCdw10(memory, base, (queueId & 0xffff) | commandToAbort << 16);
    }
}
