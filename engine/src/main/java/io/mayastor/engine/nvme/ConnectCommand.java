package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of the Connect command in its submission entry (Base 2.0 §6.3).
 *
 * <pre>
 * field   offset  size  unit
 * RECFMT  40      2     record format, 0
 * QID     42      2     queue, 0 is the admin queue
 * SQSIZE  44      2     entries, 0's based
 * CATTR   46      1     bits 1:0 priority class, bit 2 disable SQ flow control, bit 3 queues may be deleted singly
 * -       47      1     reserved
 * KATO    48      4     keep alive timeout, milliseconds, 0 = off; admin queue only
 * </pre>
 *
 * <p>Stateless, any thread, no allocation. The data is {@link ConnectData}, the result {@link
 * ConnectResult}.
 */
public final class ConnectCommand {
    public static final int RECFMT = 40;
    public static final int QID = 42;
    public static final int SQSIZE = 44;
    public static final int CATTR = 46;
    public static final int KATO = 48;

    /** Bit of CATTR: responses carry no SQ head and C2HData may carry SUCCESS. */
    public static final int DISABLE_SQ_FLOW_CONTROL = 1 << 2;

    private ConnectCommand() {}

    public static int recordFormat(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + RECFMT);
    }

    public static int queueId(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + QID);
    }

    /** Entries of the submission queue, 1 to 65 536; fewer than 2 are an invalid parameter. */
    public static int queueEntries(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + SQSIZE) + 1;
    }

    public static int attributes(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + CATTR);
    }

    public static long keepAliveMillis(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + KATO);
    }

    /** Writes the whole submission entry, its data inside the capsule. */
    public static void encode(
            MemorySegment memory,
            long base,
            int commandId,
            int queueId,
            int queueEntries,
            int attributes,
            long keepAliveMillis) {
        SubmissionEntry.encodeFabrics(memory, base, FabricsCommandType.CONNECT, commandId);
        SubmissionEntry.setInCapsuleData(memory, base, ConnectData.LENGTH);
        LittleEndian.put16(memory, base + QID, queueId);
        LittleEndian.put16(memory, base + SQSIZE, queueEntries - 1);
        LittleEndian.put8(memory, base + CATTR, attributes);
        LittleEndian.put32(memory, base + KATO, keepAliveMillis);
    }
}
