package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.reactor.TurnEndTask;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import io.mayastor.engine.ring.Ring;
import java.lang.foreign.MemorySegment;

/**
 * The outgoing half of a connection: at most one message is with the ring, and it gathers all PDUs
 * that the turn has brought. Owner thread: the reactor's.
 *
 * <p>Commands wait in a list; headers are written only when a message is made, into an area that is
 * free again when the message has gone out. Data is sent from where it lies.
 */
final class PduSender extends TurnEndTask implements Completion {
    /** Told when the ring has taken bytes or refused them. */
    interface Owner {
        /** A message or a part of it has gone out. */
        void sent();

        void sendFailed(int errno);

        /** The first bytes of a command go into a message now. */
        void sending(Command command, long nowNanos);
    }

    private static final MemorySegment ALL = Memory.ALL;
    private static final int MAX_VECTORS =
            ConnectionMemory.MAX_PDUS * ConnectionMemory.VECTORS_PER_PDU;

    private final Initiator initiator;
    private final Ring ring;
    private final ConnectionMemory memory;
    private final Owner owner;
    private final long vectors;
    private final long headers;

    private int socket;
    private TransportParameters parameters = TransportParameters.NONE;
    private Command first;
    private Command last;
    private int vectorHead;
    private int vectorTail;
    private int headerTail;
    private int pdus;
    private int terminationLength;

    /** When the message in the making was begun: all its commands are sent then. */
    private long messageNanos;

    private boolean withRing;
    private boolean stopped;

    /** Bytes put into messages and bytes sent since the connection began. */
    private long builtBytes;

    private long sentBytes;

    PduSender(Initiator initiator, ConnectionMemory memory, Owner owner) {
        this.initiator = initiator;
        this.ring = initiator.reactor().ring();
        this.memory = memory;
        this.owner = owner;
        this.vectors = memory.vectors();
        this.headers = memory.headers();
    }

    void open(int newSocket) {
        socket = newSocket;
    }

    void use(TransportParameters negotiated) {
        parameters = negotiated;
    }

    /** Sends ICReq; nothing else may be in the way. */
    void sendInitialization(int digests) {
        ICReq.encode(ALL, headers, 0, digests, 1);
        headerTail = ICReq.LENGTH;
        append(headers, ICReq.LENGTH);
        send();
    }

    /** Adds a command that has a capsule or data to send; it goes out at the end of the turn. */
    void add(Command command) {
        if (!command.queuedToSend) {
            command.queuedToSend = true;
            command.nextToSend = null;
            if (last == null) {
                first = command;
            } else {
                last.nextToSend = command;
            }
            last = command;
        }
        initiator.reactor().atTurnEnd(this);
    }

    /**
     * Sends the termination request that lies in {@link ConnectionMemory#termination()} as soon as
     * the message in work is out, and nothing after it.
     */
    void terminate(int length) {
        terminationLength = length;
        initiator.reactor().atTurnEnd(this);
    }

    /** No more is given to the ring; what it has stays with it until {@link #isIdle()}. */
    void stop() {
        stopped = true;
    }

    /** Whether the ring holds nothing of this connection's. */
    boolean isIdle() {
        return !withRing;
    }

    /** Whether every byte of the command so far has left; its data may change then. */
    boolean hasSent(Command command) {
        return !command.queuedToSend && sentBytes - command.sendEnd >= 0;
    }

    @Override
    protected void run() {
        if (withRing || stopped) {
            return;
        }
        boolean dropped = false;
        if (vectorHead == vectorTail) {
            dropped = fill();
        }
        if (vectorHead != vectorTail) {
            send();
        }
        if (dropped) {
            owner.sent();
        }
    }

    @Override
    public void complete(int result, int flags) {
        withRing = false;
        if (result < 0) {
            owner.sendFailed(-result);
            return;
        }
        advance(result);
        if (!stopped && (vectorHead != vectorTail || first != null || terminationLength > 0)) {
            initiator.reactor().atTurnEnd(this);
        }
        owner.sent();
    }

    private void send() {
        MessageHeader.setVectors(
                ALL,
                memory.messageHeader(),
                vectors + (long) vectorHead * MessageHeader.IOVEC_SIZE,
                vectorTail - vectorHead);
        withRing = true;
        ring.sendMessage(socket, memory.messageHeader(), this);
    }

    private void advance(int sent) {
        sentBytes += sent;
        long left = sent;
        while (left > 0) {
            long vector = vectors + (long) vectorHead * MessageHeader.IOVEC_SIZE;
            long length = MessageHeader.vectorLength(ALL, vector);
            if (left < length) {
                long address = MessageHeader.vectorAddress(ALL, vector);
                MessageHeader.setVector(ALL, vector, address + left, length - left);
                return;
            }
            left -= length;
            vectorHead++;
        }
    }

