package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.C2HData;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.CapsuleResponse;
import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ControllerCapabilities;
import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.ControllerStatus;
import io.mayastor.engine.nvme.FabricsCommandType;
import io.mayastor.engine.nvme.GetLogPageCommand;
import io.mayastor.engine.nvme.H2CData;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.IdentifyNvmController;
import io.mayastor.engine.nvme.LbaFormat;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.R2T;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.sim.Participant;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A small controller with 256 blocks of memory that behaves well until a test's {@link #script}
 * takes a PDU over. No SQ flow control; digests as asked for, which are not checked.
 */
final class ScriptedController {
    /** Deals with a PDU in its own way, or returns false to have it dealt with well. */
    @FunctionalInterface
    interface Script {
        boolean handle(ScriptedConnection connection, MemorySegment pdu);
    }

    static final int BLOCK = 4096;
    static final int BLOCKS = 256;
    static final Script BEHAVE = (connection, pdu) -> false;

    /** Most data of one H2CData. */
    static final int MAX_H2C_DATA = 8192;

    final Participant participant;
    final List<ScriptedConnection> connections = new ArrayList<>();

    /** What has come on I/O queues. */
    final List<byte[]> received = new ArrayList<>();

    final byte[] disk = new byte[BLOCK * BLOCKS];
    Script script = BEHAVE;

    /** Fatal error statuses of the termination requests that came, with their information. */
    final List<Long> terminations = new ArrayList<>();

    int namespaceBlocks = BLOCKS;
    UUID namespaceId = new UUID(3, 4);
    int inCapsuleBytes = 8192;

    /** Agreed on, as flags of a PDU. */
    int digests;

    private int configuration;

    ScriptedController(HostWorld world, InetSocketAddress address) {
        participant = world.simulation.participant("controller " + address.getPort());
        participant.run(() -> new ScriptedListener(world.targetHost, this, address));
    }

    /** Runs as the controller. */
    void act(Runnable action) {
        participant.run(action);
    }

    /** The newest connection of a queue. */
    ScriptedConnection queue(int id) {
        for (ScriptedConnection connection : connections.reversed()) {
            if (connection.queueId == id) {
                return connection;
            }
        }
        throw new AssertionError("queue " + id + " is not connected");
    }

    void received(ScriptedConnection connection, MemorySegment pdu) {
        if (connection.queueId > 0) {
            received.add(pdu.toArray(ValueLayout.JAVA_BYTE));
        }
        if (PduHeader.type(pdu, 0) == PduType.H2C_TERM_REQ) {
            terminations.add(ScriptedConnection.verdictOf(pdu));
            connection.close();
        } else if (!script.handle(connection, pdu)) {
            behave(connection, pdu);
        }
    }

    void behave(ScriptedConnection connection, MemorySegment pdu) {
        switch (PduHeader.type(pdu, 0)) {
            case PduType.IC_REQ -> {
                MemorySegment answer = MemorySegment.ofArray(new byte[ICResp.LENGTH]);
                digests = ICReq.digests(pdu, 0);
                ICResp.encode(answer, 0, 0, digests, MAX_H2C_DATA);
                connection.sendRaw(answer);
            }
            case PduType.CAPSULE_CMD -> command(connection, pdu);
            case PduType.H2C_DATA -> data(connection, pdu);
            default -> throw new AssertionError("PDU type " + PduHeader.type(pdu, 0));
        }
    }

    private void command(ScriptedConnection connection, MemorySegment pdu) {
        MemorySegment entry = pdu.asSlice(CapsuleCommand.SQE);
        if (SubmissionEntry.opcode(entry, 0) == AdminOpcode.FABRICS) {
            fabrics(connection, entry);
        } else if (connection.queueId == 0) {
            admin(connection, entry);
        } else {
            block(connection, pdu, entry);
        }
    }

    private void fabrics(ScriptedConnection connection, MemorySegment entry) {
        int id = SubmissionEntry.commandId(entry, 0);
        switch (SubmissionEntry.fabricsType(entry, 0)) {
            case FabricsCommandType.CONNECT -> {
                connection.queueId = ConnectCommand.queueId(entry, 0);
                connection.respond(id, 1, Status.SUCCESS);
            }
            case FabricsCommandType.PROPERTY_SET -> {
                configuration = (int) PropertyCommand.value(entry, 0);
                connection.respond(id, 0, Status.SUCCESS);
            }
            case FabricsCommandType.PROPERTY_GET ->
                    connection.respond(
                            id, property(PropertyCommand.offset(entry, 0)), Status.SUCCESS);
            default -> connection.respond(id, 0, Status.INVALID_FIELD);
        }
    }

    private long property(long offset) {
        if (offset == Property.CAP.offset()) {
            return new ControllerCapabilities(128, true, 1, ControllerCapabilities.CSS_NVM, 0, 0, 0)
                    .encode();
        }
        ControllerConfiguration current = ControllerConfiguration.decode(configuration);
        int ready = current.enabled() ? ControllerStatus.READY : 0;
        boolean ends = current.shutdown() != ControllerConfiguration.SHUTDOWN_NONE;
        return ready | (ends ? ControllerStatus.SHUTDOWN_COMPLETE : 0);
    }

