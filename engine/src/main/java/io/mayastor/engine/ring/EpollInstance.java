package io.mayastor.engine.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The kernel's epoll and the eventfd that ends its sleep. Owner thread: the ring's, except for
 * {@link #signal}, which one thread at a time may call.
 *
 * <pre>
 *  epoll_event   0 events u32 | 4 data u64      (12 bytes on x86-64, which packs it; elsewhere data stands at 8: 16 bytes)
 * </pre>
 */
final class EpollInstance {
    static final int IN = 1;
    static final int OUT = 4;
    static final int ERROR = 8;
    static final int HANG_UP = 16;

    private static final int PEER_HANG_UP = 0x2000;
    private static final int EDGE_TRIGGERED = 1 << 31;
    private static final int ADD = 1;
    private static final int MODIFY = 3;
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;

    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final int EVENT_SIZE = PACKED ? 12 : 16;
    private static final int EVENT_DATA = PACKED ? 4 : 8;
    private static final int BATCH = 256;

    private final LibC libc;
    private final DataCalls calls;
    private final LibC signallersLibc;
    private final int epoll;
    private final int wakeUp;
    private final long change;
    private final long events;
    private final long pollDescriptor;
    private final long timespec;
    private final long number;
    private int eventCount;

    EpollInstance(Arena arena, LibC libc, DataCalls calls) {
        this.libc = libc;
        this.calls = calls;
        this.signallersLibc = new LibC(arena);
        MemorySegment memory = arena.allocate(64 + (long) BATCH * EVENT_SIZE, 8);
        change = memory.address();
        pollDescriptor = change + 16;
        timespec = change + 24;
        number = change + 40;
        events = change + 64;
        epoll = check(calls.epollCreate(CLOEXEC), "epoll_create1");
        wakeUp = check(libc.eventfd(0, CLOEXEC | NONBLOCK), "eventfd");
        Memory.putLong(number, 1);
        setEvent(IN, wakeUp);
        check(calls.epollControl(epoll, ADD, wakeUp, change), "epoll_ctl");
    }

    private static int check(int result, String call) {
        if (result < 0) {
            throw new IllegalStateException(call + ": " + Errno.describe(result));
        }
        return result;
    }

    private void setEvent(int mask, int file) {
        Memory.putInt(change, mask);
        Memory.putLong(change + EVENT_DATA, file);
    }

    /**
     * Asks to be told once when the descriptor becomes ready or is so already. It may have been
     * closed and its number given to another file since the last time, so it is always told anew.
     *
     * @return 0 or a negated errno
     */
    int watch(int file) {
        setEvent(IN | OUT | PEER_HANG_UP | EDGE_TRIGGERED, file);
        int result = calls.epollControl(epoll, MODIFY, file, change);
        return result == -Errno.ENOENT ? calls.epollControl(epoll, ADD, file, change) : result;
    }

    /** Collects events without waiting, if those collected before have been taken. */
    int collect() {
        if (eventCount == 0) {
            eventCount = Math.max(0, calls.epollWait(epoll, events, BATCH, 0));
        }
        return eventCount;
    }

    /** Sleeps until there are events. Ends early, without events, when interrupted. */
    void sleep(long waitNanos) {
        Memory.putInt(pollDescriptor, epoll);
        Memory.putInt(pollDescriptor + 4, IN);
        calls.ppoll(pollDescriptor, 1, Timespec.encode(waitNanos, timespec));
    }

    /** Events collected and not taken. */
    int eventCount() {
        return eventCount;
    }

    /** Descriptor of an event, or -1 for a wake-up, which is taken note of. */
    int file(int event) {
        int file = (int) Memory.getLong(events + (long) event * EVENT_SIZE + EVENT_DATA);
        if (file != wakeUp) {
            return file;
        }
        calls.read(wakeUp, number + 8, 8);
        return -1;
    }

    int mask(int event) {
        return Memory.getInt(events + (long) event * EVENT_SIZE);
    }

    void eventsTaken() {
        eventCount = 0;
    }

    /** What the descriptor is ready for now, of the events asked for; errors always count. */
    int readiness(int file, int wanted) {
        Memory.putInt(pollDescriptor, file);
        Memory.putInt(pollDescriptor + 4, wanted & 0xffff);
        int result = calls.ppoll(pollDescriptor, 1, Timespec.encode(0, timespec));
        return result <= 0 ? result : Memory.getInt(pollDescriptor + 4) >>> 16;
    }

    /**
     * Any thread, one at a time: ends the sleep. A counter that is full has been signalled already.
     */
    void signal() {
        long result;
        do {
            result = signallersLibc.write(wakeUp, number, 8);
        } while (result == -Errno.EINTR);
    }

    void close() {
        libc.close(epoll);
        libc.close(wakeUp);
    }
}
