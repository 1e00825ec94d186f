package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Unaligned little-endian loads and stores, the byte order of every NVMe structure (Base 2.0
 * §1.4.2).
 *
 * <p>Any thread. Works on native and heap segments, allocates nothing except the strings; an access
 * outside the segment throws {@link IndexOutOfBoundsException}. A name with {@code u} returns the
 * value zero-extended.
 */
public final class LittleEndian {
    private static final ValueLayout.OfShort INT16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong INT64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    public static int u8(MemorySegment memory, long offset) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset));
    }

    public static int u16(MemorySegment memory, long offset) {
        return Short.toUnsignedInt(memory.get(INT16, offset));
    }

    public static int u24(MemorySegment memory, long offset) {
        return u16(memory, offset) | u8(memory, offset + 2) << 16;
    }

    public static long u32(MemorySegment memory, long offset) {
        return Integer.toUnsignedLong(memory.get(INT32, offset));
    }

    /**
     * The 32 bits as they stand; compare with {@link Integer#compareUnsigned} where order matters.
     */
    public static int int32(MemorySegment memory, long offset) {
        return memory.get(INT32, offset);
    }

    /** The 64 bits as they stand; compare with {@link Long#compareUnsigned} where order matters. */
    public static long int64(MemorySegment memory, long offset) {
        return memory.get(INT64, offset);
    }

    /**
     * An unsigned 128-bit counter; more than a {@code long} holds becomes {@link Long#MAX_VALUE}.
     */
    public static long saturated128(MemorySegment memory, long offset) {
        long low = int64(memory, offset);
        return low < 0 || int64(memory, offset + Long.BYTES) != 0 ? Long.MAX_VALUE : low;
    }

    public static void put8(MemorySegment memory, long offset, int value) {
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    public static void put16(MemorySegment memory, long offset, int value) {
        memory.set(INT16, offset, (short) value);
    }

    public static void put24(MemorySegment memory, long offset, int value) {
        put16(memory, offset, value);
        put8(memory, offset + 2, value >>> 16);
    }

    public static void put32(MemorySegment memory, long offset, int value) {
        memory.set(INT32, offset, value);
    }

    /** Stores the low 32 bits of {@code value}. */
    public static void put32(MemorySegment memory, long offset, long value) {
        memory.set(INT32, offset, (int) value);
    }

    public static void put64(MemorySegment memory, long offset, long value) {
        memory.set(INT64, offset, value);
    }

    /** Writes zeros; meant for structures of up to a few hundred bytes. */
    public static void clear(MemorySegment memory, long offset, int length) {
        int done = 0;
        for (; done + Long.BYTES <= length; done += Long.BYTES) {
            put64(memory, offset + done, 0);
        }
        for (; done < length; done++) {
            put8(memory, offset + done, 0);
        }
    }

    /**
     * A field of ASCII characters padded to the right with spaces (Base 2.0 §1.4.3), without the
     * padding.
     */
    public static String ascii(MemorySegment memory, long offset, int length) {
        int end = length;
        while (end > 0
                && (u8(memory, offset + end - 1) == ' ' || u8(memory, offset + end - 1) == 0)) {
            end--;
        }
        return new String(bytes(memory, offset, end), StandardCharsets.ISO_8859_1);
    }

    /**
     * Fills a field with {@code value} padded to the right with spaces; too long a value is
     * refused.
     */
    public static void putAscii(MemorySegment memory, long offset, int length, String value) {
        putText(memory, offset, length, value.getBytes(StandardCharsets.ISO_8859_1), ' ');
    }

    /**
     * A zero-terminated UTF-8 string (Base 2.0 §1.4.3). Bytes that are not UTF-8 become the control
     * character SUB, and a field without its zero is read up to its last byte: no {@link Nqn} is
     * like that, and what was read can be written.
     */
    public static String utf8(MemorySegment memory, long offset, int length) {
        int end = 0;
        while (end < length - 1 && u8(memory, offset + end) != 0) {
            end++;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith("\u001a")
                    .decode(ByteBuffer.wrap(bytes(memory, offset, end)))
                    .toString();
        } catch (CharacterCodingException impossible) {
            throw new IllegalStateException("malformed bytes are replaced", impossible);
        }
    }

    /**
     * Fills a field with {@code value} padded with zeros, at least one; too long a value is
     * refused.
     */
    public static void putUtf8(MemorySegment memory, long offset, int length, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == length) {
            throw new IllegalArgumentException(
                    "no room for the terminating zero of \"" + value + "\"");
        }
        putText(memory, offset, length, bytes, 0);
    }

    private static byte[] bytes(MemorySegment memory, long offset, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
        return bytes;
    }

    private static void putText(
            MemorySegment memory, long offset, int length, byte[] text, int padding) {
        if (text.length > length) {
            throw new IllegalArgumentException(
                    "\"%s\" is %d bytes long, the field has %d"
                            .formatted(
                                    new String(text, StandardCharsets.UTF_8), text.length, length));
        }
        MemorySegment.copy(text, 0, memory, ValueLayout.JAVA_BYTE, offset, text.length);
        for (int at = text.length; at < length; at++) {
            put8(memory, offset + at, padding);
        }
    }
}
