package io.mayastor.engine.target;

import io.mayastor.engine.reactor.BufferArena;
import io.mayastor.engine.reactor.BufferWaiter;

/**
 * Memory for the data of one reactor's commands: who gets a buffer, who may ask its host for data,
 * and the queue of those that wait for either. Owner thread: the reactor's.
 */
final class DataBuffers extends BufferWaiter {
    private final ConnectionGroup group;
    private final BufferArena arena;
    private final long connectionLimit;
    private final long r2tLimit;
    private final CommandList waiting = new CommandList();
    private long r2tBytes;

    DataBuffers(ConnectionGroup group, BufferArena arena, TargetOptions options) {
        this.group = group;
        this.arena = arena;
        this.connectionLimit = options.connectionBytes();
        this.r2tLimit = options.r2tBytesOf(arena.memory().byteSize());
    }

    /** Bytes that hosts have been asked for and have not sent yet. */
    long requestedBytes() {
        return r2tBytes;
    }

    /** Commands that wait. */
    int waiting() {
        return waiting.size();
    }

    /**
     * Gives the command a buffer for its data; false when memory or the connection's quota is
     * short.
     */
    boolean take(Command command) {
        long held = command.queue.bufferedBytes;
        boolean overQuota = held > 0 && held + command.dataLength > connectionLimit;
        return command.bufferLength > 0 || (!overQuota && allocate(command));
    }

    /**
     * Gives the command a buffer for data that has come in its capsule. The queue depth bounds
     * these; the connection's quota does not count for them, since the data that frees it may lie
     * behind this capsule in the stream.
     */
    boolean takeForCapsule(Command command) {
        return allocate(command);
    }

    private boolean allocate(Command command) {
        int length = command.dataLength;
        long address = arena.allocate(length);
        if (address == 0) {
            arena.awaitBuffer(this);
            return false;
        }
        command.dataAddress = address;
        command.bufferLength = length;
        command.queue.bufferedBytes += length;
        return true;
    }

    /** Gives back what the command holds. */
    void release(Command command) {
        if (command.bufferLength > 0) {
            arena.free(command.dataAddress, command.bufferLength);
            command.queue.bufferedBytes -= command.bufferLength;
            command.bufferLength = 0;
            group.wakeWaiting();
            group.wakeStalled();
        }
        releaseR2t(command);
    }

    /** Charges an R2T; false when hosts have been asked for enough data already. */
    boolean chargeR2t(Command command) {
        if (command.r2tCharged > 0) {
            return true;
        }
        if (r2tBytes > 0 && r2tBytes + command.dataLength > r2tLimit) {
            return false;
        }
        r2tBytes += command.dataLength;
        command.r2tCharged = command.dataLength;
        return true;
    }

    /** The data has come: other hosts may be asked for theirs. */
    void releaseR2t(Command command) {
        if (command.r2tCharged > 0) {
            r2tBytes -= command.r2tCharged;
            command.r2tCharged = 0;
            group.wakeWaiting();
        }
    }

    /**
     * The command has its slot, but needs memory or quota: it is tried again, first come first
     * served.
     */
    void await(Command command) {
        command.stage = Command.Stage.AWAITS_BUFFER;
        waiting.addLast(command);
    }

    /** Tries again what waits. */
    void retry() {
        int left = waiting.size();
        while (left-- > 0 && !waiting.isEmpty()) {
            Command command = waiting.removeFirst();
            QueuePair queue = command.queue;
            try {
                if (!queue.advance(command)) {
                    waiting.addLast(command);
                }
            } catch (RuntimeException e) {
                queue.connection().failed(e);
            }
        }
    }

    @Override
    protected void bufferAvailable() {
        group.retryAtTurnEnd();
    }
}
