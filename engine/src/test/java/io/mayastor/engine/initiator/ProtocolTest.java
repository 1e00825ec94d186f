package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes over the wire, and what happens when the controller does not keep to the rules. */
class ProtocolTest {
    private static final int BLOCK = ScriptedController.BLOCK;

    private final HostWorld world = new HostWorld(1);
    private final ScriptedController peer = new ScriptedController(world, HostWorld.TARGET);
    private final Controller controller = world.controller(world.options(), ReconnectPolicy.NEVER);

    /** A wrong answer to a command, and the verdict that it deserves. */
    private record Wrong(String name, Operation asked, int blocks, Answer answer, long verdict) {
        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Answer {
        void to(ScriptedConnection connection, int id);
    }

    private static long invalid(int field) {
        return PduCheck.verdict(FatalErrorStatus.INVALID_HEADER_FIELD, field);
    }

    private static MemorySegment header(int type, int flags, int length, int pduLength) {
        MemorySegment pdu = MemorySegment.ofArray(new byte[Math.clamp(pduLength, 8, 256)]);
        PduHeader.encode(pdu, 0, type, flags, length, 0, pduLength);
        return pdu;
    }

    private static Stream<Wrong> wrongAnswers() {
        byte[] block = new byte[BLOCK];
        long outside = PduCheck.verdict(FatalErrorStatus.DATA_OUT_OF_RANGE, 0);
        long sequence = PduCheck.verdict(FatalErrorStatus.SEQUENCE_ERROR, 0);
        long limit = PduCheck.verdict(FatalErrorStatus.LIMIT_EXCEEDED, 0);
        Operation read = Operation.READ;
        Operation write = Operation.WRITE;
        return Stream.of(
                new Wrong(
                        "response to an unknown command",
                        read,
                        1,
                        (to, id) -> to.respond(id + 1, 0, Status.SUCCESS),
                        invalid(20)),
                new Wrong(
                        "response of the slot's former generation",
                        read,
                        1,
                        (to, id) -> to.respond(id ^ 0x400, 0, Status.SUCCESS),
                        invalid(20)),
                new Wrong(
                        "second response",
                        write,
                        1,
                        (to, id) -> {
                            to.respond(id, 0, Status.INTERNAL_ERROR);
                            to.respond(id, 0, Status.INTERNAL_ERROR);
                        },
                        invalid(20)),
                new Wrong(
                        "success before the data",
                        read,
                        1,
                        (to, id) -> to.respond(id, 0, Status.SUCCESS),
                        sequence),
                new Wrong(
                        "success after a part of the data",
                        read,
                        2,
                        (to, id) -> {
                            to.send(ScriptedController.dataPdu(id, 0, 0, block));
                            to.respond(id, 0, Status.SUCCESS);
                        },
                        sequence),
                new Wrong(
                        "success of a write whose data was not asked for",
                        write,
                        4,
                        (to, id) -> to.respond(id, 0, Status.SUCCESS),
                        sequence),
                new Wrong(
                        "data for an unknown command",
                        read,
                        1,
                        (to, id) -> to.send(ScriptedController.dataPdu(id + 1, 0, 0, block)),
                        invalid(8)),
                new Wrong(
                        "data for a write",
                        write,
                        1,
                        (to, id) -> to.send(ScriptedController.dataPdu(id, 0, 0, block)),
                        invalid(8)),
                new Wrong(
                        "data out of order",
                        read,
                        2,
                        (to, id) -> to.send(ScriptedController.dataPdu(id, 0, BLOCK, block)),
                        outside),
                new Wrong(
                        "more data than asked for",
                        read,
                        1,
                        (to, id) ->
                                to.send(ScriptedController.dataPdu(id, 0, 0, new byte[BLOCK + 4])),
                        outside),
                new Wrong(
                        "the flag for success without the one for the last PDU",
                        read,
                        1,
                        (to, id) ->
                                to.send(
                                        ScriptedController.dataPdu(
                                                id, PduHeader.FLAG_SUCCESS, 0, block)),
                        invalid(PduHeader.FLAGS)),
                new Wrong(
                        "the flag for success with data missing",
                        read,
                        2,
                        (to, id) ->
                                to.send(
                                        ScriptedController.dataPdu(
                                                id,
                                                PduHeader.FLAG_SUCCESS | PduHeader.FLAG_LAST,
                                                0,
                                                block)),
                        invalid(PduHeader.FLAGS)),
                new Wrong(
                        "R2T for a read",
                        read,
                        1,
                        (to, id) -> to.readyToTransfer(id, 1, 0, BLOCK),
                        invalid(8)),
                new Wrong(
                        "R2T for data that came in the capsule",
                        write,
                        1,
                        (to, id) -> to.readyToTransfer(id, 1, 0, BLOCK),
                        invalid(8)),
                new Wrong(
                        "R2T beyond the data",
                        write,
                        4,
                        (to, id) -> to.readyToTransfer(id, 1, 0, 4 * BLOCK + 4),
                        outside),
                new Wrong(
                        "R2T that leaves a gap",
                        write,
                        4,
                        (to, id) -> to.readyToTransfer(id, 1, BLOCK, BLOCK),
                        outside),
                new Wrong(
                        "R2T for nothing",
                        write,
                        4,
                        (to, id) -> to.readyToTransfer(id, 1, 0, 0),
                        outside),
                new Wrong(
                        "two R2Ts where one is allowed",
                        write,
                        32,
                        (to, id) -> {
                            MemorySegment both = MemorySegment.ofArray(new byte[48]);
                            both.copyFrom(
                                    ScriptedController.readyToTransferPdu(id, 1, 0, 16 * BLOCK));
                            both.asSlice(24)
                                    .copyFrom(
                                            ScriptedController.readyToTransferPdu(
                                                    id, 2, 16 * BLOCK, 16 * BLOCK));
                            to.send(both);
                        },
                        limit),
                new Wrong(
                        "unknown PDU type",
                        read,
                        1,
                        (to, id) -> to.send(header(0x22, 0, 24, 24)),
                        invalid(PduHeader.TYPE)),
                new Wrong(
                        "second initialization",
                        read,
                        1,
                        (to, id) -> {
                            MemorySegment pdu = MemorySegment.ofArray(new byte[ICResp.LENGTH]);
                            ICResp.encode(pdu, 0, 0, 0, 8192);
                            to.send(pdu);
                        },
                        sequence),
                new Wrong(
                        "response of another length",
                        read,
                        1,
                        (to, id) -> to.send(header(PduType.CAPSULE_RESP, 0, 24, 0x7fff_ffff)),
                        invalid(PduHeader.PLEN)),
                new Wrong(
                        "digest that was not agreed on",
                        read,
                        1,
                        (to, id) ->
                                to.send(
                                        header(
                                                PduType.CAPSULE_RESP,
                                                PduHeader.FLAG_HEADER_DIGEST,
                                                24,
                                                28)),
                        invalid(PduHeader.FLAGS)));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void aWrongAnswerEndsThatAssociationWithTheRightTerminationRequest(Wrong wrong) {
        RemoteDevice device = world.device(controller);
        ScriptedController other =
                new ScriptedController(
                        world, new java.net.InetSocketAddress(HostWorld.TARGET.getAddress(), 8421));
        Controller bystander =
                world.controller(
                        ControllerOptions.of(
                                new java.net.InetSocketAddress(HostWorld.TARGET.getAddress(), 8421),
                                HostWorld.SUBSYSTEM,
                                HostWorld.HOST,
                                new java.util.UUID(1, 2)),
                        ReconnectPolicy.NEVER);
        RemoteDevice untouched = world.device(bystander);
        Probe probe = new Probe(world, device);
        boolean[] answered = {false};
        peer.script =
                (connection, pdu) -> {
                    if (connection.queueId == 1
                            && PduHeader.type(pdu, 0) == PduType.CAPSULE_CMD
                            && !answered[0]) {
                        answered[0] = true;
                        wrong.answer.to(
                                connection, SubmissionEntry.commandId(pdu, CapsuleCommand.SQE));
                        return true;
                    }
                    return PduHeader.type(pdu, 0) == PduType.H2C_DATA;
                };
        probe.submit(wrong.asked, 0, wrong.blocks);
        world.simulation.runUntil(
                "the association has ended", () -> controller.state() == ControllerState.FAILED);
        assertEquals(List.of(wrong.verdict), peer.terminations, controller.lastFailure());
        int expected =
                wrong.name.equals("second response")
                        ? Status.INTERNAL_ERROR
                        : Status.ABORTED_BY_HOST;
        assertEquals(Status.name(expected), Status.name(probe.status()));
        assertEquals(ControllerState.LIVE, bystander.state());
        new Probe(world, untouched).mustRun(Operation.READ, 0, 1);
        assertEquals(0, other.terminations.size());
        world.close(controller);
        world.close(bystander);
        assertEquals(world.descriptors, world.host.openDescriptors());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
    }

    @Test
    void aReadCapsuleHasTheBytesOfTheSpecification() {
        RemoteDevice device = world.device(controller);
        peer.received.clear();
        new Probe(world, device).mustRun(Operation.READ, 0x12, 3);
        assertEquals(1, peer.received.size());
        byte[] capsule = peer.received.getFirst();
        String expected =
                "04004800"
                        + "48000000" // CapsuleCmd, HLEN 72, PLEN 72
                        + "0240"
                        + "CCCC"
                        + "01000000" // Read, SGL, CID, NSID 1
                        + "00".repeat(16)
                        + "0000000000000000"
                        + "00300000"
                        + "0000005a" // transport data, 12 KiB
                        + "1200000000000000"
                        + "02000000" // SLBA, NLB 0's based
                        + "00".repeat(12);
        String id = HexFormat.of().formatHex(capsule, 10, 12);
        assertEquals(expected.replace("CCCC", id), HexFormat.of().formatHex(capsule));
    }

    @Test
    void aSmallWriteCarriesItsDataInTheCapsule() {
        RemoteDevice device = world.device(controller);
        peer.received.clear();
        Probe probe = new Probe(world, device);
        probe.fill(BLOCK, 5);
        probe.io.forceUnitAccess = true;
        probe.mustRun(Operation.WRITE, 9, 1);
        byte[] capsule = peer.received.getFirst();
        assertEquals(72 + BLOCK, capsule.length);
        MemorySegment pdu = MemorySegment.ofArray(capsule);
        assertEquals(72, PduHeader.dataOffset(pdu, 0));
        assertEquals(
                "0000000000000000" + "00100000" + "00000001" + "0900000000000000" + "00000040",
                HexFormat.of().formatHex(capsule, 32, 60));
        assertArrayEquals(
                Arrays.copyOfRange(peer.disk, 9 * BLOCK, 10 * BLOCK),
                Arrays.copyOfRange(capsule, 72, capsule.length));
    }

    @Test
    void aLargeWriteIsSentAsTheControllerAsksForIt() {
        RemoteDevice device = world.device(controller);
        peer.received.clear();
        Probe probe = new Probe(world, device);
        probe.fill(5 * BLOCK, 6).mustRun(Operation.WRITE, 1, 5);
        List<Integer> lengths = peer.received.stream().map(bytes -> bytes.length).toList();
        assertEquals(List.of(72, 24 + 8192, 24 + 8192, 24 + 4096), lengths);
        MemorySegment lastHeader = MemorySegment.ofArray(peer.received.getLast());
        assertTrue(PduHeader.hasFlag(lastHeader, 0, PduHeader.FLAG_LAST));
        assertEquals(16384, LittleEndian.u32(lastHeader, 12));
        probe.fill(5 * BLOCK, 0);
        probe.mustRun(Operation.READ, 1, 5);
        assertTrue(probe.holds(5 * BLOCK, 6));
    }

    @Test
    void aWriteThatTheControllerGivesUpAfterAPartEndsWithItsStatus() {
        RemoteDevice device = world.device(controller);
        Probe probe = new Probe(world, device);
        peer.script =
                (connection, pdu) -> {
                    if (connection.queueId == 1 && peer.received.size() == 1) {
                        int id = SubmissionEntry.commandId(pdu, CapsuleCommand.SQE);
                        connection.readyToTransfer(id, 3, 0, 32 * BLOCK);
                        connection.respond(id, 0, Status.WRITE_FAULT);
                        return true;
                    }
                    return PduHeader.type(pdu, 0) == PduType.H2C_DATA;
                };
        peer.received.clear();
        assertEquals(Status.WRITE_FAULT, probe.run(Operation.WRITE, 0, 32));
        assertEquals("", controller.lastFailure());
        probe.mustRun(Operation.READ, 0, 1);
    }

    @Test
    void aTerminationRequestOfTheControllerIsReported() {
        world.device(controller);
        peer.act(() -> {
            MemorySegment pdu = header(PduType.C2H_TERM_REQ, 0, 24, 24);
            LittleEndian.put16(pdu, 8, FatalErrorStatus.DATA_OUT_OF_RANGE);
            peer.queue(1).send(pdu);
        });
        world.simulation.runUntil("it has ended", () -> !controller.isLive());
        assertTrue(
                controller.lastFailure().contains("data transfer out of range"),
                controller.lastFailure());
    }
}
