package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Common header, the first 8 bytes of every PDU (Transport 1.0 §3.6.1).
 *
 * <pre>
 * field  offset  size  unit
 * TYPE   0       1     see {@link PduType}
 * FLAGS  1       1     bit 0 header digest present, bit 1 data digest present, others by type
 * HLEN   2       1     bytes of the PDU header, without header digest
 * PDO    3       1     bytes from the start of the PDU to its data; 0 or ignored without data
 * PLEN   4       4     bytes of the whole PDU: header, header digest, padding, data, data digest
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class PduHeader {
    public static final int LENGTH = 8;

    public static final int TYPE = 0;
    public static final int FLAGS = 1;
    public static final int HLEN = 2;
    public static final int PDO = 3;
    public static final int PLEN = 4;

    /** HDGSTF: a header digest follows the header. */
    public static final int FLAG_HEADER_DIGEST = 1;

    /** DDGSTF: a data digest follows the data. */
    public static final int FLAG_DATA_DIGEST = 1 << 1;

    /** LAST_PDU of H2CData and C2HData: the last data PDU of this transfer. */
    public static final int FLAG_LAST = 1 << 2;

    /** SUCCESS of C2HData: the command is complete, no response capsule follows. */
    public static final int FLAG_SUCCESS = 1 << 3;

    private PduHeader() {}

    public static int type(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + TYPE);
    }

    public static int flags(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + FLAGS);
    }

    public static int headerLength(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + HLEN);
    }

    public static int dataOffset(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + PDO);
    }

    public static long pduLength(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + PLEN);
    }

    public static boolean hasFlag(MemorySegment memory, long base, int flag) {
        return (flags(memory, base) & flag) != 0;
    }

    public static void encode(
            MemorySegment memory,
            long base,
            int type,
            int flags,
            int headerLength,
            int dataOffset,
            long pduLength) {
        LittleEndian.put32(
                memory,
                base,
                (type & 0xff)
                        | (flags & 0xff) << 8
                        | (headerLength & 0xff) << 16
                        | dataOffset << 24);
        LittleEndian.put32(memory, base + PLEN, pduLength);
    }
}
