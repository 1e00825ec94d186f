package io.mayastor.engine.target;

import io.mayastor.engine.reactor.BufferArena;
import io.mayastor.engine.reactor.BufferWaiter;

/**
 * Memory for the data of one reactor's commands: who gets a buffer, and who may ask its host for
 * data. Owner thread: the reactor's.
 *
 * <p>Who is refused is told through {@link Command#awaits} what it has to wait for, and belongs
 * into the {@link Backlog}.
 */
final class DataBuffers extends BufferWaiter {
    /** Input of stalled streams may have so much of the arena. */
    private static final int PARKED_PART = 8;

    private final BufferArena arena;
    private final Backlog backlog;
    private final long connectionLimit;
    private final long r2tLimit;
    private final WaitingLine forMemory = new WaitingLine();
    private final WaitingLine forRequests = new WaitingLine();
    private final long parkedLimit;
    private long r2tBytes;
    private long parkedBytes;

    DataBuffers(BufferArena arena, Backlog backlog, TargetOptions options) {
        this.arena = arena;
        this.backlog = backlog;
        this.connectionLimit = options.connectionBytes();
        this.parkedLimit = arena.memory().byteSize() / PARKED_PART;
        this.r2tLimit = options.r2tBytesOf(arena.memory().byteSize());
    }

    /** Bytes that hosts have been asked for and have not sent yet. */
    long requestedBytes() {
        return r2tBytes;
    }

    /**
     * Gives the command a buffer for its data; false when memory or a quota of the connection or
     * the subsystem is short.
     */
    boolean take(Command command) {
        return command.bufferLength > 0 || (withinQuota(command) && allocate(command));
    }

    /**
     * Gives the command a buffer for data that its host will be asked for; false when memory, a
     * quota or what hosts may be asked for is short.
     */
    boolean takeForRequest(Command command) {
        if (command.bufferLength > 0) {
            return true;
        }
        if (!withinQuota(command)) {
            return false;
        }
        boolean asked =
                !backlog.mayPass(forRequests)
                        || (r2tBytes > 0 && r2tBytes + command.dataLength > r2tLimit);
        if (asked) {
            command.awaits = forRequests;
            return false;
        }
        if (!allocate(command)) {
            return false;
        }
        r2tBytes += command.dataLength;
        command.r2tCharged = command.dataLength;
        return true;
    }

    /**
     * Gives the command a buffer for data that has come in its capsule. The queue depth bounds
     * these; the connection's quota does not count for them, since the data that frees it may lie
     * behind this capsule in the stream.
     */
    boolean takeForCapsule(Command command) {
        return allocate(command);
    }

    private boolean withinQuota(Command command) {
        QueuePair queue = command.queue;
        long held = queue.bufferedBytes;
        if (backlog.mayPass(queue.forQuota)
                && (held == 0 || held + command.dataLength <= connectionLimit)) {
            return true;
        }
        command.awaits = queue.forQuota;
        return false;
    }

    private boolean allocate(Command command) {
        SubsystemQuota quota = quotaOf(command);
        if (quota != null && !(backlog.mayPass(quota.line(command)) && quota.hasRoom(command))) {
            command.awaits = quota.line(command);
            return false;
        }
        int length = command.dataLength;
        long address = backlog.mayPass(forMemory) ? arena.allocate(length) : 0;
        if (address == 0) {
            arena.awaitBuffer(this);
            command.awaits = forMemory;
            return false;
        }
        command.dataAddress = address;
        command.bufferLength = length;
        command.queue.bufferedBytes += length;
        if (quota != null) {
            quota.charge(command);
        }
        return true;
    }

    /** Commands of admin queues have no namespace, and are served whatever others hold. */
    private static SubsystemQuota quotaOf(Command command) {
        return command.namespace == null ? null : command.namespace.quota();
    }

    /** Gives back what the command holds. */
    void release(Command command) {
        if (command.bufferLength > 0) {
            arena.free(command.dataAddress, command.bufferLength);
            command.queue.bufferedBytes -= command.bufferLength;
            SubsystemQuota quota = quotaOf(command);
            if (quota != null) {
                quota.release(command);
            }
            command.bufferLength = 0;
            backlog.wakeCommands();
            backlog.wakeStreams();
        }
        releaseR2t(command);
    }

    /** The data has come: other hosts may be asked for theirs. */
    void releaseR2t(Command command) {
        if (command.r2tCharged > 0) {
            r2tBytes -= command.r2tCharged;
            command.r2tCharged = 0;
            backlog.wakeCommands();
        }
    }

    /**
     * Memory for input of a stream that has stalled; 0 when there is none to spare.
     *
     * @param length 1…{@link BufferArena#LARGEST}
     */
    long park(int length) {
        if (!backlog.mayPass(forMemory) || parkedBytes + length > parkedLimit) {
            return 0;
        }
        long address = arena.allocate(length);
        if (address != 0) {
            parkedBytes += length;
        }
        return address;
    }

    void unpark(long address, int length) {
        arena.free(address, length);
        parkedBytes -= length;
        backlog.wakeCommands();
        backlog.wakeStreams();
    }

    @Override
    protected void bufferAvailable() {
        backlog.wake();
    }
}
