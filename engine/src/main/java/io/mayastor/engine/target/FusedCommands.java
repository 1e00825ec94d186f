package io.mayastor.engine.target;

import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;

/**
 * Compare and Write as one (Base 2.0 §3.4.2): the compare is held until the write that must follow
 * it on the same queue has come; {@link FusedPair} runs both. Owner thread: the connection's
 * reactor.
 */
final class FusedCommands {
    private FusedCommands() {}

    /** Whether a command may carry this FUSE value; called before its other fields are checked. */
    static int check(Command command, int fuse) {
        boolean first = fuse == SubmissionEntry.FUSE_FIRST && command.opcode == NvmOpcode.COMPARE;
        boolean second = fuse == SubmissionEntry.FUSE_SECOND && command.opcode == NvmOpcode.WRITE;
        if (!first && !second) {
            return Status.withDoNotRetry(Status.INVALID_FIELD);
        }
        if (second && command.queue.fusedFirst == null) {
            return Status.ABORTED_MISSING_FUSED;
        }
        command.fusedPart = fuse;
        return Status.SUCCESS;
    }

    /** Whatever follows a first half decides about it: only its second half keeps it waiting. */
    static void followed(QueuePair queue, int fuse) {
        if (queue.fusedFirst != null && fuse != SubmissionEntry.FUSE_SECOND) {
            answerFirst(queue, Status.ABORTED_MISSING_FUSED);
        }
    }

    /** The command is refused: when it was a second half, the first fails with it. */
    static void refused(Command command) {
        boolean second =
                SubmissionEntry.fuse(Memory.ALL, command.entryBase) == SubmissionEntry.FUSE_SECOND;
        if (second && command.queue.fusedFirst != null) {
            answerFirst(command.queue, Status.ABORTED_FAILED_FUSED);
        }
    }

    private static void answerFirst(QueuePair queue, int status) {
        Command first = queue.fusedFirst;
        queue.fusedFirst = null;
        FusedPair.answer(first, status);
    }

    /**
     * Holds the command: the first half waits for the second, the pair waits until it is alone. A
     * pair that comes here again has been held at the gate.
     */
    static void hold(Command command) {
        QueuePair queue = command.queue;
        command.stage = Command.Stage.HELD;
        if (command.fusedPart == SubmissionEntry.FUSE_FIRST) {
            queue.fusedFirst = command;
            return;
        }
        if (command.pair != null) {
            command.pair.begin();
            return;
        }
        Command first = queue.fusedFirst;
        queue.fusedFirst = null;
        if (first.namespace != command.namespace
                || first.io.startBlock != command.io.startBlock
                || first.io.blocks != command.io.blocks) {
            FusedPair.answer(first, Status.withDoNotRetry(Status.INVALID_FIELD));
            FusedPair.answer(command, Status.withDoNotRetry(Status.INVALID_FIELD));
            return;
        }
        new FusedPair(first, command).begin();
    }

    /** The connection has ended before this half was started. */
    static void dropped(Command command) {
        if (command.queue.fusedFirst == command) {
            command.queue.fusedFirst = null;
        } else if (command.pair != null) {
            command.pair.dropped(command);
        }
    }
}
