package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Completion queue entry, 16 bytes (Base 2.0 §3.3.3.2).
 *
 * <pre>
 * field   offset  size  unit
 * DW0     0       4     command specific
 * DW1     4       4     command specific
 * SQHD    8       2     submission queue head; reserved when SQ flow control is off
 * SQID    10      2     reserved over Fabrics
 * CID     12      2     command identifier
 * STATUS  14      2     bit 0 phase (0 over Fabrics), bits 15:1 {@link Status}
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class CompletionEntry {
    public static final int LENGTH = 16;

    public static final int DW0 = 0;
    public static final int DW1 = 4;
    public static final int SQHD = 8;
    public static final int SQID = 10;
    public static final int CID = 12;
    public static final int STATUS = 14;

    private CompletionEntry() {}

    public static int dw0(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + DW0);
    }

    public static int dw1(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + DW1);
    }

    /** DW0 and DW1 as one value, the result of Property Get. */
    public static long result(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + DW0);
    }

    public static int sqHead(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + SQHD);
    }

    public static int commandId(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + CID);
    }

    /** The status field without the phase bit, in the packing of {@link Status}. */
    public static int status(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + STATUS) >>> 1;
    }

    /**
     * Writes the whole entry.
     *
     * @param result DW0 in the low, DW1 in the high half
     * @param status packed as in {@link Status}
     */
    public static void encode(
            MemorySegment memory, long base, long result, int sqHead, int commandId, int status) {
        LittleEndian.put64(memory, base, result);
        LittleEndian.put64(
                memory,
                base + SQHD,
                (sqHead & 0xffffL) | (commandId & 0xffffL) << 32 | (status & 0x7fffL) << 49);
    }
}
