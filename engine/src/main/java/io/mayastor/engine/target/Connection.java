package io.mayastor.engine.target;

import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.TermReq;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.RejectedExecutionException;

/**
 * One TCP connection of a host: initialization, framing and termination of the stream whose
 * commands its {@link QueuePair} carries out. Owner thread: the reactor of its {@link
 * ConnectionGroup}.
 *
 * <p>Promises: whatever the peer sends, only this connection ends; it is gone when nothing of it is
 * left in the ring or in a device.
 */
final class Connection {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

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
    private final ProgressWatch progress;
    private final QueuePair queue;
    private final Completion shutdown = this::shutdownDone;
    private final Completion closed = this::closed;
    private State state = State.INITIALIZING;
    private boolean shutdownDone;
    private boolean socketClosed;
    private int digests;
    private int hostDataAlignment;

    /** The stream has stalled and waits in the {@link Backlog}: since when, and for what. */
    boolean inBacklog;

    long ticket;
    WaitingLine awaits;

    Connection(ConnectionGroup group, int socket) {
        this.group = group;
        this.socket = socket;
        this.reader = new PduReader(this, group);
        this.transmitter = new Transmitter(this, group);
        this.progress = new ProgressWatch(group.reactor().nowNanos());
        this.queue = new QueuePair(this, reader, transmitter, progress);
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

    QueuePair queue() {
        return queue;
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

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Capsules of the host may carry so much data from now on. */
    void expectCapsules(int dataBytes) {
        reader.initialized(
                PduCheck.fromHost(digests, 0, dataBytes, group.options().maxTransferBytes()));
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
            case PduType.H2C_DATA -> queue.data(base);
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
        expectCapsules(TargetOptions.ADMIN_CAPSULE_BYTES);
    }

    private int terminated(long base) {
        int reason = TermReq.status(Memory.ALL, base);
        end("the host ended it: " + FatalErrorStatus.name(reason));
        return PduReader.ENDED;
    }

    private int capsule(long base, int length) {
        if (!queue.isConnected()) {
            ConnectionGroup owner = group.target().ownerOf(Memory.ALL, base, group);
            if (owner != group) {
                return moveTo(owner, base, length);
            }
        }
        return queue.capsule(base);
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
            group.backlog().add(this, null);
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

    /** The receive that was pending when the connection ended is over. */
    void receiveEnded(Command held) {
        if (held != null) {
            queue.giveUp(held);
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

    /** When the peer was heard last. */
    long heardNanos() {
        return progress.heardNanos();
    }

    void resume() {
        progress.restarted(group.reactor().nowNanos());
        reader.resume();
    }

    /** Tries the stream again, if it has stalled, at the end of this turn. */
    void wakeStream() {
        if (reader.isStalled()) {
            group.backlog().add(this, null);
            group.backlog().wakeStreams();
        }
    }

    /** The turn ends; what there was to send is on its way. */
    void turnEnds() {
        reader.receiveIfWanted();
    }

    /** A send is complete: there may be room for what waited. */
    void sent() {
        if (state == State.OPEN) {
            group.backlog().wakeCommands();
            wakeStream();
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
                        || (queue.awaitsData() && progress.dataBefore(limitNanos))
                        || (!queue.isConnected()
                                && !queue.hasOutstanding()
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
        progress.restarted(group.reactor().nowNanos());
        transmitter.dropWaiting();
        queue.dropWaiting();
        reader.discard();
        queue.leaveController();
    }

    /** The host has ended this queue with Disconnect, whose answer is on its way. */
    void disconnected() {
        state = State.TERMINATING;
        progress.restarted(group.reactor().nowNanos());
        queue.dropWaiting();
        reader.discard();
        queue.leaveController();
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
        queue.dropWaiting();
        queue.leaveController();
        if (inBacklog) {
            group.backlog().wake();
        }
        group.ring().shutdown(socket, shutdown);
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
    void checkGone() {
        if (socketClosed && !queue.hasStarted()) {
            group.removed(this);
            if (queue.controller() != null) {
                queue.controller().subsystem().detached();
            }
        }
    }
}
