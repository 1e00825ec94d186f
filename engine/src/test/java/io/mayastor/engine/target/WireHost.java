package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A host that works on bytes: it makes each PDU itself, right or wrong, and keeps every PDU that
 * comes. Nothing it does waits except the methods that say so, so that many can be used at once.
 */
final class WireHost {
    static final UUID HOST_ID = RawHost.HOST_ID;
    static final int DIGESTS_BOTH = PduHeader.FLAG_HEADER_DIGEST | PduHeader.FLAG_DATA_DIGEST;

    private static final int DIGEST_BYTES = 4;

    /** Far more than any answer needs. */
    private static final long MANY_EVENTS = 200_000;

    /**
     * What a command ended with.
     *
     * @param data what C2HData brought
     * @param omitted no response capsule came, SUCCESS stood for it
     */
    record Answer(int status, long result, int sqHead, byte[] data, boolean omitted) {}

    /** Writes a submission entry. */
    interface Entry {
        void write(MemorySegment memory, long base, int commandId);
    }

    private final TargetWorld world;
    private final WireStream stream;
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final Map<Integer, WirePdu> requests = new HashMap<>();
    private final Map<Integer, byte[]> incoming = new HashMap<>();
    private final Map<Integer, byte[]> outgoing = new HashMap<>();
    private final List<WirePdu> pdus = new ArrayList<>();
    private byte[] unparsed = new byte[0];
    private int digests;
    private int lastCommandId;
    private int controllerId;
    private boolean hostile;
    private WirePdu termination;

    WireHost(TargetWorld world, WireStream stream) {
        this.world = world;
        this.stream = stream;
        stream.onBytes(this::received);
    }

    /** It breaks the rules itself: answers may repeat, digests may be others than it thinks. */
    void becomeHostile() {
        hostile = true;
    }

    WireStream stream() {
        return stream;
    }

    int controllerId() {
        return controllerId;
    }

    /** Every PDU that has come, oldest first. */
    List<WirePdu> pdus() {
        return pdus;
    }

    // ---- set-up, waiting

    /** ICReq, and waits for ICResp. */
    WirePdu initialize(int wantedDigests, int alignment) {
        stream.send(icReq(wantedDigests, alignment));
        world.simulation.runUntil("ICResp comes", () -> !pdus.isEmpty());
        assertEquals(PduType.IC_RESP, pdus.getFirst().type(), "answer to ICReq");
        digests = wantedDigests;
        return pdus.getFirst();
    }

    static byte[] icReq(int digests, int alignment) {
        byte[] request = new byte[ICReq.LENGTH];
        ICReq.encode(MemorySegment.ofArray(request), 0, alignment, digests, 1);
        return request;
    }

    /** Connects an admin queue of a new controller and enables it. */
    WireHost admin(String nqn, String hostNqn, long keepAliveMillis) {
        Answer answer =
                await(connect(nqn, hostNqn, ConnectData.ANY_CONTROLLER, 0, 32, 0, keepAliveMillis));
        assertEquals(Status.SUCCESS, answer.status(), "status of Connect");
        controllerId = (int) answer.result() & 0xffff;
        int enabled =
                await(
                                start((to, base, id) ->
                                        PropertyCommand.encodeSet(
                                                to, base, id, Property.CC, RawHost.enabled())))
                        .status();
        assertEquals(Status.SUCCESS, enabled, "status of enabling");
        return this;
    }

    /** Connects an I/O queue. */
    WireHost io(int controller, int queueId, int entries, boolean disableFlowControl) {
        int attributes = disableFlowControl ? ConnectCommand.DISABLE_SQ_FLOW_CONTROL : 0;
        Answer answer =
                await(
                        connect(
                                TargetWorld.NQN,
                                TargetWorld.HOST_NQN,
                                controller,
                                queueId,
                                entries,
                                attributes,
                                0));
        assertEquals(Status.SUCCESS, answer.status(), "status of Connect");
        controllerId = controller;
        return this;
    }

    int connect(
            String nqn,
            String hostNqn,
            int controller,
            int queueId,
            int entries,
            int attributes,
            long keepAliveMillis) {
        return start(
                (to, base, id) ->
                        ConnectCommand.encode(
                                to, base, id, queueId, entries, attributes, keepAliveMillis),
                connectData(nqn, hostNqn, controller));
    }

