package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Set;

/**
 * {@link Ring} on Linux' io_uring. Owner thread: the one that made it, a platform thread; only
 * {@link #wake} may come from elsewhere.
 *
 * <p>Here stands what operations mean: their entries, their completions, and what is registered
 * with the kernel. How entries and completions travel stands in {@link UringQueues}.
 */
final class IoUringRing implements Ring {
    /** Names, in {@code user_data}, of entries that are no caller's operation: all negative. */
    private static final long WAKE_UP = -1;

    private static final long IGNORED = -2;

    private static final int MSG_WAITALL = 0x100;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final long CLOSE_WAIT_NANOS = 10_000_000;
    private static final int CLOSE_ROUNDS = 1_000;
    private static final int INITIAL_SLOTS = 1024;

    private final Thread owner = Thread.currentThread();
    private final Arena arena;
    private final LibC libc;
    private final Kernel kernel;
    private final UringDescriptor uring;
    private final UringQueues queues;
    private final OperationTable operations = new OperationTable(INITIAL_SLOTS);
    private final SubmittedEntries entries;
    private final SocketAddresses addresses;
    private final RegisteredFiles files;
    private final RegisteredMemory registeredMemory;
    private final RingStatistics statistics = new RingStatistics();
    private final SleepState sleepState = new SleepState();
    private final UringWaker waker;
    private final Runnable signal;
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
        queues = new UringQueues(uring, statistics, sleepState, arena, this::finish);
        entries = new SubmittedEntries(libc);
        addresses = new SocketAddresses(libc);
        files = new RegisteredFiles(uring, arena);
        registeredMemory = new RegisteredMemory(uring, arena);
        waker = UringWaker.choose(uring, libc, arena, WAKE_UP);
        signal = waker::signal;
        armWaker();
        // The choice of the waker may have left its trial message: no caller's turn shall end early
        // for it.
        queues.turn(0);
    }

    private void armWaker() {
        if (waker.needsRead()) {
            queues.add(
                    OP_READ | (long) waker.descriptor() << 32,
                    -1,
                    waker.readBuffer(),
                    8,
                    WAKE_UP,
                    0,
                    0);
        }
    }

    /** What this ring uses because the kernel offers it. */
    Set<RingFeature> features() {
        Set<RingFeature> used = uring.usedFeatures();
        UringDescriptor.addIf(files.isOffered(), RingFeature.REGISTERED_FILES, used);
        UringDescriptor.addIf(registeredMemory.isOffered(), RingFeature.REGISTERED_BUFFERS, used);
        UringDescriptor.addIf(!waker.needsRead(), RingFeature.MESSAGE_WAKE, used);
        return used;
    }

    // Operations

    @Override
    public long read(int file, long offset, long address, int lengthBytes, Completion completion) {
        int index = registeredMemory.indexOf(address, lengthBytes);
        int opcode = index < 0 ? OP_READ : OP_READ_FIXED;
        return transfer(opcode, file, offset, address, lengthBytes, 0, index, completion);
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
        int opcode = index < 0 ? OP_WRITE : OP_WRITE_FIXED;
        return transfer(opcode, file, offset, address, lengthBytes, writeFlags, index, completion);
    }

    /**
     * Goes to the kernel at once: it hands the disk requests of one enter to the disk together,
     * after it has seen the last of them. The disk would have nothing to do until the end of the
     * turn, and then answer in one burst.
     */
    private long transfer(
            int opcode,
            int file,
            long offset,
            long address,
            int length,
            int flags,
            int memoryIndex,
            Completion completion) {
        int index = Math.max(0, memoryIndex);
        long operation = start(opcode, file, offset, address, length, flags, index, 0, completion);
        queues.submitNow();
        return operation;
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
        if (closed || !operations.contains(operation)) {
            return;
        }
        operations.markCancelled(OperationTable.slotOf(operation));
        queues.add(OP_ASYNC_CANCEL | -1L << 32, 0, operation, 0, IGNORED, 0, 0);
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
        checkOpen();
        if (closing && opcodeAndFlags != OP_CLOSE) {
            queues.defer(operation, -Errno.ECANCELED, 0);
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
        queues.add(head, offset, address, lengthAndFlags, operation, index, addr3);
        statistics.submitted(1);
        return operation;
    }

    /** An operation whose result is known already; it is delivered in the next turn. */
    private long finishLater(int result, Completion completion) {
        long operation = operations.add(completion);
        statistics.submitted(1);
        queues.defer(operation, result, 0);
        return operation;
    }

    // The turn

    @Override
    public int turn(long waitNanos) {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "the ring of " + owner + " was turned by " + Thread.currentThread());
        }
        checkOpen();
        return queues.turn(waitNanos);
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
                entries.addAgain(slot, userData, queues);
                return 0;
            }
            delivered = -Errno.ECANCELED;
        }
        int deliveredFlags = (flags & CQE_F_BUFFER) == 0 ? 0 : takeBuffer(slot, result, flags);
        operations.remove(slot).complete(delivered, deliveredFlags);
        return 1;
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
        return !closed && queues.ready();
    }

    @Override
    public void wake() {
        sleepState.wake(signal, statistics);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    // Registration

    @Override
    public int registerFile(int file) {
        checkOpen();
        return files.register(file);
    }

    @Override
    public void unregisterFile(int handle) {
        if (!closed && RegisteredFiles.isHandle(handle)) {
            files.unregister(handle);
        }
    }

    @Override
    public void registerMemory(MemorySegment memory) {
        checkOpen();
        registeredMemory.register(memory);
    }

    @Override
    public SharedBuffers provideBuffers(int count, int sizeBytes) {
        checkOpen();
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
            queues.turn(CLOSE_WAIT_NANOS);
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
