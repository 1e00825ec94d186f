package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * SGL descriptor, 16 bytes (Base 2.0 §4.1.2; which of them NVMe/TCP allows: Transport 1.0 §3.3.2).
 *
 * <pre>
 * field    offset  size  unit
 * ADDRESS  0       8     offset into the capsule's data for type 0h subtype 1h; reserved for type 5h subtype Ah
 * LENGTH   8       4     bytes
 * -        12      3     reserved
 * ID       15      1     type in bits 7:4, subtype in bits 3:0
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class SglDescriptor {
    public static final int LENGTH = 16;

    public static final int ADDRESS = 0;
    public static final int BYTES = 8;
    public static final int ID = 15;

    // Types
    public static final int TYPE_DATA_BLOCK = 0x0;
    public static final int TYPE_BIT_BUCKET = 0x1;
    public static final int TYPE_SEGMENT = 0x2;
    public static final int TYPE_LAST_SEGMENT = 0x3;
    public static final int TYPE_KEYED_DATA_BLOCK = 0x4;
    public static final int TYPE_TRANSPORT_DATA_BLOCK = 0x5;

    // Subtypes
    public static final int SUBTYPE_ADDRESS = 0x0;
    public static final int SUBTYPE_OFFSET = 0x1;
    public static final int SUBTYPE_TRANSPORT = 0xa;

    /** Identifier byte of data inside the capsule: data block, offset. */
    public static final int IN_CAPSULE = TYPE_DATA_BLOCK << 4 | SUBTYPE_OFFSET;

    /** Identifier byte of data moved by C2HData or R2T and H2CData. */
    public static final int TRANSPORT = TYPE_TRANSPORT_DATA_BLOCK << 4 | SUBTYPE_TRANSPORT;

    private SglDescriptor() {}

    /** Type and subtype together, compared with {@link #IN_CAPSULE} and {@link #TRANSPORT}. */
    public static int identifier(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + ID);
    }

    public static int type(MemorySegment memory, long base) {
        return identifier(memory, base) >>> 4;
    }

    public static int subtype(MemorySegment memory, long base) {
        return identifier(memory, base) & 0xf;
    }

    /** Address or offset; unsigned 64 bits, so a wire value may look negative. */
    public static long address(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + ADDRESS);
    }

    public static long byteLength(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + BYTES);
    }

    public static void encode(
            MemorySegment memory, long base, int identifier, long address, long byteLength) {
        LittleEndian.put64(memory, base + ADDRESS, address);
        LittleEndian.put64(
                memory, base + BYTES, (byteLength & 0xffffffffL) | (long) identifier << 56);
    }
}
