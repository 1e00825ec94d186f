package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.DisconnectCommand;
import io.mayastor.engine.nvme.FabricsCommandType;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Fabrics commands on a queue that is connected (Base 2.0 §6): Property Get and Set on the admin
 * queue, Disconnect on an I/O queue. Stateless; runs on the connection's reactor.
 */
final class FabricsCommands {
    private static final int ADMIN_QUEUE = 0;

    private FabricsCommands() {}

    static int prepare(Command command) {
        int status =
                switch (SubmissionEntry.fabricsType(Memory.ALL, command.entryBase)) {
                    case FabricsCommandType.PROPERTY_GET -> checkProperty(command);
                    case FabricsCommandType.PROPERTY_SET -> checkConfiguration(command);
                    case FabricsCommandType.DISCONNECT -> checkDisconnect(command);
                    case FabricsCommandType.CONNECT -> Status.COMMAND_SEQUENCE_ERROR;
                    default -> Status.INVALID_OPCODE;
                };
        return status == Status.SUCCESS ? status : Status.withDoNotRetry(status);
    }

    private static int checkProperty(Command command) {
        if (command.queue.queueId() != ADMIN_QUEUE) {
            return Status.INVALID_QUEUE_TYPE;
        }
        Optional<Property> property = property(command);
        int length = PropertyCommand.byteLength(Memory.ALL, command.entryBase);
        boolean valid =
                property.isPresent()
                        && ControllerProperties.exists(property.get())
                        && property.get().byteLength() == length;
        return valid ? Status.SUCCESS : Status.INVALID_FIELD;
    }

    private static int checkConfiguration(Command command) {
        int status = checkProperty(command);
        if (status != Status.SUCCESS) {
            return status;
        }
        boolean valid =
                property(command).orElseThrow() == Property.CC
                        && ControllerProperties.mayConfigure(
                                command.queue.controller(), configuration(command));
        return valid ? Status.SUCCESS : Status.INVALID_FIELD;
    }

    private static int checkDisconnect(Command command) {
        if (command.queue.queueId() == ADMIN_QUEUE) {
            return Status.INVALID_QUEUE_TYPE;
        }
        return DisconnectCommand.recordFormat(Memory.ALL, command.entryBase) == 0
                ? Status.SUCCESS
                : Status.CONNECT_INCOMPATIBLE_FORMAT;
    }

    static void execute(Command command) {
        MemorySegment entries = Memory.ALL;
        long entry = command.entryBase;
        QueuePair queue = command.queue;
        Controller controller = queue.controller();
        switch (SubmissionEntry.fabricsType(entries, entry)) {
            case FabricsCommandType.PROPERTY_GET -> {
                command.result =
                        ControllerProperties.value(controller, property(command).orElseThrow());
                queue.respond(command, Status.SUCCESS);
            }
            case FabricsCommandType.PROPERTY_SET -> {
                controller.configure(configuration(command));
                queue.respond(command, Status.SUCCESS);
            }
            default -> {
                queue.respond(command, Status.SUCCESS);
                queue.connection().disconnected();
            }
        }
    }

    private static Optional<Property> property(Command command) {
        return Property.at(PropertyCommand.offset(Memory.ALL, command.entryBase));
    }

    /** Value for CC, see {@link ControllerConfiguration}. */
    private static int configuration(Command command) {
        return (int) PropertyCommand.value(Memory.ALL, command.entryBase);
    }
}
