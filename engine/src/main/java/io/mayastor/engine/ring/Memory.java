package io.mayastor.engine.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Raw loads, stores and copies by native address, for memory whose bounds the caller has checked
 * already. Decoders of foreign bytes use a bounded segment instead.
 */
public final class Memory {
    /** Page and direct-I/O alignment of every buffer of the engine, in bytes. */
    public static final int PAGE = 4096;

    /**
     * All of the address space. An access outside mapped memory ends the process: only checked
     * addresses may come here.
     */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Up to here a loop zeroes as fast as a view, which may have to be allocated. */
    private static final int SHORT = 512;

    private Memory() {}

    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    public static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    public static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    public static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    public static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    public static void copy(long from, long to, long lengthBytes) {
        MemorySegment.copy(ALL, from, ALL, to, lengthBytes);
    }

    public static void zero(long address, long lengthBytes) {
        if (lengthBytes > SHORT) {
            ALL.asSlice(address, lengthBytes).fill((byte) 0);
            return;
        }
        long at = address;
        long end = address + lengthBytes;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            putLong(at, 0);
        }
        for (; at < end; at++) {
            putByte(at, (byte) 0);
        }
    }

    /** Offset of the first byte in which the two ranges differ, or -1. */
    public static long mismatch(long left, long right, long lengthBytes) {
        return MemorySegment.mismatch(
                ALL, left, left + lengthBytes, ALL, right, right + lengthBytes);
    }
}
