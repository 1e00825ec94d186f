package io.mayastor.engine.ring;

import io.mayastor.engine.ring.EpollOperation.Kind;
import io.mayastor.engine.ring.EpollOperation.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Ring} for systems that refuse io_uring: non-blocking sockets on epoll, files on a few
 * threads of its own. Owner thread: the one that made it; only {@link #wake} may come from
 * elsewhere.
 *
 * <p>A turn first tries what was prepared, parks what cannot be done yet in its descriptor's {@link
 * Watch}, collects events and the workers' results, tries again what they concern, and runs the
 * completions. Its sockets must be non-blocking, as {@link LinuxKernel} makes them for this ring.
 */
final class EpollRing implements Ring {
    private static final long CLOSE_WAIT_NANOS = 10_000_000;
    private static final int CLOSE_ROUNDS = 1_000;
    private static final int INITIAL_SLOTS = 1024;

    private final Thread owner = Thread.currentThread();
    private final Kernel kernel;
    private final Arena arena;
    private final EpollInstance epoll;
    private final SocketAttempts sockets;
    private final FileWorkers workers = new FileWorkers(this::wake);
    private final OperationTable table = new OperationTable(INITIAL_SLOTS);
    private final OperationQueue prepared = new OperationQueue();
    private final DeferredCompletions completions = new DeferredCompletions();
    private final RingStatistics statistics = new RingStatistics();
    private final SleepState sleepState = new SleepState();
    private final Runnable signal;
    private final SocketAddresses addresses;
    private final List<StackedBuffers> sharedBuffers = new ArrayList<>();
    private EpollOperation[] operations = new EpollOperation[INITIAL_SLOTS];
    private Watch[] watches = new Watch[256];
    private int parked;
    private boolean closing;
    private boolean closed;

    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the ring
    EpollRing(Kernel kernel) {
        this.kernel = kernel;
        arena = Arena.ofShared();
        LibC libc = new LibC(arena);
        DataCalls calls = new DataCalls(arena);
        epoll = new EpollInstance(arena, libc, calls);
        signal = epoll::signal;
        sockets = new SocketAttempts(libc, calls, epoll, arena);
        addresses = new SocketAddresses(libc);
    }

    // Operations

    @Override
    public long read(int file, long offset, long address, int lengthBytes, Completion completion) {
        return prepare(Kind.READ, file, offset, address, lengthBytes, 0, completion);
    }

    @Override
    public long write(
            int file,
            long offset,
            long address,
            int lengthBytes,
            int writeFlags,
            Completion completion) {
        return prepare(Kind.WRITE, file, offset, address, lengthBytes, writeFlags, completion);
    }

    @Override
    public long fsync(int file, boolean dataOnly, Completion completion) {
        return prepare(dataOnly ? Kind.FDATASYNC : Kind.FSYNC, file, 0, 0, 0, 0, completion);
    }

    @Override
    public long fallocate(
            int file, int mode, long offset, long lengthBytes, Completion completion) {
        return prepare(Kind.FALLOCATE, file, offset, 0, lengthBytes, mode, completion);
    }

    @Override
    public long discard(int file, long offset, long lengthBytes, Completion completion) {
        return prepare(Kind.DISCARD, file, offset, 0, lengthBytes, 0, completion);
    }

    @Override
    public long receive(int socket, long address, int lengthBytes, Completion completion) {
        return prepare(Kind.RECEIVE, socket, 0, address, lengthBytes, 0, completion);
    }

    @Override
    public long receiveAll(int socket, long address, int lengthBytes, Completion completion) {
        return prepare(Kind.RECEIVE_ALL, socket, 0, address, lengthBytes, 0, completion);
    }

    @Override
    public long receiveShared(int socket, SharedBuffers buffers, Completion completion) {
        long operation = prepare(Kind.RECEIVE_SHARED, socket, 0, 0, 0, 0, completion);
        operations[OperationTable.slotOf(operation)].buffers = (StackedBuffers) buffers;
        return operation;
    }

    @Override
    public long sendMessage(int socket, long messageHeader, Completion completion) {
        return prepare(Kind.SEND, socket, 0, messageHeader, 0, 0, completion);
    }

    @Override
    public long accept(int socket, Completion completion) {
        return prepare(Kind.ACCEPT, socket, 0, 0, 0, 0, completion);
    }