    private void admin(ScriptedConnection connection, MemorySegment entry) {
        int id = SubmissionEntry.commandId(entry, 0);
        switch (SubmissionEntry.opcode(entry, 0)) {
            case AdminOpcode.IDENTIFY ->
                    connection.answer(id, identify(IdentifyCommand.cns(entry, 0)));
            case AdminOpcode.GET_LOG_PAGE ->
                    connection.answer(id, new byte[(int) GetLogPageCommand.byteLength(entry, 0)]);
            case AdminOpcode.ASYNC_EVENT_REQUEST -> connection.eventRequests.add(id);
            case AdminOpcode.SET_FEATURES ->
                    connection.respond(id, SubmissionEntry.cdw11(entry, 0), Status.SUCCESS);
            default -> connection.respond(id, 0, Status.SUCCESS);
        }
    }

    private byte[] identify(int cns) {
        byte[] bytes = new byte[IdentifyCommand.DATA_LENGTH];
        MemorySegment data = MemorySegment.ofArray(bytes);
        switch (cns) {
            case IdentifyCommand.CNS_CONTROLLER -> {
                IdentifyController.Draft draft = new IdentifyController.Draft();
                draft.controllerId = 1;
                draft.maxTransferShift = 5;
                draft.asyncEventLimit = 3;
                draft.commandCapsuleSize = (SubmissionEntry.LENGTH + inCapsuleBytes) / 16;
                draft.nvmCommands =
                        IdentifyController.NVM_COMPARE
                                | IdentifyController.NVM_DATASET_MANAGEMENT
                                | IdentifyController.NVM_WRITE_ZEROES;
                draft.toIdentifyController().encode(data, 0);
            }
            case IdentifyCommand.CNS_ACTIVE_NAMESPACES ->
                    new NamespaceList(List.of(1)).encode(data, 0);
            case IdentifyCommand.CNS_NAMESPACE -> {
                IdentifyNamespace.Draft draft = new IdentifyNamespace.Draft();
                draft.sizeBlocks = namespaceBlocks;
                draft.capacityBlocks = namespaceBlocks;
                draft.nguid = namespaceId;
                draft.lbaFormats = List.of(new LbaFormat(0, 12, 0));
                draft.toIdentifyNamespace().encode(data, 0);
            }
            case IdentifyCommand.CNS_COMMAND_SET_CONTROLLER ->
                    new IdentifyNvmController(0, 0, 0, 0, 0, 0).encode(data, 0);
            default -> {}
        }
        return bytes;
    }

    private void block(ScriptedConnection connection, MemorySegment pdu, MemorySegment entry) {
        int id = SubmissionEntry.commandId(entry, 0);
        int at = (int) BlockCommand.firstBlock(entry, 0) * BLOCK;
        int length = BlockCommand.blocks(entry, 0) * BLOCK;
        switch (SubmissionEntry.opcode(entry, 0)) {
            case NvmOpcode.READ -> connection.answer(id, Arrays.copyOfRange(disk, at, at + length));
            case NvmOpcode.WRITE -> {
                if (PduCheck.dataLength(pdu, 0) > 0) {
                    MemorySegment.copy(
                            pdu,
                            PduHeader.dataOffset(pdu, 0),
                            MemorySegment.ofArray(disk),
                            at,
                            length);
                    connection.respond(id, 0, Status.SUCCESS);
                } else {
                    connection.writes.put(id, at);
                    connection.readyToTransfer(id, tagOf(id), 0, length);
                }
            }
            default -> connection.respond(id, 0, Status.SUCCESS);
        }
    }

    private void data(ScriptedConnection connection, MemorySegment pdu) {
        int id = H2CData.commandId(pdu, 0);
        if (!isAskedFor(connection, pdu) || H2CData.dataLength(pdu, 0) > MAX_H2C_DATA) {
            throw new AssertionError("H2CData with a wrong tag or too much data");
        }
        MemorySegment.copy(
                pdu,
                PduHeader.dataOffset(pdu, 0),
                MemorySegment.ofArray(disk),
                connection.writes.get(id) + H2CData.offset(pdu, 0),
                H2CData.dataLength(pdu, 0));
        if (PduHeader.hasFlag(pdu, 0, PduHeader.FLAG_LAST)) {
            connection.respond(id, 0, Status.SUCCESS);
        }
    }

    /** Whether this controller's own R2T has asked for the data. */
    static boolean isAskedFor(ScriptedConnection connection, MemorySegment pdu) {
        int id = H2CData.commandId(pdu, 0);
        return H2CData.transferTag(pdu, 0) == tagOf(id) && connection.writes.containsKey(id);
    }

    private static int tagOf(int id) {
        return id + 7 & 0xffff;
    }

    static MemorySegment response(int id, long result, int status) {
        MemorySegment pdu = MemorySegment.ofArray(new byte[CapsuleResponse.HEADER_LENGTH]);
        CapsuleResponse.encodeHeader(pdu, 0, 0);
        CompletionEntry.encode(pdu, CapsuleResponse.CQE, result, 0, id, status);
        return pdu;
    }

    static MemorySegment dataPdu(int id, int flags, int offset, byte[] bytes) {
        MemorySegment pdu = MemorySegment.ofArray(new byte[C2HData.HEADER_LENGTH + bytes.length]);
        C2HData.encodeHeader(pdu, 0, flags, 0, 0, id, offset, bytes.length);
        MemorySegment.copy(
                MemorySegment.ofArray(bytes), 0, pdu, C2HData.HEADER_LENGTH, bytes.length);
        return pdu;
    }

    static MemorySegment readyToTransferPdu(int id, int tag, int offset, int length) {
        MemorySegment pdu = MemorySegment.ofArray(new byte[R2T.HEADER_LENGTH]);
        R2T.encode(pdu, 0, 0, id, tag, offset, length);
        return pdu;
    }
}
