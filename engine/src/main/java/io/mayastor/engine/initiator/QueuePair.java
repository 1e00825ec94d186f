package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.TermReq;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * One queue pair: a TCP connection, its initialization, and its end. Owner thread: the reactor's.
 * The Connect command is its owner's first command.
 *
 * <pre>
 *  IDLE → CONNECTING → INITIALIZING → OPEN → TERMINATING → CLOSING → CLOSED
 *  (from every state but CLOSED to CLOSING; TERMINATING: the controller broke the protocol and is told so)
 * </pre>
 *
 * <p>Promises: once {@link #connect} was called, {@link Owner#ended} is called exactly once, after
 * every command has completed and the ring has let go of the connection. A command submitted when
 * the queue pair is not open completes at once with {@link Status#HOST_PATHING_ERROR}.
 */
final class QueuePair implements PduSender.Owner, PduReader.Sink {
    /** Who is told of the queue pair's life. */
    interface Owner {
        /** ICResp has come: commands may be submitted. */
        void opened(QueuePair queuePair);

        /**
         * A command has had no answer within its time. Return the nanoseconds it is granted
         * further, or 0 to leave it (the owner then ends the queue pair).
         */
        long timedOut(QueuePair queuePair, Command command);

        /** No command is accepted any more; {@link #ended} follows. */
        void ending(QueuePair queuePair, String reason);

        void ended(QueuePair queuePair);
    }

    /** How long the controller may take to close the connection after our termination request. */
    private static final long TERMINATION_NANOS = 1_000_000_000;

    private enum State {
        IDLE,
        CONNECTING,
        INITIALIZING,
        OPEN,
        TERMINATING,
        CLOSING,
        CLOSED
    }

    private final Initiator initiator;
    private final Ring ring;
    private final Kernel kernel;
    private final Owner owner;
    private final int id;
    private final int wantedDigests;
    private final long timeoutNanos;
    private final ConnectionMemory memory;
    private final PduSender sender;
    private final PduReader reader;
    private final Exchange exchange;
    private final Completion shutdownDone = (result, flags) -> operationEnded();
    private final Timer commandTimer =
            new Timer() {
                @Override
                protected void expired() {
                    checkDeadlines();
                }
            };
    private final Timer terminationTimer =
            new Timer() {
                @Override
                protected void expired() {
                    endTermination();
                }
            };

    private State state = State.IDLE;
    private String reason = "";
    private int descriptor = -1;
    private int socket = -1;

    /** Connect, shutdown and close operations with the ring. */
    private int operations;

    private long connectOperation;

    /**
     * @param id 0 for the admin queue
     * @param slots commands in flight at most
     * @param inCapsuleBytes write data of a capsule at most, see {@link #setInCapsuleBytes}
     * @param timeoutNanos limit of a command from its sending
     */
    QueuePair(
            Initiator initiator,
            Owner owner,
            int id,
            int slots,
            int inCapsuleBytes,
            int wantedDigests,
            long timeoutNanos) {
        this.initiator = initiator;
        this.ring = initiator.reactor().ring();
        this.kernel = initiator.reactor().kernel();
        this.owner = owner;
        this.id = id;
        this.wantedDigests = wantedDigests & (ICReq.DIGEST_HEADER | ICReq.DIGEST_DATA);
        this.timeoutNanos = timeoutNanos;
        this.memory = new ConnectionMemory(kernel, slots);
        this.sender = new PduSender(initiator, memory, this);
        this.reader = new PduReader(initiator, memory, this);
        this.exchange = new Exchange(slots, inCapsuleBytes, memory, sender, reader);
    }

    int id() {
        return id;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    int inFlight() {
        return exchange.inFlight();
    }

    /** Starts the connection; the outcome is {@link Owner#opened} or {@link Owner#ended}. */
    void connect(InetSocketAddress address) {
        state = State.CONNECTING;
        try {
            descriptor = kernel.socket(address);
            kernel.tune(descriptor);
        } catch (IOException e) {
            end("cannot make a socket: " + e.getMessage());
            return;
        }
        socket = ring.registerFile(descriptor);
        operations++;
        connectOperation = ring.connect(socket, address, (result, flags) -> connected(result));
    }

    private void connected(int result) {
        connectOperation = 0;
        if (state == State.CONNECTING && result == 0) {
            operations--;
            state = State.INITIALIZING;
            sender.open(socket);
            reader.open(socket);
            sender.sendInitialization(wantedDigests);
            return;
        }
        end(
                result == -Errno.ECONNREFUSED
                        ? "cannot connect: nothing listens there"
                        : "cannot connect: " + Errno.describe(result));
        operationEnded();
    }

    void submit(Command command) {
        if (state == State.OPEN) {
            exchange.submit(command);
        } else {
            command.latencyNanos = 0;
            command.result = 0;
            command.complete(Status.HOST_PATHING_ERROR);
        }
    }

    /** What the controller's identify data allows on this queue. */
    void setInCapsuleBytes(int bytes) {
        exchange.setInCapsuleBytes(bytes);
    }

    /**
     * Ends the connection: commands complete as soon as the ring has let go of their data. One that
     * is being terminated ends by itself, when the controller has closed it or soon.
     */
    void end(String why) {
        if (state == State.TERMINATING || state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        reason = why;
        startClosing();
        owner.ending(this, why);
        operationEnded();
    }

    private void endTermination() {
        startClosing();
        operationEnded();
    }

    /** The caller's {@link #operationEnded} lets the connection be finished. */
    private void startClosing() {
        state = State.CLOSING;
        sender.stop();
        reader.stop();
        initiator.reactor().cancel(commandTimer);
        initiator.reactor().cancel(terminationTimer);
        operations++;
        if (connectOperation != 0) {
            ring.cancel(connectOperation);
        } else if (socket >= 0) {
            operations++;
            ring.shutdown(socket, shutdownDone);
        }
    }

    private void operationEnded() {
        operations--;
        finishIfIdle();
    }

    private void finishIfIdle() {
        if (state != State.CLOSING || operations > 0 || !sender.isIdle() || !reader.isIdle()) {
            return;
        }
        state = State.CLOSED;
        exchange.failAll();
        if (descriptor < 0) {
            closed();
            return;
        }
        if (socket != descriptor) {
            ring.unregisterFile(socket);
        }
        ring.close(descriptor, (result, flags) -> closed());
    }

    private void closed() {
        memory.free();
        owner.ended(this);
    }

    @Override
    public long header(long address) {
        return switch (PduHeader.type(Memory.ALL, address)) {
            case PduType.C2H_DATA -> exchange.data(address);
            case PduType.CAPSULE_RESP -> exchange.response(address);
            case PduType.R2T -> exchange.readyToTransfer(address);
            case PduType.IC_RESP -> initialized(address);
            case PduType.C2H_TERM_REQ -> {
                end(
                        "terminated by the controller: "
                                + FatalErrorStatus.name(TermReq.status(Memory.ALL, address)));
                yield PduCheck.OK;
            }
            default -> throw new IllegalStateException("a PDU type that the check let pass");
        };
    }

    private long initialized(long address) {
        long verdict = PduCheck.checkICResp(Memory.ALL, address, wantedDigests);
        if (verdict != PduCheck.OK) {
            return verdict;
        }
        TransportParameters negotiated = TransportParameters.of(Memory.ALL, address);
        sender.use(negotiated);
        reader.use(negotiated, PduCheck.fromController(negotiated.digests(), 0, Integer.MAX_VALUE));
        state = State.OPEN;
        owner.opened(this);
        return PduCheck.OK;
    }

    @Override
    public void dataArrived(boolean intact) {
        exchange.dataArrived(intact);
    }

    @Override
    public void violated(long verdict, long address, int length) {
        if (state != State.OPEN && state != State.INITIALIZING) {
            return;
        }
        state = State.TERMINATING;
        int status = PduCheck.status(verdict);
        int information = PduCheck.information(verdict);
        reason =
                "the controller broke the protocol: %s in %s, information %#x"
                        .formatted(
                                FatalErrorStatus.name(status),
                                PduType.name(PduHeader.type(Memory.ALL, address)),
                                information);
        reader.discard();
        initiator.reactor().cancel(commandTimer);
        int termination =
                TermReq.encode(
                        Memory.ALL,
                        memory.termination(),
                        PduType.H2C_TERM_REQ,
                        status,
                        information,
                        Memory.ALL,
                        address,
                        length);
        sender.terminate(termination);
        initiator.reactor().schedule(terminationTimer, TERMINATION_NANOS);
        owner.ending(this, reason);
    }

    @Override
    public void disconnected(int result) {
        if (state == State.TERMINATING) {
            endTermination();
            return;
        }
        end(result == 0 ? "closed by the controller" : "lost: " + Errno.describe(result));
    }

    @Override
    public void received() {
        finishIfIdle();
    }

    @Override
    public void sent() {
        exchange.sent();
        finishIfIdle();
    }

    @Override
    public void sendFailed(int errno) {
        if (state == State.TERMINATING) {
            endTermination();
            return;
        }
        end("cannot send: " + Errno.describe(errno));
        finishIfIdle();
    }

    @Override
    public void sending(Command command, long nowNanos) {
        command.sentNanos = nowNanos;
        command.deadlineNanos = nowNanos + timeoutNanos;
        if (command.timed && !commandTimer.isArmed()) {
            initiator.reactor().schedule(commandTimer, timeoutNanos);
        }
    }

    private void checkDeadlines() {
        long now = ring.nanoTime();
        for (Command command = exchange.expired(now);
                command != null && state == State.OPEN;
                command = exchange.expired(now)) {
            long further = owner.timedOut(this, command);
            if (further <= 0) {
                return;
            }
            command.deadlineNanos = now + further;
        }
        if (state == State.OPEN && exchange.nextDeadline() != Long.MAX_VALUE) {
            initiator.reactor().schedule(commandTimer, exchange.nextDeadline() - now);
        }
    }
}
