package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of the Disconnect command, which ends one I/O queue (Base 2.0 §6.4).
 *
 * <pre>
 * field   offset  size  unit
 * RECFMT  40      2     record format, 0
 * </pre>
 */
public final class DisconnectCommand {
    public static final int RECFMT = 40;

    private DisconnectCommand() {}

    public static int recordFormat(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + RECFMT);
    }

    /** Writes the whole submission entry. */
    public static void encode(MemorySegment memory, long base, int commandId) {
        SubmissionEntry.encodeFabrics(memory, base, FabricsCommandType.DISCONNECT, commandId);
    }
}
