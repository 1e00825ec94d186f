package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.ConnectResult;
import io.mayastor.engine.nvme.FabricsCommandType;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * What a connection understands before it is a queue: Connect (Base 2.0 §6.3), nothing else. One
 * per group; owner thread: its reactor.
 *
 * <p>Checks, in this order: format, queue size, names, subsystem, host; for an admin queue that a
 * new controller is asked for; for an I/O queue that its controller exists, belongs to the same
 * host, is ready, and has granted the queue.
 */
final class ConnectCommands implements CommandSet {
    private static final int DYNAMIC = ConnectData.ANY_CONTROLLER;
    private static final int SQSIZE_LIMIT = 4096;

    private final ConnectionGroup group;

    ConnectCommands(ConnectionGroup group) {
        this.group = group;
    }

    /**
     * Name of the subsystem that a Connect capsule asks for, or null when the capsule is another
     * one.
     */
    static String subsystemNqn(MemorySegment memory, long base) {
        long entry = base + CapsuleCommand.SQE;
        if (SubmissionEntry.opcode(memory, entry) != AdminOpcode.FABRICS
                || SubmissionEntry.fabricsType(memory, entry) != FabricsCommandType.CONNECT
                || PduCheck.dataLength(memory, base) < ConnectData.LENGTH) {
            return null;
        }
        long data = base + PduHeader.dataOffset(memory, base);
        return LittleEndian.utf8(memory, data + ConnectData.SUBNQN, Nqn.FIELD_LENGTH);
    }

    @Override
    public int prepare(Command command) {
        if (command.opcode != AdminOpcode.FABRICS
                || SubmissionEntry.fabricsType(Memory.ALL, command.entryBase)
                        != FabricsCommandType.CONNECT) {
            return Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR);
        }
        command.dataLength = ConnectData.LENGTH;
        return Status.SUCCESS;
    }

    @Override
    public boolean admit(Command command) {
        return true;
    }

    @Override
    public boolean takesDataAtOnce(Command command) {
        return true;
    }

    @Override
    public void dropped(Command command) {}

    @Override
    public void execute(Command command) {
        MemorySegment entries = Memory.ALL;
        long entry = command.entryBase;
        ConnectData data = ConnectData.decode(Memory.ALL, command.dataAddress);
        int queueId = ConnectCommand.queueId(entries, entry);
        int queueSize = ConnectCommand.queueEntries(entries, entry);
        int limit = queueId == 0 ? SQSIZE_LIMIT : group.options().queueDepth();
        if (ConnectCommand.recordFormat(entries, entry) != 0) {
            refuse(command, Status.CONNECT_INCOMPATIBLE_FORMAT, 0);
            return;
        }
        if (queueSize < 2 || queueSize > limit) {
            invalid(command, ConnectResult.invalidInCommand(ConnectCommand.SQSIZE));
            return;
        }
        // SPDK's tools name no host; an allow-list keeps them out, as any other unknown host.
        if (!data.hostNqn().isEmpty() && !Nqn.isValid(data.hostNqn())) {
            invalid(command, ConnectResult.invalidInData(ConnectData.HOSTNQN));
            return;
        }
        Subsystem subsystem = group.target().subsystem(data.subsystemNqn(), group);
        if (subsystem == null || subsystem.isClosing()) {
            absent(command, ConnectResult.invalidInData(ConnectData.SUBNQN));
            return;
        }
        if (!subsystem.allows(data.hostNqn())) {
            refuse(command, Status.CONNECT_INVALID_HOST, 0);
            return;
        }
        boolean disableFlowControl =
                (ConnectCommand.attributes(entries, entry) & ConnectCommand.DISABLE_SQ_FLOW_CONTROL)
                        != 0;
        if (queueId == 0) {
            connectAdmin(command, subsystem, data, queueSize, disableFlowControl);
        } else {
            connectIo(command, subsystem, data, queueId, queueSize, disableFlowControl);
        }
    }

    private void connectAdmin(
            Command command,
            Subsystem subsystem,
            ConnectData data,
            int queueSize,
            boolean disableFlowControl) {
        if (data.controllerId() != DYNAMIC) {
            invalid(command, ConnectResult.invalidInData(ConnectData.CNTLID));
            return;
        }
        long keepAlive = ConnectCommand.keepAliveMillis(Memory.ALL, command.entryBase);
        if (keepAlive > group.options().maxKeepAliveMillis()) {
            refuse(command, Status.KEEP_ALIVE_INVALID, 0);
            return;
        }
        new PendingConnect(subsystem, command, data, queueSize, disableFlowControl, keepAlive)
                .begin();
    }

    private void connectIo(
            Command command,
            Subsystem subsystem,
            ConnectData data,
            int queueId,
            int queueSize,
            boolean disableFlowControl) {
        Controller controller = subsystem.controller(data.controllerId());
        if (controller == null || !controller.isOf(data)) {
            absent(command, ConnectResult.invalidInData(ConnectData.CNTLID));
            return;
        }
        if (subsystem.isDiscovery() || queueId > controller.grantedQueues()) {
            invalid(command, ConnectResult.invalidInCommand(ConnectCommand.QID));
            return;
        }
        if (!controller.isReady() || controller.hasQueue(queueId)) {
            refuse(command, Status.COMMAND_SEQUENCE_ERROR, 0);
            return;
        }
        controller.connected(queueId, command.queue);
        command.queue.become(
                controller,
                queueId,
                queueSize,
                disableFlowControl,
                group.target().nvmCommands(group));
        command.result = controller.id();
        command.queue.respond(command, Status.SUCCESS);
    }

    /**
     * What the host names is not here now. It may try again: an engine that has been restarted
     * listens before its subsystems are back, and a Linux host that is told not to retry gives up
     * the path, and with its last path the device.
     */
    private static void absent(Command command, int result) {
        command.result = Integer.toUnsignedLong(result);
        command.queue.respond(command, Status.CONNECT_INVALID_PARAMETERS);
    }

    private static void invalid(Command command, int result) {
        refuse(command, Status.CONNECT_INVALID_PARAMETERS, result);
    }

    private static void refuse(Command command, int status, int result) {
        command.result = Integer.toUnsignedLong(result);
        command.queue.respond(command, Status.withDoNotRetry(status));
    }
}
