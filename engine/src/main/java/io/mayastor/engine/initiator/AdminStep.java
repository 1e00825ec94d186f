package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;

/**
 * One command at a time of an administrative sequence, with room of its own for the submission
 * entry and up to 4 KiB of data. Owner thread: the reactor's.
 */
final class AdminStep {
    /** Told when the command has completed. */
    @FunctionalInterface
    interface Listener {
        void completed(AdminStep step);
    }

    static final int DATA_BYTES = 4096;

    /** Memory that one step takes. */
    static final int MEMORY_BYTES = 2 * DATA_BYTES;

    private final MemorySegment data;
    private final MemorySegment entry;
    private final Command command;

    /**
     * @param memory {@link #MEMORY_BYTES}, that stay until the command has completed
     */
    AdminStep(MemorySegment memory, Listener listener) {
        data = memory.asSlice(0, DATA_BYTES);
        entry = memory.asSlice(DATA_BYTES, SubmissionEntry.LENGTH);
        command = new Command(done -> listener.completed(this));
    }

    /** Where the submission entry is encoded before {@link #run}. */
    MemorySegment entry() {
        return entry;
    }

    /** What was received, or is to be sent. */
    MemorySegment data() {
        return data;
    }

    /** Submits the encoded entry; the queue pair gives it its identifier. */
    void run(QueuePair queuePair, int dataLength) {
        run(queuePair, dataLength, true);
    }

    void run(QueuePair queuePair, int dataLength, boolean timed) {
        command.load(entry, 0);
        if (dataLength > 0) {
            command.withData(data.address(), dataLength);
        }
        command.timed = timed;
        queuePair.submit(command);
    }

    boolean succeeded() {
        return Status.isSuccess(command.status);
    }

    int status() {
        return command.status;
    }

    /** DW0 in the low, DW1 in the high half. */
    long result() {
        return command.result;
    }
}
