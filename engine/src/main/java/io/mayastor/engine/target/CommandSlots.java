package io.mayastor.engine.target;

import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The command slots of one reactor, made as they are needed and used again. Owner thread: the
 * reactor's.
 */
final class CommandSlots {
    /** A transfer tag has 16 bits. */
    private static final int MAX_COMMANDS = 1 << 16;

    private final Kernel kernel;
    private final MemorySegment entries;
    private final List<Command> commands = new ArrayList<>();
    private final ArrayList<Command> free = new ArrayList<>();

    CommandSlots(Kernel kernel) {
        this.kernel = kernel;
        this.entries = kernel.map((long) MAX_COMMANDS * SubmissionEntry.LENGTH, false);
    }

    /** A free slot, or null when all transfer tags are in use. */
    Command take() {
        if (!free.isEmpty()) {
            return free.removeLast();
        }
        if (commands.size() == MAX_COMMANDS) {
            return null;
        }
        Command command = new Command(commands.size(), entries.address());
        commands.add(command);
        return command;
    }

    /** Gives a slot back whose buffer has been given back. */
    void putBack(Command command) {
        if (command.stage == Command.Stage.FREE || command.list != null) {
            throw new IllegalStateException("command " + command.index + " released twice");
        }
        command.stage = Command.Stage.FREE;
        command.queue = null;
        command.commandSet = null;
        command.namespace = null;
        command.pair = null;
        free.add(command);
    }

    /** The command of a transfer tag, or null when there never was one. */
    Command withTag(int index) {
        return index < commands.size() ? commands.get(index) : null;
    }

    int inUse() {
        return commands.size() - free.size();
    }

    /** Gives up the commands of a queue that have not been started, each out of its list. */
    void dropOf(QueuePair queue) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.queue == queue) {
                queue.drop(command);
            }
        }
    }

    /** Commands for a namespace that have not been answered. */
    List<Command> of(Namespace namespace) {
        List<Command> found = new ArrayList<>();
        for (Command command : commands) {
            if (command.queue != null && command.namespace == namespace) {
                found.add(command);
            }
        }
        return found;
    }

    /**
     * The command with this identifier that can still be aborted: not started, not answered. Or
     * null.
     */
    Command findWaiting(QueuePair queue, int commandId) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.queue == queue
                    && command.commandId == commandId
                    && (command.stage == Command.Stage.HELD
                            || command.stage == Command.Stage.AWAITS_BUFFER)) {
                return command;
            }
        }
        return null;
    }

    /** Whether a command of the queue that changes data has not been executed to its end. */
    boolean hasUnfinishedWrite(QueuePair queue) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.queue == queue && command.changesData) {
                switch (command.stage) {
                    case HELD, AWAITS_BUFFER, AWAITS_DATA, STARTED -> {
                        return true;
                    }
                    case FREE, NEW, ABANDONED, AWAITS_SEND, SENDING -> {}
                }
            }
        }
        return false;
    }

    /** Ends the queues whose data was asked for before {@code limitNanos} and has not come. */
    void endOverdue(long limitNanos) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.stage == Command.Stage.AWAITS_DATA && command.askedNanos - limitNanos < 0) {
                command.queue.connection().stalled();
            }
        }
    }

    /** Counts those out of their namespaces that were abandoned before {@code limitNanos}. */
    void leaveAbandoned(long limitNanos) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (isInsideAbandoned(command) && command.abandonedNanos - limitNanos < 0) {
                command.commandSet.dropped(command);
            }
        }
    }

    /** Whether a namespace counts a command as inside that was abandoned. */
    boolean anyInsideAbandoned() {
        for (int i = 0; i < commands.size(); i++) {
            if (isInsideAbandoned(commands.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInsideAbandoned(Command command) {
        return command.stage == Command.Stage.ABANDONED && command.admitted;
    }

    void close() {
        kernel.unmap(entries);
    }
}
