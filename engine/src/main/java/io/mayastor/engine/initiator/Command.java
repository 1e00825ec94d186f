package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;

/**
 * One command to a controller: a mutable record that its owner fills, submits and, after
 * completion, uses again. Owner thread: the controller's reactor. Between submit and completion it
 * belongs to the {@link QueuePair}.
 *
 * <p>The direction of data follows from the opcode's (for Fabrics commands the type's) two lowest
 * bits: 01b to the controller, 10b from it (Base 2.0 §3.3.3.1).
 */
public final class Command {
    /** Told once for each submit, on the owner reactor; may run inside submit. */
    @FunctionalInterface
    public interface Listener {
        void completed(Command command);
    }

    private static final int TO_CONTROLLER = 1;
    private static final int FROM_CONTROLLER = 2;

    final Listener listener;

    public int opcode;

    /** Namespace, or the type of a Fabrics command. */
    public int namespaceId;

    public int cdw10;
    public int cdw11;
    public int cdw12;
    public int cdw13;
    public int cdw14;
    public int cdw15;

    /** Native address of the data; 0 without data or with {@link #rangeBlocks}. */
    public long dataAddress;

    public int dataLength;

    /**
     * When positive, the data is one Dataset Management range of this many blocks, kept by the
     * queue pair.
     */
    public long rangeBlocks;

    public long rangeStart;

    /** False for commands that the controller may keep for ever. */
    public boolean timed = true;

    /** Outcome, in the packing of {@link io.mayastor.engine.nvme.Status}. */
    public int status;

    /** DW0 in the low, DW1 in the high half of the completion entry. */
    public long result;

    /** From the sending of the capsule to its completion; 0 for a command that was not sent. */
    public long latencyNanos;

    // Below: the queue pair's view of a command in flight.

    int commandId;
    boolean inCapsule;

    /** The capsule has not been put into a message yet. */
    boolean capsulePending;

    /** In the sender's list. */
    boolean queuedToSend;

    /** The response has come; what is missing is the end of our own sending. */
    boolean answered;

    boolean dataCorrupt;
    boolean abortSent;
    int dataReceived;

    /** Bytes that R2Ts have asked for so far. */
    int dataRequested;

    /** Of the R2T in work: next byte to put into a message, and how many. */
    int transferOffset;

    int transferLeft;
    int transferTag;

    /** Time at which the capsule was put into a message; {@link #NOT_SENT} before. */
    long sentNanos;

    long deadlineNanos;

    /** Position in the byte stream after the command's last byte sent. */
    long sendEnd;

    Command next;
    Command nextToSend;

    static final long NOT_SENT = Long.MIN_VALUE;

    public Command(Listener listener) {
        this.listener = listener;
    }

    /** Clears the request fields, so that a reused command carries nothing of its last use. */
    public Command prepare(int newOpcode, int newNamespaceId) {
        opcode = newOpcode;
        namespaceId = newNamespaceId;
        cdw10 = 0;
        cdw11 = 0;
        cdw12 = 0;
        cdw13 = 0;
        cdw14 = 0;
        cdw15 = 0;
        dataAddress = 0;
        dataLength = 0;
        rangeBlocks = 0;
        timed = true;
        return this;
    }

    /**
     * Takes opcode, namespace and command dwords from an encoded submission entry, without data.
     */
    Command load(MemorySegment memory, long base) {
        prepare(SubmissionEntry.opcode(memory, base), SubmissionEntry.namespaceId(memory, base));
        cdw10 = SubmissionEntry.cdw10(memory, base);
        cdw11 = SubmissionEntry.cdw11(memory, base);
        cdw12 = SubmissionEntry.cdw12(memory, base);
        cdw13 = SubmissionEntry.cdw13(memory, base);
        cdw14 = SubmissionEntry.cdw14(memory, base);
        cdw15 = SubmissionEntry.cdw15(memory, base);
        return this;
    }

    Command withData(long address, int length) {
        dataAddress = address;
        dataLength = length;
        return this;
    }

    boolean sendsData() {
        return dataLength > 0 && direction() == TO_CONTROLLER;
    }

    boolean receivesData() {
        return dataLength > 0 && direction() == FROM_CONTROLLER;
    }

    boolean wasSent() {
        return sentNanos != NOT_SENT;
    }

    /** Whether the data, if any, has moved completely: without that no success can be believed. */
    boolean dataComplete() {
        if (receivesData()) {
            return dataReceived == dataLength;
        }
        return !sendsData() || inCapsule || dataRequested == dataLength && transferLeft == 0;
    }

    /** Ends the command; called once per submit. */
    void complete(int withStatus) {
        status = withStatus;
        listener.completed(this);
    }

    private int direction() {
        return (opcode == AdminOpcode.FABRICS ? namespaceId : opcode) & 3;
    }
}
