package io.mayastor.engine.ring;

import java.lang.foreign.Arena;

/**
 * The few threads that do an {@link EpollRing}'s file operations, since Linux has no other way to
 * read a file without waiting. They belong to one ring and end with it.
 *
 * <p>Threads: {@link #submit}, {@link #withdraw}, {@link #takeDone}, {@link #hasDone} and {@link
 * #close} are the ring's; the two queues are guarded by this object's monitor, which, unlike a lock
 * of java.util.concurrent, allocates nothing when contended.
 */
final class FileWorkers {
    private static final int THREADS = 3;
    private static final long BLKDISCARD = 0x1277;
    private static final int ENOTTY = 25;

    private final Runnable wakeRing;
    private final OperationQueue waiting = new OperationQueue();
    private final OperationQueue done = new OperationQueue();
    private final Thread[] threads = new Thread[THREADS];
    private volatile boolean hasDone;
    private boolean started;
    private boolean stopped;

    /**
     * @param wakeRing called by a worker when it has done something
     */
    FileWorkers(Runnable wakeRing) {
        this.wakeRing = wakeRing;
    }

    void submit(EpollOperation operation) {
        synchronized (this) {
            if (!started) {
                started = true;
                for (int i = 0; i < THREADS; i++) {
                    threads[i] =
                            Thread.ofPlatform().daemon().name("ring-file-" + i).start(this::work);
                }
            }
            waiting.add(operation);
            notify();
        }
    }

    /** Takes back an operation that no worker has begun. */
    synchronized boolean withdraw(EpollOperation operation) {
        if (operation.queue != waiting) {
            return false;
        }
        waiting.remove(operation);
        return true;
    }

    /** Whether {@link #takeDone} would give something. */
    boolean hasDone() {
        return hasDone;
    }

    /** The next operation that has been done, its result filled in, or null. */
    synchronized EpollOperation takeDone() {
        EpollOperation operation = done.poll();
        hasDone = !done.isEmpty();
        return operation;
    }

    /** Ends the threads; nothing may be waiting or under way. */
    void close() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread != null && thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try (Arena arena = Arena.ofConfined()) {
            DataCalls calls = new DataCalls(arena);
            LibC libc = new LibC(arena);
            long scratch = arena.allocate(MessageHeader.IOVEC_SIZE, 8).address();
            for (EpollOperation operation = take(); operation != null; operation = take()) {
                long result;
                do {
                    result = carryOut(operation, calls, libc, scratch);
                } while (result == -Errno.EINTR || result == -Errno.EAGAIN);
                operation.result = (int) result;
                synchronized (this) {
                    done.add(operation);
                    hasDone = true;
                }
                wakeRing.run();
            }
        }
    }

    private synchronized EpollOperation take() {
        while (waiting.isEmpty() && !stopped) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt a worker; close() is what ends it.
                continue;
            }
        }
        return waiting.poll();
    }

    private static long carryOut(EpollOperation o, DataCalls calls, LibC libc, long scratch) {
        return switch (o.kind) {
            case READ -> {
                MessageHeader.setVector(Memory.ALL, scratch, o.address, o.length);
                yield calls.preadv2(o.file, scratch, 1, o.offset, 0);
            }
            case WRITE -> {
                MessageHeader.setVector(Memory.ALL, scratch, o.address, o.length);
                yield calls.pwritev2(o.file, scratch, 1, o.offset, o.flags);
            }
            case FSYNC -> calls.fsync(o.file);
            case FDATASYNC -> calls.fdatasync(o.file);
            case FALLOCATE -> calls.fallocate(o.file, o.flags, o.offset, o.length);
            case DISCARD -> {
                Memory.putLong(scratch, o.offset);
                Memory.putLong(scratch + 8, o.length);
                int result = libc.ioctl(o.file, BLKDISCARD, scratch);
                yield result == -ENOTTY ? -Errno.EOPNOTSUPP : result;
            }
            case RECEIVE,
                    RECEIVE_ALL,
                    RECEIVE_SHARED,
                    ACCEPT,
                    SEND,
                    CONNECT,
                    POLL,
                    SHUTDOWN,
                    CLOSE ->
                    throw new AssertionError(o.kind + " is no file operation");
        };
    }
}
