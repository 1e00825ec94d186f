package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.C2HData;
import io.mayastor.engine.nvme.CapsuleResponse;
import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.DatasetManagement;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.R2T;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * The commands of one connection: those that wait for a slot, those in flight, and what the
 * controller's PDUs mean for them. Owner thread: the reactor's.
 *
 * <p>Promises: each command completes exactly once; not before the ring has let go of its data, so
 * that an early answer can not make us send somebody else's bytes; never with success unless all
 * its data has moved.
 *
 * <p>Commands in flight are kept below the size of the submission queue, and a controller has
 * fetched every command that it has completed, so the queue can not be overrun whatever SQHD says:
 * SQHD is not followed.
 */
final class Exchange {
    /**
     * Most data of a capsule on the admin queue and of any Fabrics command (Transport 1.0 §3.3.2).
     */
    private static final int ADMIN_CAPSULE_BYTES = 8192;

    private static final long UNKNOWN_DATA_COMMAND = invalidField(C2HData.CCCID);
    private static final long UNKNOWN_R2T_COMMAND = invalidField(R2T.CCCID);
    private static final long UNKNOWN_RESPONSE_COMMAND =
            invalidField(CapsuleResponse.CQE + CompletionEntry.CID);
    private static final long TOO_EARLY = PduCheck.verdict(FatalErrorStatus.SEQUENCE_ERROR, 0);
    private static final long SECOND_R2T = PduCheck.verdict(FatalErrorStatus.LIMIT_EXCEEDED, 0);
    private static final long OUTSIDE = PduCheck.verdict(FatalErrorStatus.DATA_OUT_OF_RANGE, 0);

    private static final MemorySegment ALL = Memory.ALL;

    private final CommandTable table;
    private final ConnectionMemory memory;
    private final PduSender sender;
    private final PduReader reader;
    private final CommandQueue waiting = new CommandQueue();

    /** Answered commands whose last bytes the ring still holds. */
    private CommandQueue unsent = new CommandQueue();

    private CommandQueue spare = new CommandQueue();
    private int inCapsuleBytes;

    /** The command whose data is being received, and whether its completion comes with it. */
    private Command receiving;

    private int receivingBytes;
    private boolean receivingLast;

    Exchange(
            int slots, int inCapsule, ConnectionMemory memory, PduSender sender, PduReader reader) {
        this.table = new CommandTable(slots);
        this.inCapsuleBytes = inCapsule;
        this.memory = memory;
        this.sender = sender;
        this.reader = reader;
    }

    void setInCapsuleBytes(int bytes) {
        inCapsuleBytes = bytes;
    }

    CommandTable table() {
        return table;
    }

    int inFlight() {
        return table.inUse();
    }

    void submit(Command command) {
        command.latencyNanos = 0;
        command.result = 0;
        if (table.isFull()) {
            waiting.add(command);
        } else {
            start(command);
        }
    }

    private void start(Command command) {
        table.take(command);
        command.capsulePending = true;
        command.queuedToSend = false;
        command.answered = false;
        command.dataCorrupt = false;
        command.abortSent = false;
        command.dataReceived = 0;
        command.dataRequested = 0;
        command.transferOffset = 0;
        command.transferLeft = 0;
        command.sentNanos = Command.NOT_SENT;
        if (command.rangeBlocks > 0) {
            placeRange(command);
        }
        int limit =
                command.opcode == AdminOpcode.FABRICS
                        ? Math.max(inCapsuleBytes, ADMIN_CAPSULE_BYTES)
                        : inCapsuleBytes;
        command.inCapsule = command.sendsData() && command.dataLength <= limit;
        sender.add(command);
    }

    private void placeRange(Command command) {
        long at = memory.range(CommandTable.slotOf(command.commandId));
        DatasetManagement.encodeRange(ALL, at, 0, command.rangeStart, command.rangeBlocks);
        command.dataAddress = at;
        command.dataLength = DatasetManagement.RANGE_LENGTH;
    }

    /**
     * The header, at a native address, of a C2HData that passed {@link PduCheck#check}; its data
     * follows.
     */
    long data(long address) {
        Command command = table.find(C2HData.commandId(ALL, address));
        if (command == null || !isOpen(command) || !command.receivesData()) {
            return UNKNOWN_DATA_COMMAND;
        }
        int left = command.dataLength - command.dataReceived;
        long verdict = PduCheck.checkData(ALL, address, command.dataReceived, left);
        if (verdict != PduCheck.OK) {
            return verdict;
        }
        int length = (int) C2HData.dataLength(ALL, address);
        int flags = PduHeader.flags(ALL, address);
        boolean success = (flags & PduHeader.FLAG_SUCCESS) != 0;
        if (success && ((flags & PduHeader.FLAG_LAST) == 0 || length != left)) {
            return invalidField(PduHeader.FLAGS);
        }
        receiving = command;
        receivingBytes = length;
        receivingLast = success;
        reader.expectData(command.dataAddress + command.dataReceived, length);
        return PduCheck.OK;
    }

