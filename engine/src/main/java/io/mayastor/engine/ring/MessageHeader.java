package io.mayastor.engine.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct msghdr} and its {@code struct iovec} array in native memory (64-bit Linux).
 *
 * <pre>
 *  msghdr  0 name u64 | 8 namelen u32, pad | 16 iov u64 | 24 iovlen u64 | 32 control u64 | 40 controllen u64 | 48 flags s32, pad   (56 bytes)
 *  iovec   0 base u64 |  8 length u64                                                                                     (16 bytes)
 * </pre>
 */
public final class MessageHeader {
    public static final int SIZE = 56;
    public static final int IOVEC_SIZE = 16;

    /** Largest number of iovec entries the kernel takes in one call (UIO_MAXIOV). */
    public static final int MAX_IOVECS = 1024;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long IOV = 16;
    private static final long IOV_LENGTH = 24;

    private MessageHeader() {}

    /**
     * Points the header at {@code base} to an array of {@code count} iovec entries; the other
     * fields must be zero already.
     */
    public static void setVectors(MemorySegment memory, long base, long iovecAddress, int count) {
        memory.set(LONG, base + IOV, iovecAddress);
        memory.set(LONG, base + IOV_LENGTH, count);
    }

    public static long vectorsAddress(MemorySegment memory, long base) {
        return memory.get(LONG, base + IOV);
    }

    public static int vectorCount(MemorySegment memory, long base) {
        return (int) memory.get(LONG, base + IOV_LENGTH);
    }

    public static void setVector(MemorySegment memory, long base, long address, long lengthBytes) {
        memory.set(LONG, base, address);
        memory.set(LONG, base + 8, lengthBytes);
    }

    public static long vectorAddress(MemorySegment memory, long base) {
        return memory.get(LONG, base);
    }

    public static long vectorLength(MemorySegment memory, long base) {
        return memory.get(LONG, base + 8);
    }
}
