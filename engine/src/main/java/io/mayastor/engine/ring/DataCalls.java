package io.mayastor.engine.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/**
 * The C library's calls that move data and wait for it, for the {@link EpollRing}, by the rules of
 * {@link NativeCalls}.
 */
final class DataCalls extends NativeCalls {
    private static final MethodHandle PREADV2 =
            call("preadv2", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle PWRITEV2 =
            call("pwritev2", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FSYNC = call("fsync", JAVA_INT, JAVA_INT);
    private static final MethodHandle FDATASYNC = call("fdatasync", JAVA_INT, JAVA_INT);
    private static final MethodHandle FALLOCATE =
            call("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RECV =
            call("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMSG =
            call("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle ACCEPT4 =
            call("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CONNECT =
            call("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SHUTDOWN = call("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READ =
            call("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle PPOLL =
            call("ppoll", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    DataCalls(Arena arena) {
        super(arena);
    }

    long preadv2(int file, long vectors, int count, long offset, int flags) {
        try {
            return checked((long) PREADV2.invokeExact(state, file, vectors, count, offset, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    long pwritev2(int file, long vectors, int count, long offset, int flags) {
        try {
            return checked((long) PWRITEV2.invokeExact(state, file, vectors, count, offset, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int fsync(int file) {
        try {
            return checked((int) FSYNC.invokeExact(state, file));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int fdatasync(int file) {
        try {
            return checked((int) FDATASYNC.invokeExact(state, file));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int fallocate(int file, int mode, long offset, long length) {
        try {
            return checked((int) FALLOCATE.invokeExact(state, file, mode, offset, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    long recv(int socket, long address, long length, int flags) {
        try {
            return checked((long) RECV.invokeExact(state, socket, address, length, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    long sendmsg(int socket, long header, int flags) {
        try {
            return checked((long) SENDMSG.invokeExact(state, socket, header, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int accept4(int socket, int flags) {
        try {
            return checked((int) ACCEPT4.invokeExact(state, socket, 0L, 0L, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int connect(int socket, long address, int length) {
        try {
            return checked((int) CONNECT.invokeExact(state, socket, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int shutdown(int socket, int how) {
        try {
            return checked((int) SHUTDOWN.invokeExact(state, socket, how));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int getsockopt(int socket, int level, int option, long value, long length) {
        try {
            return checked(
                    (int) GETSOCKOPT.invokeExact(state, socket, level, option, value, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    long read(int file, long address, long length) {
        try {
            return checked((long) READ.invokeExact(state, file, address, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int epollCreate(int flags) {
        try {
            return checked((int) EPOLL_CREATE1.invokeExact(state, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int epollControl(int epoll, int operation, int file, long event) {
        try {
            return checked((int) EPOLL_CTL.invokeExact(state, epoll, operation, file, event));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    int epollWait(int epoll, long events, int count, int timeoutMillis) {
        try {
            return checked(
                    (int) EPOLL_WAIT.invokeExact(state, epoll, events, count, timeoutMillis));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /**
     * @param timespec address of a {@code struct timespec}, or 0 to wait without a limit
     */
    int ppoll(long descriptors, long count, long timespec) {
        try {
            return checked((int) PPOLL.invokeExact(state, descriptors, count, timespec, 0L));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }
}