    void dataArrived(boolean intact) {
        Command command = receiving;
        receiving = null;
        command.dataReceived += receivingBytes;
        command.dataCorrupt |= !intact;
        if (receivingLast) {
            command.status = Status.SUCCESS;
            answered(command);
        }
    }

    /** A response capsule. */
    long response(long address) {
        long entry = address + CapsuleResponse.CQE;
        Command command = table.find(CompletionEntry.commandId(ALL, entry));
        if (command == null || !isOpen(command)) {
            return UNKNOWN_RESPONSE_COMMAND;
        }
        int status = CompletionEntry.status(ALL, entry);
        if (Status.isSuccess(status) && !command.dataComplete()) {
            return TOO_EARLY;
        }
        command.status = status;
        command.result = CompletionEntry.result(ALL, entry);
        answered(command);
        return PduCheck.OK;
    }

    /** We announced one R2T per command, and data in order. */
    long readyToTransfer(long address) {
        Command command = table.find(R2T.commandId(ALL, address));
        if (command == null || !isOpen(command) || !command.sendsData() || command.inCapsule) {
            return UNKNOWN_R2T_COMMAND;
        }
        if (command.transferLeft > 0) {
            return SECOND_R2T;
        }
        long offset = R2T.offset(ALL, address);
        long length = R2T.length(ALL, address);
        if (offset != command.dataRequested
                || length == 0
                || length > command.dataLength - command.dataRequested) {
            return OUTSIDE;
        }
        command.transferTag = R2T.transferTag(ALL, address);
        command.transferOffset = (int) offset;
        command.transferLeft = (int) length;
        command.dataRequested += (int) length;
        sender.add(command);
        return PduCheck.OK;
    }

    /**
     * A controller can only speak about a command that it may have seen, and only until its answer.
     */
    private static boolean isOpen(Command command) {
        return !command.capsulePending && !command.answered;
    }

    private void answered(Command command) {
        command.answered = true;
        command.latencyNanos = reader.receivedNanos() - command.sentNanos;
        if (command.dataCorrupt && Status.isSuccess(command.status)) {
            command.status = Status.TRANSIENT_TRANSPORT_ERROR;
        }
        if (sender.hasSent(command)) {
            finish(command, command.status);
        } else {
            unsent.add(command);
        }
    }

    /** Bytes have left: commands that were only waiting for that complete. */
    void sent() {
        if (unsent.isEmpty()) {
            return;
        }
        CommandQueue before = unsent;
        unsent = spare;
        spare = before;
        for (Command command = before.poll(); command != null; command = before.poll()) {
            if (sender.hasSent(command)) {
                finish(command, command.status);
            } else {
                unsent.add(command);
            }
        }
    }

    private void finish(Command command, int status) {
        table.release(command);
        if (!waiting.isEmpty()) {
            start(waiting.poll());
        }
        command.complete(status);
    }

    /**
     * The oldest sent command that is past its deadline at {@code now}, or null; {@link
     * #nextDeadline} is known afterwards.
     */
    Command expired(long now) {
        Command oldest = null;
        earliest = Long.MAX_VALUE;
        for (int slot = 0; slot < table.slots() && table.inUse() > 0; slot++) {
            Command command = table.inSlot(slot);
            if (command == null || !command.timed || !command.wasSent() || command.answered) {
                continue;
            }
            if (command.deadlineNanos - now <= 0) {
                if (oldest == null || command.deadlineNanos - oldest.deadlineNanos < 0) {
                    oldest = command;
                }
            } else if (earliest == Long.MAX_VALUE || command.deadlineNanos - earliest < 0) {
                earliest = command.deadlineNanos;
            }
        }
        return oldest;
    }

    private long earliest = Long.MAX_VALUE;

    /** Earliest deadline still ahead at the last {@link #expired}, or {@link Long#MAX_VALUE}. */
    long nextDeadline() {
        return earliest;
    }

    /**
     * Ends everything; the ring must have let go of the connection. A command whose answer has come
     * keeps it; one that was sent without an answer is {@link Status#ABORTED_BY_HOST}, one that was
     * not sent {@link Status#HOST_PATHING_ERROR}.
     */
    void failAll() {
        receiving = null;
        unsent = new CommandQueue();
        CommandQueue failed = new CommandQueue();
        for (int slot = 0; slot < table.slots(); slot++) {
            Command command = table.inSlot(slot);
            if (command != null) {
                table.release(command);
                if (!command.answered) {
                    command.status =
                            command.wasSent() ? Status.ABORTED_BY_HOST : Status.HOST_PATHING_ERROR;
                }
                failed.add(command);
            }
        }
        for (Command command = waiting.poll(); command != null; command = waiting.poll()) {
            command.status = Status.HOST_PATHING_ERROR;
            failed.add(command);
        }
        for (Command command = failed.poll(); command != null; command = failed.poll()) {
            command.complete(command.status);
        }
    }

    private static long invalidField(int offset) {
        return PduCheck.verdict(FatalErrorStatus.INVALID_HEADER_FIELD, offset);
    }
}
