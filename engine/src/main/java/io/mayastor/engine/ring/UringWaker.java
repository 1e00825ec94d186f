package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;

/**
 * Ends the sleep of an io_uring from another thread: by a message to the ring where the kernel can
 * send one without a second ring (Linux 6.13), else through an eventfd that the ring keeps a read
 * on.
 *
 * <p>Threads: {@link #signal} is called by one thread at a time; the rest belongs to the ring's
 * owner.
 */
final class UringWaker {
    private static final int EFD_CLOEXEC = 0x80000;

    private final LibC libc;
    private final LibC signallersLibc;
    private final int eventDescriptor;
    private final long message;
    private final long eventValue;

    private UringWaker(
            LibC libc, LibC signallersLibc, int eventDescriptor, long message, long eventValue) {
        this.libc = libc;
        this.signallersLibc = signallersLibc;
        this.eventDescriptor = eventDescriptor;
        this.message = message;
        this.eventValue = eventValue;
    }

    /**
     * @param userData what the wake-up's completion carries
     */
    static UringWaker choose(UringDescriptor ring, LibC libc, Arena arena, long userData)
            throws UringDescriptor.RefusedException {
        LibC signallersLibc = new LibC(arena);
        long message = arena.allocate(SQE_SIZE, 8).address();
        Memory.putLong(message, OP_MSG_RING | (long) ring.descriptor() << 32);
        Memory.putLong(message + 8, userData);
        if (sendMessage(libc, message) == 0) {
            return new UringWaker(libc, signallersLibc, -1, message, 0);
        }
        int event = libc.eventfd(0, EFD_CLOEXEC);
        if (event < 0) {
            ring.close();
            throw new UringDescriptor.RefusedException("eventfd: " + Errno.describe(event));
        }
        long values = arena.allocate(16, 8).address();
        Memory.putLong(values + 8, 1);
        return new UringWaker(libc, signallersLibc, event, 0, values);
    }

    /** One that fails is repeated by a call that tells errno. */
    private static int sendMessage(LibC libc, long message) {
        long result =
                LibC.syscallWithoutErrno(
                        SYS_REGISTER, -1, REGISTER_SEND_MSG_RING, message, 1, 0, 0);
        return result != -1
                ? (int) result
                : (int) libc.syscall(SYS_REGISTER, -1, REGISTER_SEND_MSG_RING, message, 1, 0, 0);
    }

    /** Whether the ring must keep a read of {@link #descriptor} in flight. */
    boolean needsRead() {
        return eventDescriptor >= 0;
    }

    int descriptor() {
        return eventDescriptor;
    }

    long readBuffer() {
        return eventValue;
    }

    /** Repeats while the kernel is short of memory: a wake-up is never dropped. */
    void signal() {
        long result;
        do {
            result =
                    message != 0
                            ? sendMessage(signallersLibc, message)
                            : signallersLibc.write(eventDescriptor, eventValue + 8, 8);
        } while (result == -Errno.EINTR || result == -Errno.EAGAIN || result == -Errno.ENOMEM);
    }

    void close() {
        if (eventDescriptor >= 0) {
            libc.close(eventDescriptor);
        }
    }
}
