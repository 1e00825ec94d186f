package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Memory written and compared as hexadecimal text, so that expectations are the bytes of the
 * specification.
 */
final class Bytes {
    private static final HexFormat HEX = HexFormat.of();

    private Bytes() {}

    /** Heap memory with these bytes; spaces are for the reader. */
    static MemorySegment of(String hex) {
        return MemorySegment.ofArray(parse(hex));
    }

    static MemorySegment empty(int length) {
        return MemorySegment.ofArray(new byte[length]);
    }

    /** Memory full of ones, which shows every byte an encoder forgets. */
    static MemorySegment dirty(long length) {
        byte[] bytes = new byte[Math.toIntExact(length)];
        Arrays.fill(bytes, (byte) 0xff);
        return MemorySegment.ofArray(bytes);
    }

    /**
     * {@code length} zero bytes with pieces of hexadecimal text at offsets: {@code image(512, 8,
     * "01 02", 96, "ff")}.
     */
    static MemorySegment image(int length, Object... offsetsAndBytes) {
        MemorySegment memory = empty(length);
        for (int i = 0; i < offsetsAndBytes.length; i += 2) {
            put(memory, (Integer) offsetsAndBytes[i], (String) offsetsAndBytes[i + 1]);
        }
        return memory;
    }

    static void put(MemorySegment memory, long offset, String hex) {
        byte[] bytes = parse(hex);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** Text as the bytes of its ASCII characters. */
    static String ascii(String text) {
        return HEX.formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    static void assertBytes(String expectedHex, MemorySegment memory) {
        assertBytes(of(expectedHex), memory);
    }

    static void assertBytes(MemorySegment expected, MemorySegment memory) {
        long difference = expected.mismatch(memory);
        if (difference >= 0) {
            assertEquals(
                    text(expected, difference),
                    text(memory, difference),
                    "from byte " + difference);
        }
    }

    private static String text(MemorySegment memory, long from) {
        long end = Math.min(memory.byteSize(), from + 32);
        return HEX.formatHex(
                memory.asSlice(from, Math.max(0, end - from)).toArray(ValueLayout.JAVA_BYTE));
    }

    private static byte[] parse(String hex) {
        return HEX.parseHex(hex.replace(" ", ""));
    }
}