    static byte[] connectData(String nqn, String hostNqn, int controller) {
        byte[] data = new byte[ConnectData.LENGTH];
        new ConnectData(HOST_ID, controller, nqn, hostNqn).encode(MemorySegment.ofArray(data), 0);
        return data;
    }

    Answer await(int commandId) {
        world.simulation.runUntil(
                "command " + commandId + " is answered",
                () -> answers.containsKey(commandId) || stream.isEnded(),
                MANY_EVENTS);
        Answer answer = answers.get(commandId);
        if (answer == null) {
            throw new AssertionError(
                    "the target ended the connection instead of answering command "
                            + commandId
                            + (termination == null ? "" : ": " + termination));
        }
        return answer;
    }

    /** Waits for the R2T of a command. */
    WirePdu awaitR2t(int commandId) {
        world.simulation.runUntil(
                "R2T for command " + commandId,
                () -> requests.containsKey(commandId) || stream.isEnded(),
                MANY_EVENTS);
        WirePdu request = requests.get(commandId);
        if (request == null) {
            throw new AssertionError("the connection ended before R2T: " + termination);
        }
        return request;
    }

    void awaitEnd() {
        world.simulation.runUntil("the target ends the connection", stream::isEnded, MANY_EVENTS);
    }

    boolean isAnswered(int commandId) {
        return answers.containsKey(commandId);
    }

    boolean hasR2t(int commandId) {
        return requests.containsKey(commandId);
    }

    /** R2Ts that have come so far, by command. */
    Map<Integer, WirePdu> r2ts() {
        return requests;
    }

    int lastCommandId() {
        return lastCommandId;
    }

    int answered() {
        return answers.size();
    }

    /** The termination request that came, or null. */
    WirePdu termination() {
        return termination;
    }

    // ---- commands

    int start(Entry entry) {
        return start(entry, new byte[0]);
    }

    /** Sends a command with data in its capsule; returns its identifier. */
    int start(Entry entry, byte[] data) {
        int id = ++lastCommandId;
        stream.send(capsule(entry, id, data));
        return id;
    }

    byte[] capsule(Entry entry, int commandId, byte[] data) {
        byte[] scratch = new byte[CapsuleCommand.HEADER_LENGTH + 512 + data.length];
        MemorySegment memory = MemorySegment.ofArray(scratch);
        int length = CapsuleCommand.encodeHeader(memory, 0, digests, 0, data.length);
        entry.write(memory, CapsuleCommand.SQE, commandId);
        if (data.length > 0) {
            int at = PduHeader.dataOffset(memory, 0);
            System.arraycopy(data, 0, scratch, at, data.length);
        }
        return sealed(Arrays.copyOf(scratch, length));
    }

    /** Puts the digests that the flags of the PDU announce where they belong. */
    static byte[] sealed(byte[] pdu) {
        MemorySegment memory = MemorySegment.ofArray(pdu);
        int flags = PduHeader.flags(memory, 0);
        int header = PduHeader.headerLength(memory, 0);
        if ((flags & PduHeader.FLAG_HEADER_DIGEST) != 0) {
            putDigest(memory, 0, header, header);
        }
        int at = PduHeader.dataOffset(memory, 0);
        if ((flags & PduHeader.FLAG_DATA_DIGEST) != 0 && at > 0) {
            putDigest(memory, at, pdu.length - at - DIGEST_BYTES, pdu.length - DIGEST_BYTES);
        }
        return pdu;
    }

