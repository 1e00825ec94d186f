package io.mayastor.engine.pool.crash;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a disk at one point. What a crash adds to it is put on top for a look and taken off
 * again, so that a whole disk is never copied.
 */
final class DiskImage {
    private record Saved(long offset, byte[] bytes) {}

    private final MemorySegment bytes;
    private final List<Saved> saved = new ArrayList<>();
    private boolean temporary;

    DiskImage(Arena arena, byte[][] megabytes) {
        bytes = arena.allocate((long) megabytes.length << 20, Memory.PAGE);
        for (int i = 0; i < megabytes.length; i++) {
            if (megabytes[i] != null) {
                MemorySegment.copy(
                        megabytes[i], 0, bytes, ValueLayout.JAVA_BYTE, (long) i << 20, 1 << 20);
            }
        }
    }

    long sizeBytes() {
        return bytes.byteSize();
    }

    long address() {
        return bytes.address();
    }

    /** What is written from here on goes away with {@link #back}. */
    void begin() {
        temporary = true;
    }

    void back() {
        for (int i = saved.size() - 1; i >= 0; i--) {
            Saved old = saved.get(i);
            MemorySegment.copy(
                    old.bytes, 0, bytes, ValueLayout.JAVA_BYTE, old.offset, old.bytes.length);
        }
        saved.clear();
        temporary = false;
    }

    void write(long offset, byte[] from, int start, int length) {
        save(offset, length);
        MemorySegment.copy(from, start, bytes, ValueLayout.JAVA_BYTE, offset, length);
    }

    void zero(long offset, long length) {
        save(offset, length);
        bytes.asSlice(offset, length).fill((byte) 0);
    }

    private void save(long offset, long length) {
        if (temporary) {
            byte[] old = new byte[(int) length];
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, old, 0, old.length);
            saved.add(new Saved(offset, old));
        }
    }

    /** Its content by MiB; null for zeros. */
    byte[][] copy() {
        byte[][] megabytes = new byte[(int) (bytes.byteSize() >> 20)][];
        byte[] zeros = new byte[1 << 20];
        for (int i = 0; i < megabytes.length; i++) {
            byte[] content = new byte[1 << 20];
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, (long) i << 20, content, 0, 1 << 20);
            megabytes[i] = Arrays.equals(content, zeros) ? null : content;
        }
        return megabytes;
    }
}
