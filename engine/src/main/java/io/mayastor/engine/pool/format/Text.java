package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text on disk: strict UTF-8 without control characters. */
final class Text {
    private Text() {}

    /** Writes text into a zeroed field that has room for {@code max} bytes and a zero. */
    static void put(long address, int max, String text) {
        putBytes(address, encode(text, max));
    }

    /** The bytes of a text that {@link #decode} will take. */
    static byte[] encode(String text, int max) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > max) {
            throw new FormatException("\"%s\" is longer than %d bytes".formatted(text, max));
        }
        FormatException.require(
                decode(bytes, text).equals(text), "\"%s\" is not Unicode".formatted(text));
        return bytes;
    }

    /** Reads a zero-padded field of at most {@code max} bytes. */
    static String get(long address, int max, String what) {
        int length = 0;
        while (length <= max && Memory.getByte(address + length) != 0) {
            length++;
        }
        for (int i = length; i <= max; i++) {
            FormatException.require(
                    Memory.getByte(address + i) == 0, what + " goes on after its end");
        }
        FormatException.require(length <= max, what + " does not end");
        return decode(bytes(address, length), what);
    }

    static String decode(byte[] bytes, String what) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            FormatException refused = new FormatException(what + " is not UTF-8");
            refused.initCause(e);
            throw refused;
        }
        FormatException.require(
                text.chars().noneMatch(c -> c < ' ' || c == 0x7F),
                what + " has control characters");
        return text;
    }

    static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes, 0, length);
        return bytes;
    }

    static void putBytes(long address, byte[] bytes) {
        MemorySegment.copy(bytes, 0, Memory.ALL, ValueLayout.JAVA_BYTE, address, bytes.length);
    }
}
