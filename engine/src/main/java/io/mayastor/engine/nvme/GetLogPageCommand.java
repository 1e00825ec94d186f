package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of Get Log Page (Base 2.0 §5.16).
 *
 * <pre>
 * field  place         meaning
 * LID    CDW10  7:0    {@link LogPage}
 * LSP    CDW10  14:8   by page
 * RAE    CDW10  15     keep the asynchronous event
 * NUMD   CDW10  31:16  low half of the dwords asked for, 0's based; high half in CDW11 15:0
 * LSI    CDW11  31:16  by page
 * LPO    CDW12, CDW13  offset, bytes, multiple of 4; an index when OT is set
 * UIDX   CDW14  6:0    UUID index
 * OT     CDW14  23     LPO is an index
 * CSI    CDW14  31:24  command set
 * </pre>
 */
public final class GetLogPageCommand {
    /** LSP of the ANA page: groups without their namespaces. */
    public static final int LSP_ANA_GROUPS_ONLY = 1;

    private GetLogPageCommand() {}

    public static int page(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) & 0xff;
    }

    public static int specific(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) >>> 8 & 0x7f;
    }

    /** RAE: reading the page does not clear its asynchronous event. */
    public static boolean retainsEvent(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw10(memory, base) & 1 << 15) != 0;
    }

    /** Bytes asked for, 4 to 16 GiB. */
    public static long byteLength(MemorySegment memory, long base) {
        int low = SubmissionEntry.cdw10(memory, base) >>> 16;
        long high = SubmissionEntry.cdw11(memory, base) & 0xffff;
        return ((high << 16 | low) + 1) * Integer.BYTES;
    }

    /** Offset in bytes, unsigned 64 bits from the wire; negative means beyond any page. */
    public static long offset(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + SubmissionEntry.CDW12);
    }

    public static boolean offsetIsIndex(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw14(memory, base) & 1 << 23) != 0;
    }

    public static int uuidIndex(MemorySegment memory, long base) {
        return SubmissionEntry.cdw14(memory, base) & 0x7f;
    }

    public static int commandSet(MemorySegment memory, long base) {
        return SubmissionEntry.cdw14(memory, base) >>> 24;
    }

    /**
     * Writes the whole submission entry.
     *
     * @param offset bytes, multiple of 4
     * @param byteLength multiple of 4, at least 4
     */
    public static void encode(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int page,
            int specific,
            boolean retainEvent,
            long offset,
            long byteLength) {
        long dwords = byteLength / Integer.BYTES - 1;
        SubmissionEntry.encode(memory, base, AdminOpcode.GET_LOG_PAGE, commandId, namespaceId);
        SubmissionEntry.setTransportData(memory, base, byteLength);
        SubmissionEntry.setCdw10(
                memory,
                base,
                page | (specific & 0x7f) << 8 | (retainEvent ? 1 << 15 : 0) | (int) dwords << 16);
        SubmissionEntry.setCdw11(memory, base, (int) (dwords >>> 16));
        LittleEndian.put64(memory, base + SubmissionEntry.CDW12, offset);
    }
}
