package io.mayastor.engine.ring;

import java.lang.foreign.Arena;

/**
 * Tries socket operations of an {@link EpollRing} without waiting. Owner thread: the ring's.
 *
 * <p>A result of {@code -EAGAIN} means: not yet.
 */
final class SocketAttempts {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOCK_CLOEXEC_NONBLOCK = 0x80800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SHUT_RDWR = 2;
    private static final int EINPROGRESS = 115;

    private final LibC libc;
    private final DataCalls calls;
    private final EpollInstance epoll;
    private final long option;

    SocketAttempts(LibC libc, DataCalls calls, EpollInstance epoll, Arena arena) {
        this.libc = libc;
        this.calls = calls;
        this.epoll = epoll;
        this.option = arena.allocate(8, 8).address();
    }

    int attempt(EpollOperation o) {
        long result;
        do {
            result =
                    switch (o.kind) {
                        case RECEIVE -> calls.recv(o.file, o.address, o.length, MSG_DONTWAIT);
                        case RECEIVE_ALL -> receiveAll(o);
                        case RECEIVE_SHARED -> receiveShared(o);
                        case ACCEPT -> calls.accept4(o.file, SOCK_CLOEXEC_NONBLOCK);
                        case SEND -> calls.sendmsg(o.file, o.address, MSG_DONTWAIT | MSG_NOSIGNAL);
                        case CONNECT -> connect(o);
                        case POLL -> {
                            int ready = epoll.readiness(o.file, o.flags);
                            yield ready == 0 ? -Errno.EAGAIN : ready;
                        }
                        case SHUTDOWN -> calls.shutdown(o.file, SHUT_RDWR);
                        case CLOSE -> closed(libc.close(o.file));
                        case READ, WRITE, FSYNC, FDATASYNC, FALLOCATE, DISCARD ->
                                throw new AssertionError(o.kind + " is for a worker");
                    };
        } while (result == -Errno.EINTR);
        return (int) result;
    }

    /** Linux has closed the descriptor even if it says that it was interrupted. */
    private static int closed(int result) {
        return result == -Errno.EINTR ? 0 : result;
    }

    /** An end or an error after some bytes is told by the next receive. */
    private long receiveAll(EpollOperation o) {
        while (o.progress < o.length) {
            long result =
                    calls.recv(o.file, o.address + o.progress, o.length - o.progress, MSG_DONTWAIT);
            if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
                return result;
            }
            if (result <= 0) {
                return o.progress > 0 ? o.progress : result;
            }
            o.progress += (int) result;
        }
        return o.progress;
    }

    private long receiveShared(EpollOperation o) {
        StackedBuffers buffers = o.buffers;
        if (buffers.available() == 0) {
            return -Errno.ENOBUFS;
        }
        long result = calls.recv(o.file, buffers.nextAddress(), buffers.sizeBytes(), MSG_DONTWAIT);
        if (result > 0) {
            o.flags = buffers.take() << 16 | UringAbi.CQE_F_BUFFER;
        }
        return result;
    }

    private int connect(EpollOperation o) {
        if (o.progress == 0) {
            int result = calls.connect(o.file, o.address, (int) o.length);
            if (result != -EINPROGRESS && result != -Errno.EINTR) {
                return result;
            }
            o.progress = 1;
        }
        if (epoll.readiness(o.file, EpollInstance.OUT) == 0) {
            return -Errno.EAGAIN;
        }
        Memory.putInt(option + 4, 4);
        int result = calls.getsockopt(o.file, SOL_SOCKET, SO_ERROR, option, option + 4);
        return result < 0 ? result : -Memory.getInt(option);
    }
}
