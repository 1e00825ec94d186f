package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.C2HData;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.CapsuleResponse;
import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.R2T;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.sim.SimulatedKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * A host that says what the test tells it to, right or wrong, on one connection without digests. It
 * runs the world while it waits. A command it sends gets the next command identifier.
 */
final class RawHost {
    static final int NEW_CONTROLLER = ConnectData.ANY_CONTROLLER;
    static final UUID HOST_ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private static final int MEMORY_BYTES = 2 << 20;
    private static final int SEND_AT = 1 << 20;

    /**
     * @param data what C2HData PDUs brought
     */
    record Response(int status, long result, int sqHead, MemorySegment data) {
        int dw0() {
            return (int) result;
        }
    }

    /** Writes a submission entry. */
    interface Entry {
        void write(MemorySegment memory, long base, int commandId);
    }

    private final Ring ring;
    private final int socket;
    private final MemorySegment memory = Arena.ofAuto().allocate(MEMORY_BYTES, Memory.PAGE);
    private final MemorySegment header =
            Arena.ofAuto().allocate(MessageHeader.SIZE + MessageHeader.IOVEC_SIZE, 8);
    private final Map<Integer, Response> responses = new HashMap<>();
    private final Map<Integer, byte[]> writes = new HashMap<>();
    private final Map<Integer, MemorySegment> received = new HashMap<>();
    private int lastCommandId;
    private final Map<Integer, Runnable> unanswered = new HashMap<>();
    private UUID hostId = HOST_ID;
    private String hostNqn;
    private int controllerId;
    private int r2ts;
    private boolean withholding;
    private MemorySegment termination;