    private static void putDigest(MemorySegment memory, int from, int length, int at) {
        memory.set(
                ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN),
                at,
                crc(memory, from, length));
    }

    static int crc(MemorySegment memory, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(memory.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }

    /** A command of one run of blocks without data of the host. */
    int range(int opcode, long firstBlock, int blocks, int flags) {
        return start((to, base, id) ->
                BlockCommand.encode(to, base, opcode, id, 1, firstBlock, blocks, flags));
    }

    int read(long firstBlock, int blocks, int blockSize) {
        return start(transport(NvmOpcode.READ, firstBlock, blocks, blockSize, 0));
    }

    /** A write whose data lies in the capsule. */
    int write(long firstBlock, byte[] data, int blockSize) {
        return start(
                inCapsule(NvmOpcode.WRITE, firstBlock, data.length / blockSize, 0, data.length),
                data);
    }

    /** A write whose data the target asks for; it is sent at once when it does. */
    int writeByR2t(long firstBlock, byte[] data, int blockSize) {
        outgoing.put(lastCommandId + 1, data);
        return startByR2t(firstBlock, data.length / blockSize, blockSize);
    }

    /** A write whose R2T is left unanswered. */
    int startByR2t(long firstBlock, int blocks, int blockSize) {
        return start(transport(NvmOpcode.WRITE, firstBlock, blocks, blockSize, 0));
    }

    static Entry inCapsule(int opcode, long firstBlock, int blocks, int flags, int length) {
        return (to, base, id) -> {
            BlockCommand.encode(to, base, opcode, id, 1, firstBlock, blocks, flags);
            SubmissionEntry.setInCapsuleData(to, base, length);
        };
    }

    static Entry transport(int opcode, long firstBlock, int blocks, int blockSize, int flags) {
        return (to, base, id) -> {
            BlockCommand.encode(to, base, opcode, id, 1, firstBlock, blocks, flags);
            SubmissionEntry.setTransportData(to, base, (long) blocks * blockSize);
        };
    }

    static Entry fused(Entry entry, int fuse) {
        return (to, base, id) -> {
            entry.write(to, base, id);
            SubmissionEntry.setFuse(to, base, fuse);
        };
    }

    /** Answers an R2T with one PDU. */
    void sendData(WirePdu request, byte[] data) {
        stream.send(h2cData(request.commandId(), request.transferTag(), 0, data, true));
    }

    byte[] h2cData(int commandId, int tag, long offset, byte[] data, boolean last) {
        byte[] scratch = new byte[512 + data.length];
        MemorySegment memory = MemorySegment.ofArray(scratch);
        int length =
                H2CData.encodeHeader(
                        memory, 0, last, digests, 0, commandId, tag, offset, data.length);
        System.arraycopy(data, 0, scratch, PduHeader.dataOffset(memory, 0), data.length);
        return sealed(Arrays.copyOf(scratch, length));
    }

    // ---- what comes

    private void received(byte[] bytes) {
        byte[] all = Arrays.copyOf(unparsed, unparsed.length + bytes.length);
        System.arraycopy(bytes, 0, all, unparsed.length, bytes.length);
        int at = 0;
        while (all.length - at >= PduHeader.LENGTH) {
            int length = (int) PduHeader.pduLength(MemorySegment.ofArray(all), at);
            if (length < PduHeader.LENGTH || length > 4 << 20) {
                throw new AssertionError("the target sends a PDU of " + length + " bytes");
            }
            if (all.length - at < length) {
                break;
            }
            take(new WirePdu(Arrays.copyOfRange(all, at, at + length)));
            at += length;
        }
        unparsed = Arrays.copyOfRange(all, at, all.length);
    }

    private void take(WirePdu pdu) {
        pdus.add(pdu);
        if (termination != null) {
            throw new AssertionError("a PDU after the termination request: " + pdu);
        }
        boolean withoutDigests =
                pdu.type() == PduType.IC_RESP || pdu.type() == PduType.C2H_TERM_REQ;
        if (!hostile) {
            pdu.check(withoutDigests ? 0 : digests);
        }
        switch (pdu.type()) {
            case PduType.IC_RESP -> {}
            case PduType.CAPSULE_RESP -> answered(pdu.commandId(), pdu);
            case PduType.C2H_DATA -> {
                incoming.merge(pdu.commandId(), pdu.data(), WireHost::join);
                if (pdu.hasFlag(PduHeader.FLAG_SUCCESS)) {
                    answered(pdu.commandId(), pdu);
                }
            }
            case PduType.R2T -> {
                requests.put(pdu.commandId(), pdu);
                byte[] data = outgoing.remove(pdu.commandId());
                if (data != null) {
                    sendData(pdu, data);
                }
            }
            case PduType.C2H_TERM_REQ -> termination = pdu;
            default -> throw new AssertionError("the target sends " + pdu);
        }
    }

    private void answered(int commandId, WirePdu pdu) {
        byte[] data = incoming.remove(commandId);
        boolean omitted = pdu.type() == PduType.C2H_DATA;
        Answer answer =
                new Answer(
                        omitted ? Status.SUCCESS : pdu.status(),
                        omitted ? 0 : pdu.result(),
                        omitted ? -1 : pdu.sqHead(),
                        data == null ? new byte[0] : data,
                        omitted);
        if (answers.put(commandId, answer) != null && !hostile) {
            throw new AssertionError("command " + commandId + " is answered twice");
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
