package io.mayastor.engine.target;

import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.TermReq;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.RejectedExecutionException;

/**
 * One TCP connection of a host, and after Connect the queue pair it carries. Owner thread: the
 * reactor of its {@link ConnectionGroup}.
 *
 * <p>Promises: each command that is taken is answered exactly once while the connection lives; a
 * command that has not been started when it ends is never executed; one that has been started keeps
 * its buffer until it completes; whatever the peer sends, only this connection ends.
 */
final class Connection {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

    private static final int NO_QUEUE = -1;

    private enum State {
        /** ICReq has not come. */
        INITIALIZING,
        OPEN,
        /** A termination request is on its way out. */
        TERMINATING,
        /** Waits for pending operations, then closes the socket. */
        ENDING,
        ENDED
    }

    private final ConnectionGroup group;
    private final int socket;
    private final PduReader reader;
    private final Transmitter transmitter;
    private final Completion shutdown = this::shutdownDone;
    private final Completion closed = this::closed;
    private State state = State.INITIALIZING;
    private boolean shutdownDone;
    private boolean leftController;
    private boolean socketClosed;
    private int digests;
    private int hostDataAlignment;
    private CommandSet commands;
    private Controller controller;
    private int queueId = NO_QUEUE;
    private int queueSize = 1;
    private int sqHead;
    private boolean flowControlDisabled;
    private int outstanding;
    private int awaitingData;
    private int started;
    private int startedWrites;
    private final ProgressWatch progress;

    /** Bytes of buffers that commands of this connection hold. */
    long bufferedBytes;

    boolean inStalledQueue;

    /** First half of a fused pair whose second half must be the next command. */
    Command fusedFirst;

    Connection(ConnectionGroup group, int socket) {
        this.group = group;
        this.socket = socket;
        this.reader = new PduReader(this, group);
        this.transmitter = new Transmitter(this, group);
        this.commands = group.target().connectCommands(group);
        this.progress = new ProgressWatch(group.reactor().nowNanos());
    }

    void start() {
        reader.start();
    }

    /** Sends what has been gathered and receives anew when this turn ends. */
    void atTurnEnd() {
        group.reactor().atTurnEnd(transmitter);
    }

