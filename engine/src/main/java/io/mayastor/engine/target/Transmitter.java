package io.mayastor.engine.target;

import io.mayastor.engine.nvme.C2HData;
import io.mayastor.engine.nvme.CapsuleResponse;
import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.R2T;
import io.mayastor.engine.reactor.TurnEndTask;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Memory;

/**
 * What a connection has to say: gathered during a turn, sent in one message at its end; one send is
 * outstanding at a time. Owner thread: the connection's reactor.
 *
 * <p>A batch is borrowed from the group when there is something to say and given back when it has
 * been sent. A response that finds no room waits in a list that the queue depth bounds.
 */
final class Transmitter extends TurnEndTask implements Completion {
    private static final int DIGEST_BYTES = 4;

    private final Connection connection;
    private final ConnectionGroup group;
    private final CommandList waiting = new CommandList();
    private SendBatch filling;
    private SendBatch sending;
    private boolean ended;

    Transmitter(Connection connection, ConnectionGroup group) {
        this.connection = connection;
        this.group = group;
    }

    boolean isSending() {
        return sending != null;
    }

    /** Whether everything said so far has gone to the kernel. */
    boolean isIdle() {
        return sending == null && filling == null && waiting.isEmpty();
    }

    /** Sends the command's data, if any, and its response; takes the command over. */
    void respond(Command command) {
        if (ended) {
            command.queue.answered(command);
            group.release(command);
            return;
        }
        if (!waiting.isEmpty() || !takeBatch()) {
            command.stage = Command.Stage.AWAITS_SEND;
            waiting.addLast(command);
            return;
        }
        encode(command);
    }

    /** Asks for the command's data. False when there is no room now. */
    boolean requestData(Command command) {
        if (ended || !waiting.isEmpty() || !takeBatch()) {
            return false;
        }
        int digests = connection.digests();
        int length = R2T.HEADER_LENGTH + (digests & PduHeader.FLAG_HEADER_DIGEST) * DIGEST_BYTES;
        long at = filling.header(length);
        R2T.encode(
                Memory.ALL, at, digests, command.commandId, command.index, 0, command.dataLength);
        storeHeaderDigest(at, R2T.HEADER_LENGTH);
        return true;
    }

    /**
     * Room for a PDU that is not part of a command; the caller fills it at the address. -1 when
     * there is none.
     */
    long raw(int length) {
        return !ended && takeBatch() ? filling.header(length) : -1;
    }

    /** Forgets what has not been given to the kernel. */
    void end() {
        ended = true;
        dropWaiting();
        if (filling != null) {
            give(filling);
            filling = null;
        }
    }

    /** Forgets the responses that wait for room. */
    void dropWaiting() {
        Command command = waiting.removeFirst();
        while (command != null) {
            command.queue.answered(command);
            group.release(command);
            command = waiting.removeFirst();
        }
    }

    @Override
    protected void run() {
        if (sending == null && filling != null && !filling.isEmpty()) {
            sending = filling;
            filling = null;
            connection.sendProgressed();
            group.ring().sendMessage(connection.socket(), sending.message(), this);
            drainWaiting();
        }
        connection.turnEnds();
    }

    @Override
    public void complete(int result, int flags) {
        try {
            sent(result);
        } catch (RuntimeException e) {
            connection.failed(e);
        }
    }

    private void sent(int result) {
        if (result > 0 && !ended) {
            connection.sendProgressed();
            if (!sending.sent(result)) {
                group.ring().sendMessage(connection.socket(), sending.message(), this);
                return;
            }
        }
        give(sending);
        sending = null;
        if (ended) {
            connection.operationEnded();
            return;
        }
        if (result <= 0) {
            connection.peerGone(result);
            return;
        }
        drainWaiting();
        group.reactor().atTurnEnd(this);
        connection.sent();
    }

    private void drainWaiting() {
        while (!waiting.isEmpty() && takeBatch()) {
            encode(waiting.removeFirst());
        }
    }

    /**
     * Makes sure that {@link #filling} has room; false when both batches are in use or none is
     * free.
     */
    private boolean takeBatch() {
        if (filling == null) {
            filling = group.takeBatch();
            group.reactor().atTurnEnd(this);
        }
        return filling.hasRoom();
    }

    private void encode(Command command) {
        boolean omitResponse = false;
        int digests = connection.digests();
        if (command.sendLength > 0) {
            omitResponse = command.queue.mayOmitResponse(command);
            encodeData(command, digests, omitResponse);
        }
        if (!omitResponse) {
            int headerDigest = digests & PduHeader.FLAG_HEADER_DIGEST;
            long at = filling.header(CapsuleResponse.HEADER_LENGTH + headerDigest * DIGEST_BYTES);
            CapsuleResponse.encodeHeader(Memory.ALL, at, digests);
            CompletionEntry.encode(
                    Memory.ALL,
                    at + CapsuleResponse.CQE,
                    command.result,
                    command.queue.sqHead(),
                    command.commandId,
                    command.status);
            storeHeaderDigest(at, CapsuleResponse.HEADER_LENGTH);
        }
        command.queue.answered(command);
        if (command.bufferLength > 0 && command.sendLength > 0) {
            command.stage = Command.Stage.SENDING;
            filling.attach(command);
        } else {
            group.release(command);
        }
    }

    private void encodeData(Command command, int digests, boolean omitResponse) {
        int alignment = connection.hostDataAlignment();
        int dataOffset = dataOffset(digests, alignment);
        long at = filling.header(dataOffset);
        if (dataOffset > C2HData.HEADER_LENGTH) {
            LittleEndian.clear(Memory.ALL, at, dataOffset);
        }
        C2HData.encodeHeader(
                Memory.ALL,
                at,
                PduHeader.FLAG_LAST | (omitResponse ? PduHeader.FLAG_SUCCESS : 0),
                digests,
                alignment,
                command.commandId,
                0,
                command.sendLength);
        storeHeaderDigest(at, C2HData.HEADER_LENGTH);
        filling.data(command.dataAddress, command.sendLength);
        if ((digests & PduHeader.FLAG_DATA_DIGEST) != 0) {
            int value = group.digests().of(command.dataAddress, command.sendLength);
            LittleEndian.put32(Memory.ALL, filling.header(DIGEST_BYTES), value);
        }
    }

    private static int dataOffset(int digests, int alignment) {
        int step = (alignment + 1) << 2;
        int end =
                C2HData.HEADER_LENGTH
                        + ((digests & PduHeader.FLAG_HEADER_DIGEST) != 0 ? DIGEST_BYTES : 0);
        return (end + step - 1) / step * step;
    }

    private void storeHeaderDigest(long at, int headerLength) {
        if ((connection.digests() & PduHeader.FLAG_HEADER_DIGEST) != 0) {
            int digest = group.digests().of(at, headerLength);
            LittleEndian.put32(Memory.ALL, at + headerLength, digest);
        }
    }

    private void give(SendBatch batch) {
        for (int i = 0; i < batch.commandCount(); i++) {
            group.release(batch.command(i));
        }
        group.releaseBatch(batch);
    }
}
