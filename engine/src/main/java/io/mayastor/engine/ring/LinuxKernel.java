package io.mayastor.engine.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@link Kernel} of a real Linux machine, on the C library. Callable from any thread; holds nothing
 * but the choice of the ring, which is made once, when it is made.
 */
public final class LinuxKernel implements Kernel {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private static final int O_RDWR = 2;
    private static final int O_EXCL = 0x80;
    private static final int O_DIRECT = ARM ? 0x10000 : 0x4000;
    private static final int O_CLOEXEC = 0x80000;

    private static final int LOCK_EXCLUSIVE_NONBLOCKING = 2 | 4;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_KEEPALIVE = 9;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;

    private static final int KEEPALIVE_IDLE_SECONDS = 10;
    private static final int KEEPALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEPALIVE_PROBES = 3;
    private static final int UNACKNOWLEDGED_MILLIS = 25_000;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_POPULATE = 0x8000;

    private final boolean ioUring;
    private final String ringKind;
    private final EnumSet<RingFeature> ringFeatures = EnumSet.noneOf(RingFeature.class);

    /** Takes the best ring that the system gives. */
    public LinuxKernel() {
        this(RingChoice.AUTOMATIC);
    }

    /**
     * @throws IllegalStateException when io_uring is demanded and the system refuses it
     */
    public LinuxKernel(RingChoice choice) {
        String refusal = choice == RingChoice.EPOLL ? "chosen by configuration" : refusal();
        if (refusal != null && choice == RingChoice.IO_URING) {
            throw new IllegalStateException("io_uring refused: " + refusal);
        }
        ioUring = refusal == null;
        if (ioUring) {
            ringKind = "io_uring";
        } else {
            ringKind =
                    choice == RingChoice.EPOLL
                            ? "epoll (" + refusal + ")"
                            : "epoll (io_uring refused: " + refusal + ")";
        }
    }

    /**
     * Makes a small ring and uses what the engine cannot do without. Returns the reason why it does
     * not work, or null.
     */
    private String refusal() {
        try (IoUringRing trial = new IoUringRing(new RingOptions(4, 8), this)) {
            trial.provideBuffers(1, Memory.PAGE);
            ringFeatures.addAll(trial.features());
            return null;
        } catch (UringDescriptor.RefusedException | IllegalStateException e) {
            return e.getMessage();
        }
    }

    @Override
    public Ring newRing(RingOptions options) {
        if (!ioUring) {
            return new EpollRing(this);
        }
        try {
            return new IoUringRing(options, this);
        } catch (UringDescriptor.RefusedException e) {
            throw new IllegalStateException(
                    "no ring of " + options.submissionEntries() + " entries: " + e.getMessage(), e);
        }
    }

    @Override
    public String ringKind() {
        return ringKind;
    }

    /** What the rings use of io_uring; nothing when they are others. */
    public Set<RingFeature> ringFeatures() {
        return Collections.unmodifiableSet(ringFeatures);
    }

    /** What io_uring on this machine lacks; nothing when the rings are others. */
    public Set<RingFeature> missingRingFeatures() {
        return ioUring ? Collections.unmodifiableSet(EnumSet.complementOf(ringFeatures)) : Set.of();
    }

    // Files
    // ------------------------------------------------------------------------------------------------------------------------------------------------

    @Override
    public int open(String path, OpenMode mode) throws IOException {
        int flags =
                O_CLOEXEC
                        | (mode.write() ? O_RDWR : 0)
                        | (mode.direct() ? O_DIRECT : 0)
                        | (mode.exclusive() ? O_EXCL : 0);
        try (Arena arena = Arena.ofConfined()) {
            return check(
                    new LibC(arena).open(arena.allocateFrom(path).address(), flags),
                    "cannot open",
                    path);
        }
    }

    @Override
    public FileDescription describe(int file) throws IOException {
        return FileStatus.describe(file);
    }