    RawHost(SimulatedKernel kernel, Ring ring, InetSocketAddress target) {
        this.ring = ring;
        try {
            socket = kernel.socket(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int result = await(done -> ring.connect(socket, target, (value, _) -> done.accept(value)));
        assertEquals(0, result, "connect");
    }

    /** ICReq and ICResp. */
    void initialize(int digests) {
        ICReq.encode(memory, SEND_AT, 0, digests, 1);
        send(ICReq.LENGTH);
        receive(0, ICReq.LENGTH);
        assertEquals(PduType.IC_RESP, PduHeader.type(memory, 0), "answer to ICReq");
    }

    /** Makes it another host; to be called before Connect. */
    RawHost as(UUID identifier) {
        hostId = identifier;
        return this;
    }

    UUID hostId() {
        return hostId;
    }

    String hostNqn() {
        return hostNqn;
    }

    /** Connect, which must succeed. */
    void connectQueue(
            String nqn, String hostNqn, int controller, int queueId, int entries, long keepAlive) {
        Response response = tryConnect(nqn, hostNqn, controller, queueId, entries, keepAlive);
        assertEquals(Status.SUCCESS, response.status(), "status of Connect");
        controllerId = response.dw0() & 0xffff;
    }

    Response tryConnect(
            String nqn, String host, int controller, int queueId, int entries, long keepAlive) {
        MemorySegment data = MemorySegment.ofArray(new byte[ConnectData.LENGTH]);
        new ConnectData(hostId, controller, nqn, host).encode(data, 0);
        hostNqn = host;
        return call(
                (to, base, id) ->
                        ConnectCommand.encode(to, base, id, queueId, entries, 0, keepAlive),
                data.toArray(ValueLayout.JAVA_BYTE));
    }

    int controllerId() {
        return controllerId;
    }

    /** Sets CC.EN as Linux and SPDK do. */
    void enable() {
        assertEquals(
                Status.SUCCESS, setProperty(Property.CC, enabled()).status(), "status of enabling");
    }

    static int enabled() {
        return new ControllerConfiguration(true, 0, 0, 0, 0, 6, 4, false).encode();
    }

    Response setProperty(Property property, long value) {
        return call((to, base, id) -> PropertyCommand.encodeSet(to, base, id, property, value));
    }

    Response property(Property property) {
        return call((to, base, id) -> PropertyCommand.encodeGet(to, base, id, property));
    }

    Response identify(int cns, int namespaceId) {
        return call((to, base, id) -> IdentifyCommand.encode(to, base, id, namespaceId, cns, 0));
    }

    Response log(int page, long offset, int length, boolean retainEvent) {
        return call((to, base, id) ->
                GetLogPageCommand.encode(
                        to,
                        base,
                        id,
                        SubmissionEntry.ALL_NAMESPACES,
                        page,
                        0,
                        retainEvent,
                        offset,
                        length));
    }

    Response log(int page, int length) {
        return log(page, 0, length, false);
    }

    /** A command without fields of its own. */
    Response plain(int opcode) {
        return call((to, base, id) -> SubmissionEntry.encode(to, base, opcode, id, 0));
    }

    Response call(Entry entry) {
        return response(start(entry));
    }

    Response call(Entry entry, byte[] capsuleData) {
        return response(start(entry, capsuleData));
    }

    /** A command whose data the target fetches with R2T. */
    int startWrite(Entry entry, byte[] data) {
        writes.put(lastCommandId + 1, data);
        return start(entry);
    }

    /** From now on data that the target asks for is not sent. */
    void withholdData() {
        withholding = true;
    }

    /** Sends the data that the target has asked for in vain. */
    void sendWithheldData() {
        withholding = false;
        unanswered.values().forEach(Runnable::run);
        unanswered.clear();
    }

    int start(Entry entry) {
        return start(entry, new byte[0]);
    }

    /** Sends a command; returns its identifier. */
    int start(Entry entry, byte[] capsuleData) {
        int id = ++lastCommandId;
        int length = CapsuleCommand.HEADER_LENGTH;
        CapsuleCommand.encodeHeader(memory, SEND_AT, 0, 0, capsuleData.length);
        entry.write(memory, SEND_AT + CapsuleCommand.SQE, id);
        MemorySegment.copy(
                capsuleData,
                0,
                memory,
                ValueLayout.JAVA_BYTE,
                SEND_AT + length,
                capsuleData.length);
        send(length + capsuleData.length);
        return id;
    }

    /** Sends bytes as they are. */
    void sendRaw(byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, SEND_AT, bytes.length);
        send(bytes.length);
    }

    boolean isAnswered(int commandId) {
        return responses.containsKey(commandId);
    }

    /** Waits for the response of a command. */
    Response response(int commandId) {
        while (!responses.containsKey(commandId)) {
            if (!receivePdu()) {
                throw new AssertionError(
                        "the target closed the connection instead of answering command "
                                + commandId);
            }
        }
        return responses.remove(commandId);
    }

    int r2ts() {
        return r2ts;
    }

    /** Waits for the target to close the connection; what it says before is kept. */
    void awaitClose() {
        while (receivePdu()) {
            assertEquals(true, responses.size() < 1000, "the target does not stop talking");
        }
    }

    /** The termination request that came, or null. */
    MemorySegment termination() {
        return termination;
    }

    void close() {
        await(done -> ring.close(socket, (value, _) -> done.accept(value)));
    }

    /** Handles the next PDU; false when the target has closed the connection. */
    private boolean receivePdu() {
        if (!receive(0, PduHeader.LENGTH)) {
            return false;
        }
        int length = Math.toIntExact(PduHeader.pduLength(memory, 0));
        receive(PduHeader.LENGTH, length - PduHeader.LENGTH);
        switch (PduHeader.type(memory, 0)) {
            case PduType.CAPSULE_RESP -> responded();
            case PduType.C2H_DATA -> dataCame();
            case PduType.R2T -> dataAskedFor();
            case PduType.C2H_TERM_REQ ->
                    termination =
                            MemorySegment.ofArray(
                                    memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            default -> throw new AssertionError("PDU type " + PduHeader.type(memory, 0));
        }
        return true;
    }

    private void responded() {
        long entry = CapsuleResponse.CQE;
        int id = CompletionEntry.commandId(memory, entry);
        writes.remove(id);
        MemorySegment data = received.remove(id);
        Response response =
                new Response(
                        CompletionEntry.status(memory, entry),
                        CompletionEntry.result(memory, entry),
                        CompletionEntry.sqHead(memory, entry),
                        data == null ? MemorySegment.ofArray(new byte[0]) : data);
        if (responses.put(id, response) != null) {
            throw new AssertionError("command " + id + " is answered twice");
        }
    }

    private void dataCame() {
        int id = C2HData.commandId(memory, 0);
        byte[] bytes =
                memory.asSlice(PduHeader.dataOffset(memory, 0), C2HData.dataLength(memory, 0))
                        .toArray(ValueLayout.JAVA_BYTE);
        assertEquals(0, C2HData.offset(memory, 0), "offset of the only data PDU");
        received.put(id, MemorySegment.ofArray(bytes));
    }

    private void dataAskedFor() {
        r2ts++;
        int id = R2T.commandId(memory, 0);
        int tag = R2T.transferTag(memory, 0);
        long offset = R2T.offset(memory, 0);
        int length = (int) R2T.length(memory, 0);
        byte[] data = writes.get(id);
        if (data == null) {
            throw new AssertionError("R2T for command " + id + ", which has no data");
        }
        Runnable answer = () -> sendData(id, tag, data, offset, length);
        if (withholding) {
            unanswered.put(id, answer);
        } else {
            answer.run();
        }
    }

    private void sendData(int id, int tag, byte[] data, long offset, int length) {
        H2CData.encodeHeader(memory, SEND_AT, true, 0, 0, id, tag, offset, length);
        int at = PduHeader.dataOffset(memory, SEND_AT);
        MemorySegment.copy(data, (int) offset, memory, ValueLayout.JAVA_BYTE, SEND_AT + at, length);
        send(at + length);
    }

    private void send(int length) {
        int sent = 0;
        while (sent < length) {
            MessageHeader.setVector(
                    header, MessageHeader.SIZE, memory.address() + SEND_AT + sent, length - sent);
            MessageHeader.setVectors(header, 0, header.address() + MessageHeader.SIZE, 1);
            int result =
                    await(done ->
                            ring.sendMessage(
                                    socket, header.address(), (value, _) -> done.accept(value)));
            if (result <= 0) {
                throw new AssertionError("the connection is gone: " + result);
            }
            sent += result;
        }
    }

    /** False when the stream ends before the first byte. */
    private boolean receive(int at, int length) {
        int came = 0;
        while (came < length) {
            int from = at + came;
            int wanted = length - came;
            int result =
                    await(done ->
                            ring.receive(
                                    socket,
                                    memory.address() + from,
                                    wanted,
                                    (value, _) -> done.accept(value)));
            if (result <= 0) {
                if (at + came > 0) {
                    throw new AssertionError("the stream ends inside a PDU: " + result);
                }
                return false;
            }
            came += result;
        }
        return true;
    }

    private interface Operation {
        void start(LongConsumer done);
    }

    private int await(Operation operation) {
        long[] outcome = {0, 0};
        operation.start(result -> {
            outcome[0] = result;
            outcome[1]++;
        });
        while (outcome[1] == 0) {
            ring.turn(Long.MAX_VALUE);
        }
        return (int) outcome[0];
    }
}
