package io.mayastor.engine.target;

import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;

/**
 * The commands of a connection: from the capsule that brings one to its answer. After Connect it is
 * a queue pair of a {@link Controller}; until then it understands nothing but Connect. Owner
 * thread: the reactor of its {@link ConnectionGroup}.
 *
 * <p>Promises: each command that is taken is answered exactly once while the connection lives; a
 * command that has not been started when it ends is never executed; one that has been started keeps
 * its buffer until it completes.
 */
final class QueuePair {
    private static final int NO_QUEUE = -1;

    private final Connection connection;
    private final ConnectionGroup group;
    private final PduReader reader;
    private final Transmitter transmitter;
    private final ProgressWatch progress;
    private CommandSet commands;
    private Controller controller;
    private boolean leftController;
    private int queueId = NO_QUEUE;
    private int size = 1;
    private int sqHead;
    private boolean flowControlDisabled;
    private int outstanding;
    private int awaitingData;
    private int started;
    private int startedWrites;

    /** Bytes of buffers that commands of this queue hold. */
    long bufferedBytes;

    /** Commands that the quota of this queue keeps waiting. */
    final WaitingLine forQuota = new WaitingLine();

    /** First half of a fused pair whose second half must be the next command. */
    Command fusedFirst;

    QueuePair(
            Connection connection,
            PduReader reader,
            Transmitter transmitter,
            ProgressWatch progress) {
        this.connection = connection;
        this.group = connection.group();
        this.reader = reader;
        this.transmitter = transmitter;
        this.progress = progress;
        this.commands = group.target().connectCommands(group);
    }

    Connection connection() {
        return connection;
    }

    ConnectionGroup group() {
        return group;
    }

    /** Null before Connect. */
    Controller controller() {
        return controller;
    }

    boolean isConnected() {
        return queueId != NO_QUEUE;
    }

    int queueId() {
        return queueId;
    }

    int size() {
        return size;
    }

    int sqHead() {
        return flowControlDisabled ? 0 : sqHead;
    }

