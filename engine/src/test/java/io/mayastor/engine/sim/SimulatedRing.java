package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import io.mayastor.engine.ring.RingStatistics;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The ring of a simulated host. Beyond the contract it checks its caller: wrong participant, use
 * after close, a descriptor closed with work on it, a buffer given back twice, a turn inside a turn
 * are errors at once.
 *
 * <p>Owner: the participant that made it, or the test. Completions are run in an order that the
 * seed decides, sometimes not all of them in one turn. A participant's ring never waits in {@link
 * #turn}; the test's runs the world meanwhile.
 */
public final class SimulatedRing implements Ring {
    private static final long POLL_NANOS = 1_000;

    private final Simulation simulation;
    private final SimulatedKernel kernel;
    private final RingOptions options;
    private final SplittableRandom random;
    private final Participant owner;
    private final RingStatistics statistics = new RingStatistics();
    private final List<Operation> prepared = new ArrayList<>();
    private final List<Operation> finished = new ArrayList<>();
    private final Map<Long, Operation> inFlight = new LinkedHashMap<>();
    private final RegisteredHandles handles = new RegisteredHandles();
    private long lastOperation;
    private boolean turning;
    private volatile boolean woken;
    private boolean closing;
    private boolean closed;

    SimulatedRing(
            Simulation simulation,
            SimulatedKernel kernel,
            RingOptions options,
            SplittableRandom random) {
        this.simulation = simulation;
        this.kernel = kernel;
        this.options = options;
        this.random = random;
        this.owner = simulation.current();
        owner.adopt(this);
    }

    @Override
    public long read(int file, long offset, long address, int lengthBytes, Completion completion) {
        return transfer(Operation.Kind.READ, file, offset, address, lengthBytes, 0, completion);
    }

    @Override
    public long write(
            int file,
            long offset,
            long address,
            int lengthBytes,
            int writeFlags,
            Completion completion) {
        return transfer(
                Operation.Kind.WRITE, file, offset, address, lengthBytes, writeFlags, completion);
    }

    private long transfer(
            Operation.Kind kind,
            int file,
            long offset,
            long address,
            int lengthBytes,
            int flags,
            Completion completion) {
        Operation operation = operation(kind, file, completion);
        operation.offset = offset;
        operation.address = address;
        operation.length = lengthBytes;
        operation.argument = flags;
        return prepare(operation);
    }

    @Override
    public long fsync(int file, boolean dataOnly, Completion completion) {
        return prepare(operation(Operation.Kind.SYNC, file, completion));
    }

    @Override
    public long fallocate(
            int file, int mode, long offset, long lengthBytes, Completion completion) {
        return range(Operation.Kind.ALLOCATE, file, mode, offset, lengthBytes, completion);
    }

    @Override
    public long discard(int file, long offset, long lengthBytes, Completion completion) {
        return range(Operation.Kind.DISCARD, file, 0, offset, lengthBytes, completion);
    }

    private long range(
            Operation.Kind kind,
            int file,
            int mode,
            long offset,
            long lengthBytes,
            Completion completion) {
        Operation operation = operation(kind, file, completion);
        operation.offset = offset;
        operation.rangeBytes = lengthBytes;
        operation.argument = mode;
        return prepare(operation);
    }

    @Override
    public long receive(int socket, long address, int lengthBytes, Completion completion) {
        return transfer(Operation.Kind.RECEIVE, socket, 0, address, lengthBytes, 0, completion);
    }

    @Override
    public long receiveAll(int socket, long address, int lengthBytes, Completion completion) {
        return transfer(Operation.Kind.RECEIVE_ALL, socket, 0, address, lengthBytes, 0, completion);
    }

    @Override
    public long receiveShared(int socket, SharedBuffers buffers, Completion completion) {
        Operation operation = operation(Operation.Kind.RECEIVE_SHARED, socket, completion);
        operation.buffers = (SimulatedSharedBuffers) buffers;
        return prepare(operation);
    }