    @Override
    public boolean lock(int file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int result = new LibC(arena).flock(file, LOCK_EXCLUSIVE_NONBLOCKING);
            if (result == -Errno.EAGAIN) {
                return false;
            }
            check(result, "cannot lock descriptor", file);
            return true;
        }
    }

    @Override
    public void close(int file) {
        try (Arena arena = Arena.ofConfined()) {
            int result = new LibC(arena).close(file);
            if (result == -Errno.EBADF) {
                throw new IllegalStateException("descriptor " + file + " was closed twice");
            }
        }
    }

    // Sockets
    // ----------------------------------------------------------------------------------------------------------------------------------------------

    @Override
    public int listen(InetSocketAddress address, int backlog) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            LibC libc = new LibC(arena);
            int socket = newSocket(libc, address);
            try {
                long at = arena.allocate(SocketAddressLayout.MAX_SIZE, 8).address();
                setOption(libc, arena, socket, SOL_SOCKET, SO_REUSEADDR, 1);
                check(
                        libc.bind(socket, at, SocketAddressLayout.encode(address, at)),
                        "cannot bind",
                        text(address));
                check(libc.listen(socket, backlog), "cannot listen on", text(address));
                return socket;
            } catch (IOException | RuntimeException e) {
                libc.close(socket);
                throw e;
            }
        }
    }

    @Override
    public int socket(InetSocketAddress remote) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return newSocket(new LibC(arena), remote);
        }
    }

    /**
     * io_uring waits itself, but only on blocking sockets; the epoll ring needs non-blocking ones.
     */
    private int newSocket(LibC libc, InetSocketAddress address) throws IOException {
        int type = SOCK_STREAM | SOCK_CLOEXEC | (ioUring ? 0 : SOCK_NONBLOCK);
        return check(
                libc.socket(SocketAddressLayout.family(address), type, 0),
                "no socket for",
                address);
    }

    @Override
    public void tune(int socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            LibC libc = new LibC(arena);
            setOption(libc, arena, socket, IPPROTO_TCP, TCP_NODELAY, 1);
            setOption(libc, arena, socket, SOL_SOCKET, SO_KEEPALIVE, 1);
            setOption(libc, arena, socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
            setOption(libc, arena, socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS);
            setOption(libc, arena, socket, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
            setOption(libc, arena, socket, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static void setOption(
            LibC libc, Arena arena, int socket, int level, int option, int value)
            throws IOException {
        MemorySegment memory = arena.allocate(4, 4);
        Memory.putInt(memory.address(), value);
        check(
                libc.setsockopt(socket, level, option, memory.address(), 4),
                "cannot set option " + level + "/" + option + " of socket",
                socket);
    }

    @Override
    public InetSocketAddress localAddress(int socket) throws IOException {
        return address(socket, true);
    }

    @Override
    public InetSocketAddress remoteAddress(int socket) throws IOException {
        return address(socket, false);
    }

    private static InetSocketAddress address(int socket, boolean local) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            LibC libc = new LibC(arena);
            long at = arena.allocate(SocketAddressLayout.MAX_SIZE, 8).address();
            long length = arena.allocate(4, 4).address();
            Memory.putInt(length, SocketAddressLayout.MAX_SIZE);
            int result =
                    local
                            ? libc.getsockname(socket, at, length)
                            : libc.getpeername(socket, at, length);
            check(
                    result,
                    local ? "no local address of socket" : "no remote address of socket",
                    socket);
            return SocketAddressLayout.decode(at);
        }
    }

    // Memory
    // -----------------------------------------------------------------------------------------------------------------------------------------------

    @Override
    public MemorySegment map(long lengthBytes, boolean populate) {
        if (lengthBytes <= 0 || lengthBytes % Memory.PAGE != 0) {
            throw new IllegalArgumentException(
                    "not a positive multiple of the page size: " + lengthBytes);
        }
        try (Arena arena = Arena.ofConfined()) {
            int flags = MAP_PRIVATE_ANONYMOUS | (populate ? MAP_POPULATE : 0);
            long address = new LibC(arena).mmap(lengthBytes, PROT_READ_WRITE, flags, -1, 0);
            if (address < 0) {
                throw new OutOfMemoryError(
                        "cannot map " + lengthBytes + " bytes: " + Errno.describe((int) address));
            }
            return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
        }
    }

    @Override
    public void unmap(MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            int result = new LibC(arena).munmap(memory.address(), memory.byteSize());
            if (result < 0) {
                throw new IllegalArgumentException(
                        "cannot unmap " + memory + ": " + Errno.describe(result));
            }
        }
    }

    @Override
    public boolean release(long address, long lengthBytes) {
        return LibC.discardPages(address, lengthBytes);
    }

    @Override
    public void preferLargePages(MemorySegment memory) {
        LibC.preferLargePages(memory.address(), memory.byteSize());
    }

    static int check(int result, String failure, Object subject) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(failure + " " + subject, result);
        }
        return result;
    }
}