    @Override
    public long connect(int socket, InetSocketAddress address, Completion completion) {
        long operation = prepare(Kind.CONNECT, socket, 0, 0, 0, 0, completion);
        EpollOperation o = operations[OperationTable.slotOf(operation)];
        o.address = addresses.of(o.slot);
        o.length = SocketAddressLayout.encode(address, o.address);
        return operation;
    }

    @Override
    public long poll(int file, int events, Completion completion) {
        return prepare(Kind.POLL, file, 0, 0, 0, events, completion);
    }

    @Override
    public long shutdown(int socket, Completion completion) {
        return prepare(Kind.SHUTDOWN, socket, 0, 0, 0, 0, completion);
    }

    @Override
    public long close(int file, Completion completion) {
        return prepare(Kind.CLOSE, file, 0, 0, 0, 0, completion);
    }

    private long prepare(
            Kind kind,
            int file,
            long offset,
            long address,
            long length,
            int flags,
            Completion completion) {
        checkOpen();
        long name = table.add(completion);
        EpollOperation o = operation(OperationTable.slotOf(name));
        o.kind = kind;
        o.file = file;
        o.offset = offset;
        o.address = address;
        o.length = length;
        o.flags = flags;
        o.progress = 0;
        statistics.submitted(1);
        if (closing && kind != Kind.CLOSE) {
            finish(o, -Errno.ECANCELED);
        } else {
            prepared.add(o);
        }
        return name;
    }

    private EpollOperation operation(int slot) {
        if (slot >= operations.length) {
            operations = Arrays.copyOf(operations, table.capacity());
        }
        EpollOperation o = operations[slot];
        if (o == null) {
            o = new EpollOperation(slot);
            operations[slot] = o;
        }
        return o;
    }

    @Override
    public void cancel(long operation) {
        if (!closed && table.contains(operation)) {
            cancel(operations[OperationTable.slotOf(operation)]);
        }
    }

    /** An operation that is being done by a worker, or has been done, ends with its own result. */
    private void cancel(EpollOperation o) {
        if (o.kind.place == Place.WORKER && o.queue != prepared) {
            if (workers.withdraw(o)) {
                finish(o, -Errno.ECANCELED);
            }
        } else if (o.queue != null) {
            if (o.queue != prepared) {
                parked--;
            }
            o.queue.remove(o);
            boolean partlyReceived = o.kind == Kind.RECEIVE_ALL && o.progress > 0;
            finish(o, partlyReceived ? o.progress : -Errno.ECANCELED);
        }
    }

    /** The completion runs in this turn or the next. */
    private void finish(EpollOperation o, int result) {
        int flags = o.kind == Kind.RECEIVE_SHARED && result > 0 ? o.flags : 0;
        completions.add(table.operationIn(o.slot), result, flags);
    }

    // The turn