    @Override
    public long sendMessage(int socket, long messageHeader, Completion completion) {
        return transfer(Operation.Kind.SEND, socket, 0, messageHeader, 0, 0, completion);
    }

    @Override
    public long accept(int socket, Completion completion) {
        return prepare(operation(Operation.Kind.ACCEPT, socket, completion));
    }

    @Override
    public long connect(int socket, InetSocketAddress address, Completion completion) {
        Operation operation = operation(Operation.Kind.CONNECT, socket, completion);
        operation.remote = address;
        return prepare(operation);
    }

    @Override
    public long poll(int file, int events, Completion completion) {
        Operation operation = operation(Operation.Kind.POLL, file, completion);
        operation.argument = events;
        return prepare(operation);
    }

    @Override
    public long shutdown(int socket, Completion completion) {
        return prepare(operation(Operation.Kind.SHUTDOWN, socket, completion));
    }

    @Override
    public long close(int file, Completion completion) {
        if (RegisteredHandles.isHandle(file)) {
            throw new IllegalArgumentException(
                    "a registered handle is unregistered, its descriptor closed: " + file);
        }
        Operation operation = operation(Operation.Kind.CLOSE, file, completion);
        if (operation.target != null && !closing) {
            kernel.checkIdle(file, operation.target);
        }
        return prepare(operation);
    }

    @Override
    public void cancel(long operation) {
        Operation cancel = operation(Operation.Kind.CANCEL, -1, (_, _) -> {});
        cancel.offset = operation;
        prepared.add(cancel);
    }

    private Operation operation(Operation.Kind kind, int file, Completion completion) {
        checkOwner();
        if (completion == null) {
            throw new NullPointerException("no completion for " + kind);
        }
        Operation operation = new Operation(this, ++lastOperation, kind, target(file), completion);
        operation.file = file;
        return operation;
    }

    private Descriptor target(int file) {
        return RegisteredHandles.isHandle(file) ? handles.get(file) : kernel.descriptor(file);
    }

    private long prepare(Operation operation) {
        if (operation.target != null) {
            checkNotClosing(operation);
            operation.target.retain();
        }
        if (prepared.size() >= options.submissionEntries()) {
            statistics.foundSubmissionQueueFull();
            submit();
        }
        prepared.add(operation);
        inFlight.put(operation.id, operation);
        return operation.id;
    }

    private void checkNotClosing(Operation operation) {
        for (Operation earlier : prepared) {
            if (earlier.kind == Operation.Kind.CLOSE && earlier.target == operation.target) {
                throw new IllegalStateException(operation + " after " + earlier);
            }
        }
    }

    private void submit() {
        if (prepared.isEmpty()) {
            return;
        }
        List<Operation> batch = List.copyOf(prepared);
        prepared.clear();
        statistics.submitted(batch.size());
        batch.forEach(this::start);
    }

    private void start(Operation operation) {
        operation.started = true;
        switch (operation.kind) {
            case CANCEL -> {
                Operation victim = inFlight.get(operation.offset);
                if (victim != null && !victim.finished) {
                    victim.target.cancel(victim);
                }
            }
            case CLOSE -> {
                boolean known =
                        operation.target != null
                                && kernel.descriptor(operation.file) == operation.target;
                if (known) {
                    kernel.remove(operation.file).release();
                }
                operation.finish(known ? 0 : -Errno.EBADF);
            }
            default -> {
                if (operation.target == null) {
                    operation.finish(-Errno.EBADF);
                } else {
                    operation.target.start(operation);
                }
            }
        }
    }

    /** Called by whatever carried the operation out. */
    void finished(Operation operation) {
        if (operation.target != null) {
            operation.target.release();
        }
        if (!closed) {
            finished.add(operation);
            owner.wakeSoon();
        }
    }

    @Override
    public int turn(long waitNanos) {
        checkOwner();
        if (turning) {
            throw new IllegalStateException("a turn inside a turn");
        }
        turning = true;
        try {
            statistics.entered();
            submit();
            if (finished.isEmpty() && !woken) {
                pause(waitNanos);
            }
            woken = false;
            return run();
        } finally {
            turning = false;
        }
    }

