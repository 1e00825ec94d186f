package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.TermReq;
import io.mayastor.engine.ring.MessageHeader;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.sim.SimulatedKernel;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** One connection of a {@link ScriptedController}: whole PDUs in, any bytes out. */
final class ScriptedConnection {
    private static final int RECEIVE_BYTES = 64 << 10;
    private static final int SEND_BYTES = 64 << 10;

    /** Bytes of PLEN that make a PDU's length known. */
    private static final int LENGTH_KNOWN = 8;

    final List<Integer> eventRequests = new ArrayList<>();

    /** Where the data of a write goes, by command identifier. */
    final Map<Integer, Integer> writes = new HashMap<>();

    int queueId = -1;
    boolean ended;
    private final Ring ring;
    private final int socket;
    private final ScriptedController controller;
    private final MemorySegment in;
    private final MemorySegment out;
    private final MemorySegment header;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> toSend = new ArrayDeque<>();
    private boolean sending;
    private boolean closing;

    ScriptedConnection(
            SimulatedKernel kernel, Ring ring, int socket, ScriptedController controller) {
        this.ring = ring;
        this.socket = socket;
        this.controller = controller;
        in = kernel.map(RECEIVE_BYTES, false);
        out = kernel.map(SEND_BYTES, false);
        header = kernel.map(4096, false);
        receive();
    }

    static long verdictOf(MemorySegment termination) {
        return PduCheck.verdict(
                TermReq.status(termination, 0), TermReq.information(termination, 0));
    }

    private void receive() {
        ring.receive(socket, in.address(), RECEIVE_BYTES, (result, flags) -> received(result));
    }

    private void received(int result) {
        if (result <= 0) {
            ended = true;
            return;
        }
        bytes.writeBytes(in.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE));
        byte[] all = bytes.toByteArray();
        int at = 0;
        while (all.length - at >= LENGTH_KNOWN) {
            int length = (int) PduHeader.pduLength(MemorySegment.ofArray(all), at);
            if (all.length - at < length) {
                break;
            }
            controller.received(
                    this, MemorySegment.ofArray(Arrays.copyOfRange(all, at, at + length)));
            at += length;
        }
        bytes.reset();
        bytes.write(all, at, all.length - at);
        receive();
    }

    void respond(int id, long result, int status) {
        send(ScriptedController.response(id, result, status));
    }

    /** All data of a command and its successful completion. */
    void answer(int id, byte[] data) {
        send(ScriptedController.dataPdu(id, PduHeader.FLAG_LAST, 0, data));
        respond(id, 0, Status.SUCCESS);
    }

    void readyToTransfer(int id, int tag, int offset, int length) {
        send(ScriptedController.readyToTransferPdu(id, tag, offset, length));
    }

    /** A PDU without digests, to which those agreed on are added. */
    void send(MemorySegment pdu) {
        sendRaw(withDigests(pdu));
    }

    private MemorySegment withDigests(MemorySegment pdu) {
        if (controller.digests == 0 || pdu.byteSize() < PduHeader.LENGTH) {
            return pdu;
        }
        int headerLength = PduHeader.headerLength(pdu, 0);
        boolean headerDigest = (controller.digests & PduHeader.FLAG_HEADER_DIGEST) != 0;
        boolean whole = pdu.byteSize() == PduHeader.pduLength(pdu, 0);
        if (!whole || headerLength > pdu.byteSize()) {
            return pdu;
        }
        int dataLength = (int) pdu.byteSize() - headerLength;
        int headerEnd = headerLength + (headerDigest ? Integer.BYTES : 0);
        boolean dataDigest =
                dataLength > 0 && (controller.digests & PduHeader.FLAG_DATA_DIGEST) != 0;
        int length = headerEnd + dataLength + (dataDigest ? Integer.BYTES : 0);
        MemorySegment result = MemorySegment.ofArray(new byte[length]);
        MemorySegment.copy(pdu, 0, result, 0, headerLength);
        MemorySegment.copy(pdu, headerLength, result, headerEnd, dataLength);
        int flags =
                PduHeader.flags(pdu, 0)
                        | (headerDigest ? PduHeader.FLAG_HEADER_DIGEST : 0)
                        | (dataDigest ? PduHeader.FLAG_DATA_DIGEST : 0);
        PduHeader.encode(
                result,
                0,
                PduHeader.type(pdu, 0),
                flags,
                headerLength,
                dataLength > 0 ? headerEnd : 0,
                length);
        if (headerDigest) {
            LittleEndian.put32(result, headerLength, crc(result, 0, headerLength));
        }
        if (dataDigest) {
            LittleEndian.put32(result, length - Integer.BYTES, crc(result, headerEnd, dataLength));
        }
        return result;
    }

    private static int crc(MemorySegment memory, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }

    void sendRaw(MemorySegment pdu) {
        toSend.add(pdu.toArray(ValueLayout.JAVA_BYTE));
        sendNext();
    }

    void close() {
        closing = true;
        if (!sending) {
            ring.shutdown(socket, (result, flags) -> {});
        }
    }

    private void sendNext() {
        if (sending || toSend.isEmpty()) {
            if (!sending && closing) {
                ring.shutdown(socket, (result, flags) -> {});
            }
            return;
        }
        byte[] next = toSend.poll();
        int part = Math.min(next.length, SEND_BYTES);
        MemorySegment.copy(MemorySegment.ofArray(next), 0, out, 0, part);
        MessageHeader.setVector(header, MessageHeader.SIZE, out.address(), part);
        MessageHeader.setVectors(header, 0, header.address() + MessageHeader.SIZE, 1);
        sending = true;
        ring.sendMessage(
                socket,
                header.address(),
                (result, flags) -> {
                    sending = false;
                    if (result < 0) {
                        toSend.clear();
                        return;
                    }
                    if (result < next.length) {
                        toSend.addFirst(Arrays.copyOfRange(next, result, next.length));
                    }
                    sendNext();
                });
    }
}
