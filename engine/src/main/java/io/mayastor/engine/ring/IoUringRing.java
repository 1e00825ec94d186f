package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * {@link Ring} on Linux' io_uring. Owner thread: the one that made it, a platform thread; only
 * {@link #wake} may come from elsewhere.
 *
 * <p>One turn is one {@code io_uring_enter} that submits, collects and, if asked, sleeps. With
 * DEFER_TASKRUN the kernel hands out only some twenty completions per enter, so a turn enters again
 * while the kernel's TASKRUN flag stands, a bounded number of times.
 *
 * <p>When the kernel refuses submissions until completions are taken (EBUSY, EAGAIN) while an
 * operation is being prepared, completions are moved to {@link DeferredCompletions}: they may run
 * only in the next turn.
 */
final class IoUringRing implements Ring {
    /** Names, in {@code user_data}, of entries that are no caller's operation: all negative. */
    private static final long WAKE_UP = -1;

    private static final long IGNORED = -2;

    private static final int MSG_WAITALL = 0x100;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final int ENTERS_PER_TURN = 64;
    private static final int SUBMIT_ATTEMPTS = 100_000;
    private static final long CLOSE_WAIT_NANOS = 10_000_000;
    private static final int CLOSE_ROUNDS = 1_000;
    private static final int INITIAL_SLOTS = 1024;

    private static final int ARGUMENT_SIZE = 24;
    private static final int TIMESPEC = 32;

    private final Thread owner = Thread.currentThread();
    private final Arena arena;
    private final LibC libc;
    private final Kernel kernel;
    private final UringDescriptor uring;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final DeferredCompletions deferred = new DeferredCompletions();
    private final OperationTable operations = new OperationTable(INITIAL_SLOTS);
    private final SubmittedEntries entries;
    private final SocketAddresses addresses;
    private final RegisteredFiles files;
    private final RegisteredMemory registeredMemory;
    private final RingStatistics statistics = new RingStatistics();
    private final SleepState sleepState = new SleepState();
    private final UringWaker waker;
    private final long waitArgument;
    private BufferRing[] bufferRings = {};
    private boolean closing;
    private boolean closed;

    /**
     * @throws UringDescriptor.RefusedException when the system does not give a usable io_uring
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the ring
    IoUringRing(RingOptions options, Kernel kernel) throws UringDescriptor.RefusedException {
        if (owner.isVirtual()) {
            throw new IllegalStateException(
                    "a ring belongs to one kernel thread: its owner must be a platform thread");
        }
        this.kernel = kernel;
        arena = Arena.ofShared();
        libc = new LibC(arena);
        try {
            uring = new UringDescriptor(options, libc, arena);
        } catch (UringDescriptor.RefusedException e) {
            arena.close();
            throw e;
        }
        submissions = uring.submissions();
        completions = uring.completions();
        entries = new SubmittedEntries(libc);
        addresses = new SocketAddresses(libc);
        files = new RegisteredFiles(uring, arena);
        registeredMemory = new RegisteredMemory(uring, arena);
        MemorySegment argument = arena.allocate(TIMESPEC + 16, 8);
        waitArgument = argument.address();
        waker = UringWaker.choose(uring, libc, arena, WAKE_UP);
        armWaker();
        // The choice of the waker may have left its trial message: no caller's turn shall end early
        // for it.
        turnOnce(0);
    }

    private void armWaker() {
        if (waker.needsRead()) {
            enqueue(
                    OP_READ | (long) waker.descriptor() << 32,
                    -1,
                    waker.readBuffer(),
                    8,
                    WAKE_UP,
                    0,
                    0);
        }
    }

    // Operations
    // -------------------------------------------------------------------------------------------------------------------------------------------

    @Override
    public long read(int file, long offset, long address, int lengthBytes, Completion completion) {
        int index = registeredMemory.indexOf(address, lengthBytes);
        return index < 0
                ? start(OP_READ, file, offset, address, lengthBytes, 0, 0, 0, completion)
                : start(OP_READ_FIXED, file, offset, address, lengthBytes, 0, index, 0, completion);
    }

    @Override
    public long write(
            int file,
            long offset,
            long address,
            int lengthBytes,
            int writeFlags,
            Completion completion) {
        int index = registeredMemory.indexOf(address, lengthBytes);
        return index < 0
                ? start(OP_WRITE, file, offset, address, lengthBytes, writeFlags, 0, 0, completion)
                : start(
                        OP_WRITE_FIXED,
                        file,
                        offset,
                        address,
                        lengthBytes,
                        writeFlags,
                        index,
                        0,
                        completion);
    }

    @Override
    public long fsync(int file, boolean dataOnly, Completion completion) {
        return start(OP_FSYNC, file, 0, 0, 0, dataOnly ? FSYNC_DATASYNC : 0, 0, 0, completion);
    }

    @Override
    public long fallocate(
            int file, int mode, long offset, long lengthBytes, Completion completion) {
        return start(OP_FALLOCATE, file, offset, lengthBytes, mode, 0, 0, 0, completion);
    }

    @Override
    public long discard(int file, long offset, long lengthBytes, Completion completion) {
        if (!uring.features().supports(OP_URING_CMD)) {
            return finishLater(-Errno.EOPNOTSUPP, completion);
        }
        return start(
                OP_URING_CMD,
                file,
                BLOCK_URING_CMD_DISCARD,
                offset,
                0,
                0,
                0,
                lengthBytes,
                completion);
    }

    @Override
    public long receive(int socket, long address, int lengthBytes, Completion completion) {
        return start(OP_RECV, socket, 0, address, lengthBytes, 0, 0, 0, completion);
    }

    @Override
    public long receiveAll(int socket, long address, int lengthBytes, Completion completion) {
        return start(OP_RECV, socket, 0, address, lengthBytes, MSG_WAITALL, 0, 0, completion);
    }

    @Override
    public long receiveShared(int socket, SharedBuffers buffers, Completion completion) {
        int group = ((BufferRing) buffers).group();
        return start(OP_RECV | SQE_BUFFER_SELECT << 8, socket, 0, 0, 0, 0, group, 0, completion);
    }

    @Override
    public long sendMessage(int socket, long messageHeader, Completion completion) {
        return start(OP_SENDMSG, socket, 0, messageHeader, 1, MSG_NOSIGNAL, 0, 0, completion);
    }

    @Override
    public long accept(int socket, Completion completion) {
        return start(OP_ACCEPT, socket, 0, 0, 0, SOCK_CLOEXEC, 0, 0, completion);
    }

    @Override
    public long connect(int socket, InetSocketAddress address, Completion completion) {
        long operation = operations.add(completion);
        int slot = OperationTable.slotOf(operation);
        long at = addresses.of(slot);
        int length = SocketAddressLayout.encode(address, at);
        return submit(operation, slot, OP_CONNECT, socket, length, at, 0, 0, 0, 0);
    }

    @Override
    public long poll(int file, int events, Completion completion) {
        return start(OP_POLL_ADD, file, 0, 0, 0, events, 0, 0, completion);
    }

    @Override
    public long shutdown(int socket, Completion completion) {
        int bothDirections = 2;
        return start(OP_SHUTDOWN, socket, 0, 0, bothDirections, 0, 0, 0, completion);
    }

    @Override
    public long close(int file, Completion completion) {
        return start(OP_CLOSE, file, 0, 0, 0, 0, 0, 0, completion);
    }

    @Override
    public void cancel(long operation) {
        if (!operations.contains(operation)) {
            return;
        }
        operations.markCancelled(OperationTable.slotOf(operation));
        enqueue(OP_ASYNC_CANCEL | -1L << 32, 0, operation, 0, IGNORED, 0, 0);
    }

    private long start(
            int opcodeAndFlags,
            int file,
            long offset,
            long address,
            int length,
            int operationFlags,
            int index,
            long addr3,
            Completion completion) {
        long operation = operations.add(completion);
        return submit(
                operation,
                OperationTable.slotOf(operation),
                opcodeAndFlags,
                file,
                offset,
                address,
                length,
                operationFlags,
                index,
                addr3);
    }

    private long submit(
            long operation,
            int slot,
            int opcodeAndFlags,
            int file,
            long offset,
            long address,
            int length,
            int operationFlags,
            int index,
            long addr3) {
        if (closing && opcodeAndFlags != OP_CLOSE) {
            checkOpen();
            deferred.add(operation, -Errno.ECANCELED, 0);
            return operation;
        }
        long head =
                RegisteredFiles.isHandle(file)
                        ? opcodeAndFlags
                                | SQE_FIXED_FILE << 8
                                | (long) (file & ~RegisteredFiles.HANDLE) << 32
                        : opcodeAndFlags | (long) file << 32;
        long lengthAndFlags = Integer.toUnsignedLong(length) | (long) operationFlags << 32;
        entries.save(slot, head, offset, address, lengthAndFlags, index, addr3);
        enqueue(head, offset, address, lengthAndFlags, operation, index, addr3);
        statistics.submitted(1);
        return operation;
    }

    /** An operation whose result is known already; it is delivered in the next turn. */
    private long finishLater(int result, Completion completion) {
        long operation = operations.add(completion);
        statistics.submitted(1);
        deferred.add(operation, result, 0);
        return operation;
    }

    private void enqueue(
            long operation,
            long offset,
            long address,
            long lengthAndFlags,
            long userData,
            long index,
            long addr3) {
        if (submissions.isFull()) {
            makeRoom();
        }
        submissions.add(operation, offset, address, lengthAndFlags, userData, index, addr3);
    }

    // The turn
    // ---------------------------------------------------------------------------------------------------------------------------------------------

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
        if (waitNanos > 0 && !hasCompletions() && sleepState.trySleep()) {
            sleep(waitNanos);
            sleepState.awake();
        } else if (submissions.pending() != 0 || kernelHasMore()) {
            enter(0, ENTER_GETEVENTS, 0, 0);
        }
        int ran = reap();
        for (int i = 1; i < ENTERS_PER_TURN && kernelHasMore(); i++) {
            enter(0, ENTER_GETEVENTS, 0, 0);
            ran += reap();
        }
        return ran;
    }

    private void sleep(long waitNanos) {
        statistics.slept();
        long timespec = 0;
        if (waitNanos != Long.MAX_VALUE) {
            timespec = waitArgument + TIMESPEC;
            Memory.putLong(timespec, waitNanos / 1_000_000_000);
            Memory.putLong(timespec + 8, waitNanos % 1_000_000_000);
        }
        Memory.putLong(waitArgument + 16, timespec);
        enter(1, ENTER_GETEVENTS | ENTER_EXT_ARG, waitArgument, ARGUMENT_SIZE);
    }

    /**
     * Gives the kernel what is pending. Returns false when it wants completions to be taken first.
     *
     * <p>ETIME and EINTR end a sleep early, which every caller of {@link #turn} has to expect
     * anyway.
     */
    private boolean enter(int atLeast, int flags, long argument, long argumentSize) {
        submissions.publish();
        statistics.entered();
        long result = uring.enter(submissions.pending(), atLeast, flags, argument, argumentSize);
        submissions.refresh();
        if (result >= 0) {
            return true;
        }
        return switch ((int) -result) {
            case Errno.ETIME, Errno.EINTR -> true;
            case Errno.EBUSY, Errno.EAGAIN -> false;
            default ->
                    throw new IllegalStateException(
                            "io_uring_enter: " + Errno.describe((int) result));
        };
    }

    /**
     * Gives a full queue to the kernel while an operation is being prepared. No completion may run
     * here.
     */
    private void makeRoom() {
        statistics.foundSubmissionQueueFull();
        enter(0, 0, 0, 0);
        for (int attempt = 0; submissions.isFull(); attempt++) {
            if (attempt == SUBMIT_ATTEMPTS) {
                throw new IllegalStateException(
                        "the kernel has refused "
                                + submissions.pending()
                                + " operations "
                                + attempt
                                + " times");
            }
            defer();
            enter(0, ENTER_GETEVENTS, 0, 0);
        }
    }

    private void defer() {
        while (!completions.isEmpty()) {
            long userData = completions.userData();
            int result = completions.result();
            int flags = completions.flags();
            completions.advance();
            deferred.add(userData, result, flags);
        }
    }

    private boolean kernelHasMore() {
        int flags = submissions.flags();
        if ((flags & SQ_CQ_OVERFLOW) != 0) {
            statistics.foundCompletionOverflow();
            return true;
        }
        return (flags & SQ_TASKRUN) != 0;
    }

    private boolean hasCompletions() {
        return !completions.isEmpty()
                || deferred.size() != 0
                || (submissions.flags() & (SQ_CQ_OVERFLOW | SQ_TASKRUN)) != 0;
    }

    /**
     * Runs the completions that are there now; those that come meanwhile are for the next time, so
     * that a turn ends.
     */
    private int reap() {
        int ran = 0;
        for (int i = deferred.size(); i > 0; i--) {
            long userData = deferred.userData();
            int result = deferred.result();
            int flags = deferred.flags();
            deferred.remove();
            ran += finish(userData, result, flags);
        }
        int end = completions.tail();
        while (completions.until(end) > 0) {
            long userData = completions.userData();
            int result = completions.result();
            int flags = completions.flags();
            completions.advance();
            ran += finish(userData, result, flags);
        }
        if (ran != 0) {
            statistics.completed(ran);
        }
        return ran;
    }

    private int finish(long userData, int result, int flags) {
        if (userData < 0) {
            if (userData == WAKE_UP && !closing) {
                armWaker();
            }
            return 0;
        }
        if (!operations.contains(userData)) {
            throw new IllegalStateException(
                    "a completion for operation "
                            + Long.toHexString(userData)
                            + ", which is not in flight");
        }
        int slot = OperationTable.slotOf(userData);
        int delivered = result;
        if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            if (!operations.isCancelled(slot)) {
                restart(slot, userData);
                return 0;
            }
            delivered = -Errno.ECANCELED;
        }
        int deliveredFlags = (flags & CQE_F_BUFFER) == 0 ? 0 : takeBuffer(slot, result, flags);
        operations.remove(slot).complete(delivered, deliveredFlags);
        return 1;
    }

    private void restart(int slot, long userData) {
        if (submissions.isFull()) {
            makeRoom();
        }
        entries.addAgain(slot, userData, submissions);
    }

    private int takeBuffer(int slot, int result, int flags) {
        BufferRing buffers = bufferRings[entries.bufferGroup(slot)];
        int buffer = SharedBuffers.bufferOf(flags);
        buffers.take(buffer);
        if (result > 0) {
            return flags & ~0xffff;
        }
        buffers.release(buffer);
        return 0;
    }

    @Override
    public boolean ready() {
        return hasCompletions() || submissions.pending() != 0;
    }

    @Override
    public void wake() {
        if (sleepState.request()) {
            synchronized (sleepState) {
                waker.signal();
                statistics.woken();
            }
            sleepState.signalled();
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    // Registration
    // -----------------------------------------------------------------------------------------------------------------------------------------

    @Override
    public int registerFile(int file) {
        return files.register(file);
    }

    @Override
    public void unregisterFile(int handle) {
        if (RegisteredFiles.isHandle(handle)) {
            files.unregister(handle);
        }
    }

    @Override
    public void registerMemory(MemorySegment memory) {
        registeredMemory.register(memory);
    }

    @Override
    public SharedBuffers provideBuffers(int count, int sizeBytes) {
        BufferRing buffers = new BufferRing(uring, kernel, bufferRings.length, count, sizeBytes);
        bufferRings = Arrays.copyOf(bufferRings, bufferRings.length + 1);
        bufferRings[buffers.group()] = buffers;
        return buffers;
    }

    @Override
    public RingStatistics statistics() {
        return statistics;
    }

    @Override
    public int inFlight() {
        return operations.inUse();
    }

    // The end
    // ----------------------------------------------------------------------------------------------------------------------------------------------

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the ring is closed");
        }
    }

    /**
     * Operations that completions prepare from now on are cancelled at once, except for closing
     * descriptors.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closing = true;
        for (int round = 0; operations.inUse() > 0 && round < CLOSE_ROUNDS; round++) {
            cancelAll();
            turnOnce(CLOSE_WAIT_NANOS);
        }
        sleepState.close();
        closed = true;
        boolean idle = operations.inUse() == 0;
        uring.close();
        waker.close();
        if (idle) {
            // Otherwise a disk still owes answers: what it writes to must stay mapped.
            for (BufferRing buffers : bufferRings) {
                buffers.close();
            }
        }
        entries.close();
        addresses.close();
        arena.close();
    }

    private void cancelAll() {
        for (int slot = 0; slot < operations.capacity(); slot++) {
            if (operations.isInUse(slot) && !operations.isCancelled(slot)) {
                cancel(operations.operationIn(slot));
            }
        }
    }
}