    private void pause(long waitNanos) {
        if (waitNanos > 0) {
            statistics.slept();
        }
        if (!simulation.isTest(owner)) {
            owner.waits(waitNanos);
            return;
        }
        long nanos = Math.max(waitNanos, POLL_NANOS);
        simulation.runWhile(() -> finished.isEmpty() && !woken, nanos);
    }

    /** Runs completions that had come before it began, in any order, now and then not all. */
    private int run() {
        int due = finished.size();
        if (due > 1 && random.nextInt(4) == 0) {
            due = 1 + random.nextInt(due);
        }
        List<Operation> batch = new ArrayList<>(due);
        for (int i = 0; i < due; i++) {
            int pick = random.nextInt(finished.size());
            batch.add(finished.get(pick));
            finished.set(pick, finished.getLast());
            finished.removeLast();
        }
        for (Operation operation : batch) {
            inFlight.remove(operation.id);
            statistics.completed(1);
            simulation.trace(operation.id, ((long) operation.result << 32) | operation.flags);
            operation.completion.complete(operation.result, operation.flags);
        }
        return due;
    }

    @Override
    public boolean ready() {
        return woken || !finished.isEmpty() || !prepared.isEmpty();
    }

    @Override
    public void wake() {
        if (!closed) {
            woken = true;
            statistics.woken();
            owner.wakeSoon();
        }
    }

    @Override
    public long nanoTime() {
        return simulation.nanoTime();
    }

    @Override
    public int registerFile(int file) {
        checkOwner();
        Descriptor descriptor = kernel.descriptor(file);
        return descriptor == null ? file : handles.add(descriptor);
    }

    @Override
    public void unregisterFile(int handle) {
        checkOwner();
        if (!RegisteredHandles.isHandle(handle)) {
            return;
        }
        for (Operation operation : inFlight.values()) {
            if (operation.file == handle && !operation.finished) {
                throw new IllegalStateException("unregistered while pending: " + operation);
            }
        }
        handles.remove(handle);
    }

    @Override
    public void registerMemory(MemorySegment memory) {
        checkOwner();
    }

    @Override
    public SharedBuffers provideBuffers(int count, int sizeBytes) {
        checkOwner();
        return new SimulatedSharedBuffers(this, random.split(), count, sizeBytes);
    }

    @Override
    public RingStatistics statistics() {
        return statistics;
    }

    @Override
    public int inFlight() {
        return inFlight.size();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        checkOwner();
        closing = true;
        while (!inFlight.isEmpty()) {
            submit();
            for (Operation operation : List.copyOf(inFlight.values())) {
                if (!operation.finished) {
                    operation.target.abandon(operation);
                }
            }
            run();
        }
        end();
    }

    /** Its process is gone: no completion runs any more. */
    void die(boolean operationsMayHappen) {
        closed = true;
        owner.stop();
        for (Operation operation : List.copyOf(inFlight.values())) {
            if (operation.finished || operation.target == null) {
                continue;
            }
            if (!operation.started) {
                operation.target.release();
            } else if (operation.target instanceof OpenFile file
                    && !(operationsMayHappen && random.nextBoolean())) {
                file.forget(operation);
            } else {
                operation.target.abandon(operation);
            }
        }
        inFlight.clear();
        end();
    }

    private void end() {
        closed = true;
        handles.clear();
        owner.release(this);
        kernel.forget(this);
    }

    void checkIdle(int file, Descriptor descriptor) {
        for (Operation operation : inFlight.values()) {
            if (operation.target == descriptor && !operation.finished) {
                throw new IllegalStateException(
                        "descriptor " + file + " is closed with work on it: " + operation);
            }
        }
    }

    void checkOwner() {
        if (closed) {
            throw new IllegalStateException("the ring is closed");
        }
        if (simulation.current() != owner) {
            throw new IllegalStateException(
                    "a ring of " + owner.name() + " is used by " + simulation.current().name());
        }
    }
}