    /**
     * Makes the next message.
     *
     * @return whether a command has left the list because it was answered before all was sent
     */
    private boolean fill() {
        boolean dropped = false;
        vectorHead = 0;
        vectorTail = 0;
        headerTail = 0;
        pdus = 0;
        if (terminationLength > 0) {
            append(memory.termination(), terminationLength);
            terminationLength = 0;
            first = null;
            last = null;
            return false;
        }
        messageNanos = ring.nanoTime();
        while (first != null
                && pdus < ConnectionMemory.MAX_PDUS
                && vectorTail + ConnectionMemory.VECTORS_PER_PDU <= MAX_VECTORS) {
            Command command = first;
            if (!command.answered) {
                pdus++;
                if (command.capsulePending) {
                    appendCapsule(command);
                } else {
                    appendData(command);
                }
                command.sendEnd = builtBytes;
            }
            if (command.answered || command.transferLeft == 0) {
                dropped |= command.answered;
                command.queuedToSend = false;
                first = command.nextToSend;
                command.nextToSend = null;
                if (first == null) {
                    last = null;
                }
            }
        }
        return dropped;
    }

    private void appendCapsule(Command command) {
        owner.sending(command, messageNanos);
        command.capsulePending = false;
        long at = headers + headerTail;
        long entry = at + CapsuleCommand.SQE;
        int dataLength = command.inCapsule ? command.dataLength : 0;
        int length =
                CapsuleCommand.encodeHeader(
                        ALL, at, parameters.digests(), parameters.dataAlignment(), dataLength);
        SubmissionEntry.encode(ALL, entry, command.opcode, command.commandId, command.namespaceId);
        if (command.inCapsule) {
            SubmissionEntry.setInCapsuleData(ALL, entry, dataLength);
        } else if (command.dataLength > 0) {
            SubmissionEntry.setTransportData(ALL, entry, command.dataLength);
        }
        SubmissionEntry.setCdw10(ALL, entry, command.cdw10);
        SubmissionEntry.setCdw11(ALL, entry, command.cdw11);
        SubmissionEntry.setCdw12(ALL, entry, command.cdw12);
        SubmissionEntry.setCdw13(ALL, entry, command.cdw13);
        SubmissionEntry.setCdw14(ALL, entry, command.cdw14);
        SubmissionEntry.setCdw15(ALL, entry, command.cdw15);
        appendPdu(at, length, CapsuleCommand.HEADER_LENGTH, command.dataAddress, dataLength);
    }

    private void appendData(Command command) {
        long at = headers + headerTail;
        int dataLength = Math.min(command.transferLeft, parameters.maxH2CDataBytes());
        int length =
                H2CData.encodeHeader(
                        ALL,
                        at,
                        dataLength == command.transferLeft,
                        parameters.digests(),
                        parameters.dataAlignment(),
                        command.commandId,
                        command.transferTag,
                        command.transferOffset,
                        dataLength);
        long address = command.dataAddress + command.transferOffset;
        command.transferOffset += dataLength;
        command.transferLeft -= dataLength;
        appendPdu(at, length, H2CData.HEADER_LENGTH, address, dataLength);
    }

    private void appendPdu(
            long header, int length, int headerLength, long dataAddress, int dataLength) {
        if (parameters.headerDigest()) {
            Memory.putInt(header + headerLength, initiator.digest(header, headerLength));
        }
        if (dataLength == 0) {
            append(header, length);
            headerTail += align(length);
            return;
        }
        int dataOffset = PduHeader.dataOffset(ALL, header);
        clearPadding(header, headerLength, dataOffset);
        append(header, dataOffset);
        append(dataAddress, dataLength);
        int used = dataOffset;
        if (parameters.dataDigest()) {
            long digestAt = header + align(dataOffset);
            Memory.putInt(digestAt, initiator.digest(dataAddress, dataLength));
            append(digestAt, Integer.BYTES);
            used = align(dataOffset) + Integer.BYTES;
        }
        headerTail += align(used);
    }

    /** The header area is used again and again: its old bytes must not leak out as padding. */
    private void clearPadding(long header, int headerLength, int dataOffset) {
        int end = headerLength + (parameters.headerDigest() ? Integer.BYTES : 0);
        if (end < dataOffset) {
            Memory.zero(header + end, dataOffset - end);
        }
    }

    private static int align(int length) {
        return (length + 7) & ~7;
    }

    private void append(long address, int length) {
        builtBytes += length;
        if (vectorTail > 0) {
            long before = vectors + (long) (vectorTail - 1) * MessageHeader.IOVEC_SIZE;
            long beforeLength = MessageHeader.vectorLength(ALL, before);
            if (MessageHeader.vectorAddress(ALL, before) + beforeLength == address) {
                MessageHeader.setVector(
                        ALL,
                        before,
                        MessageHeader.vectorAddress(ALL, before),
                        beforeLength + length);
                return;
            }
        }
        MessageHeader.setVector(
                ALL, vectors + (long) vectorTail * MessageHeader.IOVEC_SIZE, address, length);
        vectorTail++;
    }
}