    @Override
    public int turn(long waitNanos) {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "the ring of " + owner + " was turned by " + Thread.currentThread());
        }
        checkOpen();
        return turnOnce(waitNanos);
    }

    private int turnOnce(long waitNanos) {
        startPrepared();
        boolean slept = false;
        if (waitNanos > 0 && completions.size() == 0 && !workers.hasDone()) {
            slept = sleep(waitNanos);
        }
        if (slept || parked != 0) {
            collectEvents();
        }
        for (EpollOperation o = workers.takeDone(); o != null; o = workers.takeDone()) {
            finish(o, o.result);
        }
        return runCompletions();
    }

    private void startPrepared() {
        for (EpollOperation o = prepared.poll(); o != null; o = prepared.poll()) {
            if (o.kind.place == Place.WORKER) {
                workers.submit(o);
            } else {
                start(o);
            }
        }
    }

    private void start(EpollOperation o) {
        if (o.kind.place == Place.AT_ONCE) {
            finish(o, sockets.attempt(o));
            return;
        }
        Watch watch = o.file < 0 ? null : watchOf(o.file);
        OperationQueue queue = watch == null ? null : watch.queue(o.kind.place);
        boolean mayPass = queue == null || queue.isEmpty() || o.kind.place == Place.EITHER;
        int result = mayPass ? sockets.attempt(o) : -Errno.EAGAIN;
        if (result == -Errno.EAGAIN && queue != null) {
            result = watch.isEmpty() ? epoll.watch(o.file) : 0;
            if (result == 0) {
                queue.add(o);
                parked++;
                return;
            }
        }
        finish(o, result);
    }

    private Watch watchOf(int file) {
        if (file >= watches.length) {
            watches = Arrays.copyOf(watches, Math.max(file + 1, 2 * watches.length));
        }
        if (watches[file] == null) {
            watches[file] = new Watch();
        }
        return watches[file];
    }

    /** Whether there may be events now, at least the wake-up's. */
    private boolean sleep(long waitNanos) {
        if (epoll.eventCount() != 0 || !sleepState.trySleep()) {
            return false;
        }
        if (!workers.hasDone()) {
            statistics.slept();
            statistics.entered();
            epoll.sleep(waitNanos);
        }
        sleepState.awake();
        return true;
    }

    private void collectEvents() {
        statistics.entered();
        epoll.collect();
        int count = epoll.eventCount();
        for (int i = 0; i < count; i++) {
            int file = epoll.file(i);
            if (file >= 0 && file < watches.length && watches[file] != null) {
                retry(watches[file], epoll.mask(i));
            }
        }
        epoll.eventsTaken();
    }

    private void retry(Watch watch, int mask) {
        boolean broken = (mask & (EpollInstance.ERROR | EpollInstance.HANG_UP)) != 0;
        if (broken || (mask & ~EpollInstance.OUT) != 0) {
            retry(watch.input);
        }
        if (broken || (mask & EpollInstance.OUT) != 0) {
            retry(watch.output);
        }
        retry(watch.either);
    }

    /** In order, up to the first that still has to wait; only polls may pass each other. */
    private void retry(OperationQueue queue) {
        EpollOperation next;
        for (EpollOperation o = queue.first(); o != null; o = next) {
            next = o.next;
            int result = sockets.attempt(o);
            if (result != -Errno.EAGAIN) {
                queue.remove(o);
                parked--;
                finish(o, result);
            } else if (o.kind != Kind.POLL) {
                return;
            }
        }
    }

    /** Runs those that are there now; what they finish at once is for the next turn. */
    private int runCompletions() {
        int count = completions.size();
        for (int i = 0; i < count; i++) {
            long name = completions.userData();
            int result = completions.result();
            int flags = completions.flags();
            completions.remove();
            int slot = OperationTable.slotOf(name);
            operations[slot].buffers = null;
            table.remove(slot).complete(result, flags);
        }
        if (count != 0) {
            statistics.completed(count);
        }
        return count;
    }

    /** Asks the kernel for events when operations wait for them: there is no queue to look into. */
    @Override
    public boolean ready() {
        return completions.size() != 0
                || !prepared.isEmpty()
                || workers.hasDone()
                || (parked != 0 && !closed && epoll.collect() != 0);
    }

    @Override
    public void wake() {
        sleepState.wake(signal, statistics);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    // Registration: there is nothing to gain here.

    @Override
    public int registerFile(int file) {
        return file;
    }

    @Override
    public void unregisterFile(int handle) {}

    @Override
    public void registerMemory(MemorySegment memory) {}

    @Override
    public SharedBuffers provideBuffers(int count, int sizeBytes) {
        checkOpen();
        StackedBuffers buffers = new StackedBuffers(kernel, count, sizeBytes);
        sharedBuffers.add(buffers);
        return buffers;
    }

    @Override
    public RingStatistics statistics() {
        return statistics;
    }

    @Override
    public int inFlight() {
        return table.inUse();
    }

    // The end

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the ring is closed");
        }
    }

    /** Waits for the workers: a file operation that has begun cannot be called back. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closing = true;
        for (int round = 0; table.inUse() > 0 && round < CLOSE_ROUNDS; round++) {
            for (int slot = 0; slot < operations.length; slot++) {
                EpollOperation o = operations[slot];
                if (o != null && o.kind != Kind.CLOSE && table.isInUse(slot)) {
                    cancel(o);
                }
            }
            turnOnce(CLOSE_WAIT_NANOS);
        }
        if (table.inUse() > 0) {
            // A disk still owes an answer: what it and its worker write to must stay mapped.
            closed = true;
            return;
        }
        workers.close();
        sleepState.close();
        closed = true;
        epoll.close();
        sharedBuffers.forEach(StackedBuffers::close);
        addresses.close();
        arena.close();
    }
}
