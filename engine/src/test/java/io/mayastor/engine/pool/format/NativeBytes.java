package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Native memory for tests of structures, aligned like a metadata block. */
final class NativeBytes {
    private final MemorySegment segment;

    NativeBytes(int length) {
        segment = Arena.global().allocate(length, Memory.PAGE);
    }

    long address() {
        return segment.address();
    }

    int length() {
        return (int) segment.byteSize();
    }

    void fill(byte[] bytes) {
        segment.fill((byte) 0);
        MemorySegment.copy(
                bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, Math.min(bytes.length, length()));
    }

    void fill(int value) {
        segment.fill((byte) value);
    }

    byte[] bytes(int from, int count) {
        return segment.asSlice(from, count).toArray(ValueLayout.JAVA_BYTE);
    }

    String hex(int from, int count) {
        return HexFormat.of().formatHex(bytes(from, count));
    }
}