    void goOn(HandOver handOver) {
        opened(handOver.digests(), handOver.hostDataAlignment());
        try {
            reader.replay(handOver.capsule());
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    ConnectionGroup group() {
        return group;
    }

    int socket() {
        return socket;
    }

    int digests() {
        return digests;
    }

    boolean hasDataDigest() {
        return (digests & PduHeader.FLAG_DATA_DIGEST) != 0;
    }

    int hostDataAlignment() {
        return hostDataAlignment;
    }

    Controller controller() {
        return controller;
    }

    int queueId() {
        return queueId;
    }

    int queueSize() {
        return queueSize;
    }

    int sqHead() {
        return flowControlDisabled ? 0 : sqHead;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Commands that belong to the device now and change data. */
    int startedWrites() {
        return startedWrites;
    }

    /** The Connect command has been accepted: this is a queue pair from now on. */
    void becomeQueue(
            Controller owner, int id, int size, boolean disableFlowControl, CommandSet meaning) {
        controller = owner;
        owner.subsystem().attached();
        queueId = id;
        queueSize = size;
        flowControlDisabled = disableFlowControl;
        commands = meaning;
        // The Connect capsule was entry 0 of the queue that now exists.
        sqHead = 1 % size;
        if (id > 0) {
            reader.initialized(
                    PduCheck.fromHost(
                            digests,
                            0,
                            group.options().inCapsuleBytes(),
                            group.options().maxTransferBytes()));
        }
    }

    /** SUCCESS may stand for the response only where the host has given up SQ flow control. */
    boolean mayOmitResponse(Command command) {
        return flowControlDisabled && queueId > 0 && command.status == 0 && command.result == 0;
    }

    // ---- receiving

    /** Handles a PDU that lies together at {@code base}, up to its data for H2CData. */
    int receivedPdu(long base, int length) {
        int type = PduHeader.type(Memory.ALL, base);
        if (type != PduType.IC_REQ && type != PduType.H2C_TERM_REQ && !headerIntact(base)) {
            return PduReader.ENDED;
        }
        return switch (type) {
            case PduType.CAPSULE_CMD -> capsule(base, length);
            case PduType.H2C_DATA -> data(base);
            case PduType.IC_REQ -> initialize(base);
            default -> terminated(base);
        };
    }

    private boolean headerIntact(long base) {
        if ((digests & PduHeader.FLAG_HEADER_DIGEST) == 0) {
            return true;
        }
        int length = PduHeader.headerLength(Memory.ALL, base);
        int stored = LittleEndian.int32(Memory.ALL, base + length);
        if (stored == group.digests().of(base, length)) {
            return true;
        }
        terminate(PduCheck.verdict(FatalErrorStatus.HEADER_DIGEST_ERROR, stored), base, length);
        return false;
    }

    private int initialize(long base) {
        long verdict = PduCheck.checkICReq(Memory.ALL, base);
        if (verdict != PduCheck.OK) {
            terminate(verdict, base, ICReq.LENGTH);
            return PduReader.ENDED;
        }
        int agreed = ICReq.digests(Memory.ALL, base) & (ICReq.DIGEST_HEADER | ICReq.DIGEST_DATA);
        long at = transmitter.raw(ICResp.LENGTH);
        if (at < 0) {
            throw new IllegalStateException("no room for the first PDU of a connection");
        }
        ICResp.encode(Memory.ALL, at, 0, agreed, group.options().maxTransferBytes());
        opened(agreed, ICReq.dataAlignment(Memory.ALL, base));
        return PduReader.TAKEN;
    }

    private void opened(int agreedDigests, int alignment) {
        digests = agreedDigests;
        hostDataAlignment = alignment;
        state = State.OPEN;
        reader.initialized(
                PduCheck.fromHost(
                        digests,
                        0,
                        TargetOptions.ADMIN_CAPSULE_BYTES,
                        group.options().maxTransferBytes()));
    }

    private int terminated(long base) {
        int reason = TermReq.status(Memory.ALL, base);
        end("the host ended it: " + FatalErrorStatus.name(reason));
        return PduReader.ENDED;
    }

    private int capsule(long base, int length) {
        if (queueId == NO_QUEUE) {
            ConnectionGroup owner = group.target().ownerOf(Memory.ALL, base, group);
            if (owner != group) {
                return moveTo(owner, base, length);
            }
        }
        Command command = outstanding < queueSize ? group.takeCommand() : null;
        if (command == null) {
            group.stall(this);
            return PduReader.STALLED;
        }
        command.begin(this, commands, base + CapsuleCommand.SQE, group.reactor().nowNanos());
        int status = commands.prepare(command);
        if (status == Status.SUCCESS && command.dataLength > 0) {
            status = CapsuleData.check(command, base);
            if (status == Status.SUCCESS && command.dataInCapsule) {
                status = CapsuleData.take(command, base);
                if (status == CapsuleData.NO_BUFFER) {
                    group.putBack(command);
                    group.stall(this);
                    return PduReader.STALLED;
                }
            }
        }
        outstanding++;
        if (++sqHead >= queueSize) {
            sqHead = 0;
        }
        if (status != Status.SUCCESS) {
            commands.refused(command);
            respond(command, status);
        } else if (commands.admit(command)) {
            proceed(command);
        }
        return state == State.OPEN ? PduReader.TAKEN : PduReader.ENDED;
    }

    private int moveTo(ConnectionGroup owner, long base, int length) {
        if (reader.hasMoreAfter(length)) {
            // A host has nothing to say until its Connect is answered.
            terminate(
                    PduCheck.verdict(FatalErrorStatus.SEQUENCE_ERROR, 0),
                    base,
                    CapsuleCommand.HEADER_LENGTH);
            return PduReader.ENDED;
        }
        if (!transmitter.isIdle()) {
            group.stall(this);
            return PduReader.STALLED;
        }
        byte[] capsule = Memory.ALL.asSlice(base, length).toArray(ValueLayout.JAVA_BYTE);
        HandOver handOver = new HandOver(socket, digests, hostDataAlignment, capsule);
        state = State.ENDED;
        reader.end();
        transmitter.end();
        group.removed(this);
        try {
            owner.reactor().execute(() -> owner.adopt(handOver));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.WARNING, "a connection could not move to its reactor", e);
            group.reactor().kernel().close(socket);
            group.target().connectionClosed();
        }
        return PduReader.ENDED;
    }

    private int data(long base) {
        Command command = group.command(H2CData.transferTag(Memory.ALL, base));
        long verdict;
        if (command == null
                || command.connection != this
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
            terminate(verdict, base, H2CData.HEADER_LENGTH);
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
        group.releaseR2t(command);
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
            group.awaitBuffer(command);
        }
    }

    /** A held command may be let in now: the gate it waited at has opened. */
    void admitHeld(Command command) {
        if (state != State.OPEN) {
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
            failed(e);
        }
    }

    /** One more try for a command that waited for memory or quota; false when it must wait on. */
    boolean advance(Command command) {
        if (command.hostSends && command.dataLength > 0 && !command.dataPresent) {
            if (!group.chargeR2t(command)
                    || !group.takeBuffer(command)
                    || !transmitter.requestData(command)) {
                return false;
            }
            command.stage = Command.Stage.AWAITS_DATA;
            command.askedNanos = group.reactor().nowNanos();
            if (awaitingData++ == 0) {
                progress.dataAsked(command.askedNanos);
            }
            return true;
        }
        if (command.needsBuffer && !group.takeBuffer(command)) {
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
        commands.execute(command);
    }

    /** Ends a command: status and, when it has any, its data go to the host. */
    void respond(Command command, int status) {
        if (command.stage == Command.Stage.STARTED) {
            started--;
            if (command.changesData) {
                startedWrites--;
            }
        }
        command.status = status;
        if (!Status.isSuccess(status)) {
            command.sendLength = 0;
            if (controller != null) {
                controller.errors().record(command, status);
            }
        }
        if (state == State.OPEN) {
            transmitter.respond(command);
        } else {
            answered(command);
            group.release(command);
            if (controller != null && startedWrites == 0) {
                controller.subsystem().writesEnded(this);
            }
            checkGone();
        }
    }

    /** The response has been encoded, or the command given up. */
    void answered(Command command) {
        outstanding--;
        if (reader.isStalled()) {
            group.stall(this);
            group.wakeStalled();
        }
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
                if (command.list != null) {
                    command.list.remove(command);
                }
                command.commandSet.dropped(command);
                respond(command, status);
            }
            case AWAITS_DATA -> command.status = status;
            case FREE, NEW, STARTED, AWAITS_SEND, SENDING -> {}
        }
    }

    /** Gives up a command of this connection, which is ending, unless it has been started. */
    void drop(Command command) {
        switch (command.stage) {
            case HELD -> {
                if (command.list != null) {
                    command.list.remove(command);
                }
                command.commandSet.dropped(command);
                giveUp(command);
            }
            case AWAITS_BUFFER -> {
                command.list.remove(command);
                command.commandSet.dropped(command);
                giveUp(command);
            }
            case AWAITS_DATA -> {
                command.commandSet.dropped(command);
                if (!reader.holds(command)) {
                    giveUp(command);
                }
            }
            case FREE, NEW, STARTED, AWAITS_SEND, SENDING -> {}
        }
    }

    private void giveUp(Command command) {
        answered(command);
        group.release(command);
    }

    /** The receive that was pending when the connection ended is over. */
    void receiveEnded(Command held) {
        if (held != null) {
            giveUp(held);
        }
        operationEnded();
    }

    // ---- ending

    /** Bytes have come, for a command's data or not. */
    void received(boolean data) {
        progress.received(group.reactor().nowNanos(), data);
    }

    /** The peer is given something to read, or has read a part of it. */
    void sendProgressed() {
        progress.sent(group.reactor().nowNanos());
    }

    void resume() {
        progress.received(group.reactor().nowNanos(), false);
        reader.resume();
    }

    /** The turn ends; what there was to send is on its way. */
    void turnEnds() {
        reader.receiveIfWanted();
    }

    /** A send is complete: there may be room for what waited. */
    void sent() {
        if (state == State.OPEN) {
            group.wakeWaiting();
            if (reader.isStalled()) {
                group.stall(this);
                group.wakeStalled();
            }
        } else if (state == State.TERMINATING && transmitter.isIdle()) {
            reader.discard();
        }
    }

    /**
     * Ends the connection when the peer has kept us waiting for something since before {@code
     * limitNanos}.
     */
    void checkProgress(long limitNanos) {
        boolean late =
                (transmitter.isSending() && progress.sentBefore(limitNanos))
                        || (reader.isInsidePdu()
                                && !reader.isStalled()
                                && progress.receivedBefore(limitNanos))
                        || (awaitingData > 0 && progress.dataBefore(limitNanos))
                        || (queueId == NO_QUEUE
                                && outstanding == 0
                                && progress.openedBefore(limitNanos))
                        || (state == State.TERMINATING && progress.receivedBefore(limitNanos));
        if (late) {
            stalled();
        }
    }

    /** The peer has kept us waiting for too long. */
    void stalled() {
        if (state == State.ENDING || state == State.ENDED) {
            return;
        }
        group.statistics().stalled();
        end("no progress by the host");
    }

    /** A handler has failed: this connection can not be trusted any more, the others can. */
    void failed(RuntimeException cause) {
        LOG.log(Level.ERROR, "internal error, the connection is given up", cause);
        group.statistics().internalError();
        end("internal error");
    }

    /** Says what was wrong with a PDU, then ends the connection. */
    void terminate(long verdict, long base, int headerLength) {
        LOG.log(
                Level.DEBUG,
                "terminating a connection: {0}, information {1}",
                FatalErrorStatus.name(PduCheck.status(verdict)),
                PduCheck.information(verdict));
        group.statistics().terminated();
        int quoted = Math.min(headerLength, TermReq.MAX_DATA);
        long at = transmitter.raw(TermReq.HEADER_LENGTH + quoted);
        if (at < 0) {
            end("a malformed PDU, and no room to say so");
            return;
        }
        TermReq.encode(
                Memory.ALL,
                at,
                PduType.C2H_TERM_REQ,
                PduCheck.status(verdict),
                PduCheck.information(verdict),
                Memory.ALL,
                base,
                quoted);
        state = State.TERMINATING;
        progress.received(group.reactor().nowNanos(), false);
        transmitter.dropWaiting();
        if (outstanding > 0) {
            group.dropCommandsOf(this);
        }
        reader.discard();
        leaveController();
    }

    /** The host has ended this queue with Disconnect, whose answer is on its way. */
    void disconnected() {
        state = State.TERMINATING;
        progress.received(group.reactor().nowNanos(), false);
        group.dropCommandsOf(this);
        reader.discard();
        leaveController();
    }

    void peerGone(int result) {
        end(result == 0 ? "closed by the host" : "lost: " + Errno.describe(result));
    }

    /**
     * Ends the connection: what has not been started is dropped, what has been completes
     * unanswered.
     */
    void end(String reason) {
        if (state == State.ENDING || state == State.ENDED) {
            return;
        }
        LOG.log(Level.DEBUG, "connection ended: {0}", reason);
        state = State.ENDING;
        reader.end();
        transmitter.end();
        if (outstanding > 0) {
            group.dropCommandsOf(this);
        }
        leaveController();
        group.ring().shutdown(socket, shutdown);
    }

    private void leaveController() {
        if (controller != null && !leftController) {
            leftController = true;
            controller.queueEnded(this);
        }
    }

    /** One of the pending operations is over. */
    void operationEnded() {
        if (state == State.ENDING
                && shutdownDone
                && !reader.isReceiving()
                && !transmitter.isSending()) {
            state = State.ENDED;
            group.ring().close(socket, closed);
        }
    }

    private void shutdownDone(int result, int flags) {
        shutdownDone = true;
        operationEnded();
    }

    private void closed(int result, int flags) {
        socketClosed = true;
        group.target().connectionClosed();
        checkGone();
    }

    /** Nothing of this connection is left in the ring or in a device. */
    private void checkGone() {
        if (socketClosed && started == 0) {
            group.removed(this);
            if (controller != null) {
                controller.subsystem().detached();
            }
        }
    }
}
