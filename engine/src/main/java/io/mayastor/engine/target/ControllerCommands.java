package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AbortCommand;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Commands of an admin queue that every controller has (Base 2.0 §5): Fabrics commands, Identify,
 * log pages, features, asynchronous events, Abort, Keep Alive. What the pages hold is for the
 * subclasses. One per group; owner thread: its reactor.
 *
 * <p>None of these passes the gate of a namespace, so that a paused subsystem answers them. Rare,
 * so they may allocate, but never by a length from the wire.
 */
abstract class ControllerCommands implements CommandSet {
    final ConnectionGroup group;

    ControllerCommands(ConnectionGroup group) {
        this.group = group;
    }

    /** Checks CNS and what belongs to it; success or the status to refuse it with. */
    abstract int checkIdentify(Controller controller, int cns, Command command);

    /** Writes the 4096 bytes of a checked Identify, over zeros. */
    abstract void identify(
            Controller controller, int cns, Command command, MemorySegment to, long at);

    abstract boolean hasLog(int page);

    /**
     * Writes a part of a log page over zeros.
     *
     * @return success, or the status to refuse the offset with
     */
    abstract int readLog(
            Controller controller, Command command, long offset, MemorySegment to, long at);

    @Override
    public int prepare(Command command) {
        if (command.opcode == AdminOpcode.FABRICS) {
            return FabricsCommands.prepare(command);
        }
        Controller controller = command.queue.controller();
        int status =
                controller.isReady() ? check(controller, command) : Status.COMMAND_SEQUENCE_ERROR;
        return status == Status.SUCCESS ? status : Status.withDoNotRetry(status);
    }

    private int check(Controller controller, Command command) {
        if (SubmissionEntry.fuse(Memory.ALL, command.entryBase) != SubmissionEntry.FUSE_NONE) {
            return Status.INVALID_FIELD;
        }
        return switch (command.opcode) {
            case AdminOpcode.IDENTIFY -> prepareIdentify(controller, command);
            case AdminOpcode.GET_LOG_PAGE -> prepareLog(controller, command);
            case AdminOpcode.GET_FEATURES -> FeatureCommands.prepareGet(controller, command);
            case AdminOpcode.SET_FEATURES -> FeatureCommands.prepareSet(controller, command);
            case AdminOpcode.ASYNC_EVENT_REQUEST ->
                    controller.asyncEvents().isFull()
                            ? Status.ASYNC_EVENT_LIMIT_EXCEEDED
                            : Status.SUCCESS;
            case AdminOpcode.ABORT, AdminOpcode.KEEP_ALIVE -> Status.SUCCESS;
            default -> Status.INVALID_OPCODE;
        };
    }

    private int prepareIdentify(Controller controller, Command command) {
        int cns = IdentifyCommand.cns(Memory.ALL, command.entryBase);
        command.dataLength = IdentifyCommand.DATA_LENGTH;
        command.needsBuffer = true;
        if (IdentifyCommand.uuidIndex(Memory.ALL, command.entryBase) != 0) {
            return Status.INVALID_FIELD;
        }
        return checkIdentify(controller, cns, command);
    }

    private int prepareLog(Controller controller, Command command) {
        MemorySegment entries = Memory.ALL;
        long entry = command.entryBase;
        if (!hasLog(GetLogPageCommand.page(entries, entry))) {
            return Status.INVALID_LOG_PAGE;
        }
        long length = GetLogPageCommand.byteLength(entries, entry);
        long offset = GetLogPageCommand.offset(entries, entry);
        if (length > group.options().maxTransferBytes()
                || offset < 0
                || offset % Integer.BYTES != 0
                || GetLogPageCommand.offsetIsIndex(entries, entry)
                || GetLogPageCommand.uuidIndex(entries, entry) != 0
                || GetLogPageCommand.commandSet(entries, entry) != IdentifyCommand.CSI_NVM) {
            return Status.INVALID_FIELD;
        }
        if (!namesController(controller, command)) {
            return Status.INVALID_NAMESPACE_OR_FORMAT;
        }
        command.dataLength = (int) length;
        command.needsBuffer = true;
        return Status.SUCCESS;
    }

    /** Whether NSID stands for the controller, or for a namespace it has. */
    static boolean namesController(Controller controller, Command command) {
        int nsid = SubmissionEntry.namespaceId(Memory.ALL, command.entryBase);
        return nsid == 0
                || nsid == SubmissionEntry.ALL_NAMESPACES
                || controller.subsystem().namespace(nsid) != null;
    }

    @Override
    public boolean admit(Command command) {
        if (command.opcode == AdminOpcode.ASYNC_EVENT_REQUEST) {
            command.queue.controller().asyncEvents().hold(command);
            return false;
        }
        return true;
    }

    @Override
    public boolean takesDataAtOnce(Command command) {
        return true;
    }

    @Override
    public void execute(Command command) {
        Controller controller = command.queue.controller();
        switch (command.opcode) {
            case AdminOpcode.FABRICS -> FabricsCommands.execute(command);
            case AdminOpcode.IDENTIFY -> {
                int cns = IdentifyCommand.cns(Memory.ALL, command.entryBase);
                identify(controller, cns, command, group.arenaMemory(), clearedData(command));
                respondWithData(command);
            }
            case AdminOpcode.GET_LOG_PAGE -> executeLog(controller, command);
            case AdminOpcode.GET_FEATURES -> {
                if (command.dataLength > 0) {
                    FeatureCommands.encodeData(
                            controller, command, group.arenaMemory(), clearedData(command));
                }
                command.result = FeatureCommands.value(controller, command);
                respondWithData(command);
            }
            case AdminOpcode.SET_FEATURES -> FeatureCommands.executeSet(controller, command);
            case AdminOpcode.ABORT -> abort(controller, command);
            default -> {
                controller.aliveShown();
                command.queue.respond(command, Status.SUCCESS);
            }
        }
    }

    private void executeLog(Controller controller, Command command) {
        long offset = GetLogPageCommand.offset(Memory.ALL, command.entryBase);
        int status =
                readLog(controller, command, offset, group.arenaMemory(), clearedData(command));
        if (status == Status.SUCCESS) {
            respondWithData(command);
        } else {
            command.queue.respond(command, Status.withDoNotRetry(status));
        }
    }

    /** Offset of the command's buffer in the arena; it has been used before and is zeroed. */
    private long clearedData(Command command) {
        Memory.zero(command.dataAddress, command.dataLength);
        return command.dataAddress - group.arenaMemory().address();
    }

    static void respondWithData(Command command) {
        command.sendLength = command.dataLength;
        command.queue.respond(command, Status.SUCCESS);
    }

    /**
     * Ends a command that has not been started. One that has been goes on: what it does to the
     * device can not be taken back.
     */
    private static void abort(Controller controller, Command command) {
        QueuePair queue = controller.queue(AbortCommand.queueId(Memory.ALL, command.entryBase));
        Command found =
                queue == null
                        ? null
                        : queue.group()
                                .commands()
                                .findWaiting(
                                        queue,
                                        AbortCommand.commandToAbort(Memory.ALL, command.entryBase));
        if (found == null) {
            command.result = AbortCommand.NOT_ABORTED;
        } else {
            queue.abort(found);
        }
        command.queue.respond(command, Status.SUCCESS);
    }

    @Override
    public void dropped(Command command) {}
}
