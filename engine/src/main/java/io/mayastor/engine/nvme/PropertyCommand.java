package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of Property Get and Property Set (Base 2.0 §6.5, §6.6).
 *
 * <pre>
 * field   offset  size  unit
 * ATTRIB  40      1     bits 2:0 size: 0 = 4 bytes, 1 = 8 bytes
 * OFST    44      4     byte offset of the property, see {@link Property}
 * VALUE   48      8     Set only; a 4-byte property uses the low half
 * </pre>
 *
 * <p>The response of Get carries the value in DW0 and DW1: {@link CompletionEntry#result}.
 */
public final class PropertyCommand {
    public static final int ATTRIB = 40;
    public static final int OFST = 44;
    public static final int VALUE = 48;

    private static final int SIZE_4 = 0;
    private static final int SIZE_8 = 1;

    private PropertyCommand() {}

    /** Size asked for: 4, 8, or 0 when the command names another. */
    public static int byteLength(MemorySegment memory, long base) {
        return switch (LittleEndian.u8(memory, base + ATTRIB) & 7) {
            case SIZE_4 -> 4;
            case SIZE_8 -> 8;
            default -> 0;
        };
    }

    /** Unsigned 32 bits, from the wire: any value. */
    public static long offset(MemorySegment memory, long base) {
        return LittleEndian.u32(memory, base + OFST);
    }

    public static long value(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + VALUE);
    }

    /** Writes the whole submission entry of a Property Get. */
    public static void encodeGet(
            MemorySegment memory, long base, int commandId, Property property) {
        SubmissionEntry.encodeFabrics(memory, base, FabricsCommandType.PROPERTY_GET, commandId);
        LittleEndian.put8(memory, base + ATTRIB, property.byteLength() == 8 ? SIZE_8 : SIZE_4);
        LittleEndian.put32(memory, base + OFST, property.offset());
    }

    /** Writes the whole submission entry of a Property Set. */
    public static void encodeSet(
            MemorySegment memory, long base, int commandId, Property property, long value) {
        SubmissionEntry.encodeFabrics(memory, base, FabricsCommandType.PROPERTY_SET, commandId);
        LittleEndian.put8(memory, base + ATTRIB, property.byteLength() == 8 ? SIZE_8 : SIZE_4);
        LittleEndian.put32(memory, base + OFST, property.offset());
        LittleEndian.put64(memory, base + VALUE, value);
    }
}
