package io.mayastor.engine.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The C library's calls that the rings and {@link LinuxKernel} need, by the rules of {@link
 * NativeCalls}.
 */
final class LibC extends NativeCalls {
    private static final MethodHandle SYSCALL =
            variadic(
                    "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SYSCALL_WITHOUT_ERRNO =
            handle(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle OPEN =
            variadic("open", 2, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle IOCTL =
            variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle STATX =
            call("statx", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FLOCK = call("flock", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKET =
            call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle LISTEN = call("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            call("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GETPEERNAME =
            call("getpeername", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MMAP =
            call("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MADVISE =
            handle("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle WRITE =
            call("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    LibC(Arena arena) {
        super(arena);
    }

    /**
     * For calls the C library has no function for; the numbers used (io_uring's) are the same on
     * every architecture.
     */
    long syscall(long number, long a, long b, long c, long d, long e, long f) {
        try {
            return checked((long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * The same without a reason: −1 where it fails. Allocates nothing, however it is compiled.
     * Needs no place for errno, so it may come from any thread.
     */
    static long syscallWithoutErrno(long number, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) SYSCALL_WITHOUT_ERRNO.invokeExact(number, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int open(long path, int flags) {
        try {
            return checked((int) OPEN.invokeExact(state, path, flags, 0));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int ioctl(int file, long request, long argument) {
        try {
            return checked((int) IOCTL.invokeExact(state, file, request, argument));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int close(int file) {
        try {
            return checked((int) CLOSE.invokeExact(state, file));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int statx(int directory, long path, int flags, int mask, long result) {
        try {
            return checked((int) STATX.invokeExact(state, directory, path, flags, mask, result));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int flock(int file, int operation) {
        try {
            return checked((int) FLOCK.invokeExact(state, file, operation));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int socket(int family, int type, int protocol) {
        try {
            return checked((int) SOCKET.invokeExact(state, family, type, protocol));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int bind(int socket, long address, int length) {
        try {
            return checked((int) BIND.invokeExact(state, socket, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int listen(int socket, int backlog) {
        try {
            return checked((int) LISTEN.invokeExact(state, socket, backlog));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int setsockopt(int socket, int level, int option, long value, int length) {
        try {
            return checked(
                    (int) SETSOCKOPT.invokeExact(state, socket, level, option, value, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int getsockname(int socket, long address, long length) {
        try {
            return checked((int) GETSOCKNAME.invokeExact(state, socket, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int getpeername(int socket, long address, long length) {
        try {
            return checked((int) GETPEERNAME.invokeExact(state, socket, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    long mmap(long length, int protection, int flags, int file, long offset) {
        try {
            return checked(
                    (long) MMAP.invokeExact(state, 0L, length, protection, flags, file, offset));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * Address space of zeros that takes memory only where it is touched.
     *
     * @throws OutOfMemoryError when the system refuses
     */
    long reserve(long length) {
        int readAndWrite = 3;
        int privateAnonymousNoReserve = 0x4022;
        long address = mmap(length, readAndWrite, privateAnonymousNoReserve, -1, 0);
        if (address < 0) {
            throw new OutOfMemoryError(
                    "cannot reserve " + length + " bytes: " + Errno.describe((int) address));
        }
        return address;
    }

    int munmap(long address, long length) {
        try {
            return checked((int) MUNMAP.invokeExact(state, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** MADV_HUGEPAGE, a hint that may be refused. */
    static void preferLargePages(long address, long length) {
        int hugePage = 14;
        try {
            int ignored = (int) MADVISE.invokeExact(address, length, hugePage);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** MADV_DONTNEED. Needs no place for errno, so it may come from any thread. */
    static boolean discardPages(long address, long length) {
        int dontNeed = 4;
        try {
            return (int) MADVISE.invokeExact(address, length, dontNeed) == 0;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int eventfd(int initial, int flags) {
        try {
            return checked((int) EVENTFD.invokeExact(state, initial, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    long write(int file, long address, long length) {
        try {
            return checked((long) WRITE.invokeExact(state, file, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }
}