    /** Changes with every command that is taken. */
    int taken() {
        return sqHead;
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Whether commands have been taken that have not been answered or given up. */
    boolean hasOutstanding() {
        return outstanding > 0;
    }

    /** Whether the host has been asked for data that it has not sent yet. */
    boolean awaitsData() {
        return awaitingData > 0;
    }

    /** Whether the device works on commands of this queue. */
    boolean hasStarted() {
        return started > 0;
    }

    /** Commands that belong to the device now and change data. */
    int startedWrites() {
        return startedWrites;
    }

    /** The Connect command has been accepted: this is a queue pair from now on. */
    void become(Controller owner, int id, int entries, boolean noFlowControl, CommandSet meaning) {
        controller = owner;
        owner.subsystem().attached();
        queueId = id;
        size = entries;
        flowControlDisabled = noFlowControl;
        commands = meaning;
        // The Connect capsule was entry 0 of the queue that now exists.
        sqHead = 1 % entries;
        if (id > 0) {
            connection.expectCapsules(group.options().inCapsuleBytes());
        }
    }

    /** SUCCESS may stand for the response only where the host has given up SQ flow control. */
    boolean mayOmitResponse(Command command) {
        return flowControlDisabled && queueId > 0 && command.status == 0 && command.result == 0;
    }

    // ---- receiving

    /** Takes the command capsule at {@code base}; returns an outcome of {@link PduReader}. */
    int capsule(long base) {
        Command command = outstanding < size ? group.commands().take() : null;
        if (command == null) {
            group.backlog().add(connection, null);
            return PduReader.STALLED;
        }
        command.begin(this, commands, base + CapsuleCommand.SQE, group.reactor().nowNanos());
        int status = commands.prepare(command);
        if (status == Status.SUCCESS && command.dataLength > 0) {
            status = CapsuleData.check(command, base);
            if (status == Status.SUCCESS && command.dataInCapsule) {
                status = CapsuleData.take(command, base);
                if (status == CapsuleData.NO_BUFFER) {
                    group.backlog().add(connection, command.awaits);
                    group.commands().putBack(command);
                    return PduReader.STALLED;
                }
            }
        }
        outstanding++;
        if (++sqHead >= size) {
            sqHead = 0;
        }
        if (status != Status.SUCCESS) {
            commands.refused(command);
            respond(command, status);
        } else if (commands.admit(command)) {
            proceed(command);
        }
        return connection.isOpen() ? PduReader.TAKEN : PduReader.ENDED;
    }

    /** Takes the header of an H2CData PDU; returns an outcome of {@link PduReader}. */
    int data(long base) {
        Command command = group.commands().withTag(H2CData.transferTag(Memory.ALL, base));
        long verdict;
        if (command == null
                || command.queue != this
                || command.stage != Command.Stage.AWAITS_DATA
                || command.received == command.dataLength) {
            verdict = PduCheck.verdict(FatalErrorStatus.INVALID_HEADER_FIELD, H2CData.TTAG);
        } else if (command.commandId != H2CData.commandId(Memory.ALL, base)) {
            verdict = PduCheck.verdict(FatalErrorStatus.INVALID_HEADER_FIELD, H2CData.CCCID);
        } else {
            verdict =
                    PduCheck.checkData(
                            Memory.ALL,
                            base,
                            command.received,
                            command.dataLength - command.received);
        }
        if (verdict != PduCheck.OK) {
            connection.terminate(verdict, base, H2CData.HEADER_LENGTH);
            return PduReader.ENDED;
        }
        int length = (int) H2CData.dataLength(Memory.ALL, base);
        reader.expectPayload(command, command.dataAddress + command.received, length);
        command.received += length;
        return PduReader.TAKEN;
    }

    /** The data of one H2CData PDU lies in the command's buffer. */
    void receivedData(Command command, boolean intact) {
        if (!intact) {
            command.status = Status.TRANSIENT_TRANSPORT_ERROR;
        }
        if (command.received < command.dataLength) {
            return;
        }
        awaitingData--;
        group.buffers().releaseR2t(command);
        command.dataPresent = true;
        if (command.status == Status.SUCCESS) {
            start(command);
        } else {
            command.stage = Command.Stage.NEW;
            command.commandSet.failed(command, command.status);
        }
    }

    // ---- executing

    /** Goes on with a command that has been admitted: its data, its buffer, its execution. */
    void proceed(Command command) {
        if (!advance(command)) {
            group.backlog().add(command);
        }
    }

    /** A held command may be let in now: the gate it waited at has opened. */
    void admitHeld(Command command) {
        if (!connection.isOpen()) {
            command.commandSet.dropped(command);
            giveUp(command);
            return;
        }
        try {
            int status = commands.recheck(command);
            if (status != Status.SUCCESS) {
                commands.failed(command, status);
            } else if (commands.admit(command)) {
                proceed(command);
            }
        } catch (RuntimeException e) {
            connection.failed(e);
        }
    }

    /** One more try for a command that waited for memory or quota; false when it must wait on. */
    boolean advance(Command command) {
        if (command.hostSends && command.dataLength > 0 && !command.dataPresent) {
            if (!group.buffers().takeForRequest(command) || !transmitter.requestData(command)) {
                return false;
            }
            command.stage = Command.Stage.AWAITS_DATA;
            command.askedNanos = group.reactor().nowNanos();
            if (awaitingData++ == 0) {
                progress.dataAsked(command.askedNanos);
                connection.wakeStream();
            }
            return true;
        }
        if (command.needsBuffer && !group.buffers().take(command)) {
            return false;
        }
        start(command);
        return true;
    }

    private void start(Command command) {
        command.stage = Command.Stage.STARTED;
        started++;
        if (command.changesData) {
            startedWrites++;
        }
        try {
            commands.execute(command);
        } catch (RuntimeException e) {
            abandon(command);
            throw e;
        }
    }

    /**
     * A started command has met an internal error: nobody knows whether the device still works on
     * it, so it keeps its slot and its buffer, unless it completes after all. Its connection, which
     * is about to end, does not wait for it; the gate of its namespace does, for the stall limit.
     */
    void abandon(Command command) {
        if (command.stage == Command.Stage.STARTED) {
            command.stage = Command.Stage.ABANDONED;
            command.abandonedNanos = group.reactor().nowNanos();
            notStarted(command);
        }
    }

    private void notStarted(Command command) {
        started--;
        if (command.changesData) {
            startedWrites--;
        }
    }

    /** Ends a command: status and, when it has any, its data go to the host. */
    void respond(Command command, int status) {
        if (command.stage == Command.Stage.STARTED) {
            command.stage = Command.Stage.NEW;
            notStarted(command);
        }
        command.status = status;
        if (!Status.isSuccess(status)) {
            recordFailure(command);
        }
        if (connection.isOpen()) {
            transmitter.respond(command);
        } else {
            answered(command);
            group.release(command);
            if (controller != null && startedWrites == 0) {
                controller.subsystem().writesEnded(this);
            }
            connection.checkGone();
        }
    }

    private void recordFailure(Command command) {
        command.sendLength = 0;
        if (controller != null) {
            if (controller.features().behavior().retryDelays()) {
                command.status = group.options().retryDelays().applyTo(command.status);
            }
            controller.errors().record(command, command.status);
        }
    }

    /** The response has been encoded, or the command given up. */
    void answered(Command command) {
        outstanding--;
        connection.wakeStream();
    }

    /** Answers a command that waits: the host has asked for its end. */
    void abort(Command command) {
        FusedPair pair = command.pair;
        Command other = pair == null ? null : pair.waitingPartner(command);
        abort(command, Status.ABORT_REQUESTED);
        if (other != null) {
            abort(other, Status.ABORTED_FAILED_FUSED);
        }
    }

    /**
     * Answers a command that has not been started; one whose host is about to send data is answered
     * when the data has come.
     */
    void abort(Command command, int status) {
        switch (command.stage) {
            case HELD, AWAITS_BUFFER -> {
                stopWaiting(command);
                respond(command, status);
            }
            case AWAITS_DATA -> command.status = status;
            case FREE, NEW, STARTED, ABANDONED, AWAITS_SEND, SENDING -> {}
        }
    }

    /** Gives up a command of this connection, which is ending, unless it has been started. */
    void drop(Command command) {
        switch (command.stage) {
            case HELD, AWAITS_BUFFER -> {
                stopWaiting(command);
                giveUp(command);
            }
            case AWAITS_DATA -> {
                command.commandSet.dropped(command);
                if (!reader.holds(command)) {
                    giveUp(command);
                }
            }
            case FREE, NEW, STARTED, ABANDONED, AWAITS_SEND, SENDING -> {}
        }
    }

    private void stopWaiting(Command command) {
        if (command.stage == Command.Stage.AWAITS_BUFFER) {
            group.backlog().remove(command);
        } else if (command.list != null) {
            command.list.remove(command);
        }
        command.commandSet.dropped(command);
    }

    /** Forgets a command that has not been started. */
    void giveUp(Command command) {
        answered(command);
        group.release(command);
    }

    /** Gives up every command that has not been started: the connection is ending. */
    void dropWaiting() {
        if (outstanding > 0) {
            group.commands().dropOf(this);
        }
    }

    /** The queue ends, and with the admin queue its controller. */
    void leaveController() {
        if (controller != null && !leftController) {
            leftController = true;
            controller.queueEnded(this);
        }
    }
}
