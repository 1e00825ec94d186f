package io.mayastor.engine.ring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * The blocking control calls that make and describe descriptors, rings and memory: rare, never on
 * the I/O path. Callable from any thread, except {@link #newRing}, whose caller becomes the ring's
 * owner.
 *
 * <p>Failures are {@link IOException}s whose message names the path or address and the system's
 * reason; those that Linux refused are {@link SystemCallException}s.
 */
public interface Kernel {
    /** Makes a ring owned by the calling thread. */
    Ring newRing(RingOptions options);

    /**
     * Which ring {@link #newRing} gives and why, for the start-up line and the metric, e.g. {@code
     * "io_uring"} or {@code "epoll (io_uring refused: EPERM)"}.
     */
    String ringKind();

    /** Opens a file or block device that exists. */
    int open(String path, OpenMode mode) throws IOException;

    /** Size and granularity of an open file or block device, read anew at each call. */
    FileDescription describe(int file) throws IOException;

    /**
     * Takes the exclusive lock of an open file or disk (flock; freed with the descriptor). Returns
     * false when somebody else has it.
     */
    boolean lock(int file) throws IOException;

    /** A listening TCP socket with SO_REUSEADDR; port 0 lets the system choose. */
    int listen(InetSocketAddress address, int backlog) throws IOException;

    /** A new TCP socket for {@link Ring#connect}. */
    int socket(InetSocketAddress remote) throws IOException;

    /**
     * TCP_NODELAY, keep-alive probes, and a user time-out for data that the peer does not
     * acknowledge.
     */
    void tune(int socket) throws IOException;

    InetSocketAddress localAddress(int socket) throws IOException;

    InetSocketAddress remoteAddress(int socket) throws IOException;

    /** Closes a descriptor that no ring has work on. */
    void close(int file);

    /**
     * Anonymous zeroed memory, page aligned, resident only where touched unless {@code populate}.
     *
     * @param lengthBytes a positive multiple of {@link Memory#PAGE}
     * @throws OutOfMemoryError when the system refuses
     */
    MemorySegment map(long lengthBytes, boolean populate);

    void unmap(MemorySegment memory);

    /**
     * Gives whole pages of mapped memory back to the system (MADV_DONTNEED); they read zeros
     * afterwards. Cheap enough for the I/O path of large ranges.
     *
     * @return false when this kernel does not offer it: nothing has changed
     */
    default boolean release(long address, long lengthBytes) {
        return false;
    }

    /**
     * Hints that mapped memory is large and used at random, so that the system may back it with
     * large pages (MADV_HUGEPAGE). Nothing depends on it.
     */
    default void preferLargePages(MemorySegment memory) {}

    /**
     * How a file is opened. DIRECT = O_DIRECT; EXCLUSIVE = O_EXCL, on block devices a claim that
     * also excludes mounted ones.
     */
    record OpenMode(boolean write, boolean direct, boolean exclusive) {}

    /**
     * @param sizeBytes length of the file or capacity of the disk
     * @param logicalBlockBytes smallest unit the disk addresses; 512 for files
     * @param directAlignBytes offset, length and address alignment that direct I/O needs; 0 when
     *     direct I/O is not possible
     */
    record FileDescription(
            boolean blockDevice,
            long sizeBytes,
            int logicalBlockBytes,
            int physicalBlockBytes,
            int directAlignBytes) {}
}
