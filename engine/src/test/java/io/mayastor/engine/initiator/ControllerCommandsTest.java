package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Management commands through the futures of {@link ControllerCommands}. */
class ControllerCommandsTest {
    private final HostWorld world = new HostWorld(1);
    private final ScriptedController peer = new ScriptedController(world, HostWorld.TARGET);
    private final Controller controller = world.controller(world.options(), ReconnectPolicy.NEVER);
    private final ControllerCommands commands = new ControllerCommands(controller);

    @Test
    void identifyBringsTheControllersData() {
        world.await("it is live", world.connect(controller));
        byte[] data =
                world.await("identify", commands.identify(IdentifyCommand.CNS_CONTROLLER, 0, 0));
        IdentifyController identify = IdentifyController.decode(MemorySegment.ofArray(data), 0);
        assertEquals(1, identify.controllerId());
        assertEquals(controller.identify(), identify);
    }

    @Test
    void aRefusalCarriesItsStatusAndGivesTheBufferBack() {
        world.await("it is live", world.connect(controller));
        long inUse = world.reactor.arena().statistics().usedBytes();
        peer.script =
                (connection, pdu) -> {
                    connection.respond(
                            SubmissionEntry.commandId(pdu, CapsuleCommand.SQE),
                            0,
                            Status.INVALID_LOG_PAGE);
                    return true;
                };
        CompletableFuture<byte[]> page = commands.logPage(0xc0, 0, 0, 0, 512);
        CompletionException thrown =
                assertThrows(CompletionException.class, () -> world.await("the page", page));
        ControllerException refusal = (ControllerException) thrown.getCause();
        assertEquals(Status.INVALID_LOG_PAGE, refusal.status());
        assertEquals(inUse, world.reactor.arena().statistics().usedBytes());
    }

    @Test
    void aControllerThatIsNotLiveRefusesWithAPathStatus() {
        CompletionException thrown =
                assertThrows(
                        CompletionException.class,
                        () -> world.await("the feature", commands.feature(7, 0)));
        ControllerException refusal = (ControllerException) thrown.getCause();
        assertEquals(Status.HOST_PATHING_ERROR, refusal.status());
    }

    @Test
    void reservationCommandsCarryTheirKeysAndReportIsDecoded() {
        world.await("it is live", world.connect(controller));
        RemoteReservations reservations =
                new RemoteReservations(controller, 1, RemoteReservations.Persistence.LOST);
        ReservationReport report =
                new ReservationReport(
                        5,
                        Optional.of(ReservationType.EXCLUSIVE_ACCESS),
                        true,
                        List.of(new ReservationReport.Registrant(1, true, new UUID(1, 2), 0x1234)));
        long[] keys = {0, 0, 0};
        int[] persistence = {0};
        peer.script =
                (connection, pdu) -> {
                    if (connection.queueId != 1 || PduHeader.type(pdu, 0) != PduType.CAPSULE_CMD) {
                        return false;
                    }
                    int id = SubmissionEntry.commandId(pdu, CapsuleCommand.SQE);
                    long data = PduHeader.dataOffset(pdu, 0);
                    switch (SubmissionEntry.opcode(pdu, CapsuleCommand.SQE)) {
                        case NvmOpcode.RESERVATION_REGISTER -> {
                            keys[0] = ReservationCommand.secondKey(pdu, data);
                            persistence[0] =
                                    ReservationCommand.persistence(pdu, CapsuleCommand.SQE);
                        }
                        case NvmOpcode.RESERVATION_ACQUIRE -> {
                            keys[1] = ReservationCommand.currentKey(pdu, data);
                            keys[2] = ReservationCommand.secondKey(pdu, data);
                        }
                        default -> {
                            byte[] bytes = new byte[4096];
                            report.encodeExtended(MemorySegment.ofArray(bytes), 0);
                            connection.answer(id, bytes);
                            return true;
                        }
                    }
                    connection.respond(id, 0, Status.SUCCESS);
                    return true;
                };
        world.await("register", reservations.register(0x1234));
        world.await(
                "preempt",
                reservations.preemptAndAbort(0x1234, 0x99, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(0x1234, keys[0]);
        assertEquals(ReservationCommand.PERSISTENCE_CLEAR, persistence[0]);
        assertEquals(0x1234, keys[1]);
        assertEquals(0x99, keys[2]);
        assertEquals(report, world.await("report", reservations.report()));
    }

    @Test
    void aVendorCommandTakesItsDataAlong() {
        world.await("it is live", world.connect(controller));
        int vendor = 0xc1;
        byte[][] seen = {null};
        peer.script =
                (connection, pdu) -> {
                    if (SubmissionEntry.opcode(pdu, CapsuleCommand.SQE) != vendor) {
                        return false;
                    }
                    seen[0] =
                            pdu.asSlice(PduHeader.dataOffset(pdu, 0))
                                    .toArray(ValueLayout.JAVA_BYTE);
                    connection.respond(SubmissionEntry.commandId(pdu, CapsuleCommand.SQE), 77, 0);
                    return true;
                };
        byte[] data = {1, 2, 3, 4};
        ControllerCommands.Reply reply =
                world.await(
                        "the vendor command",
                        commands.adminWriting(
                                "vendor command",
                                entry -> SubmissionEntry.encode(entry, 0, vendor, 0, 1),
                                data));
        assertEquals(77, reply.result());
        assertArrayEquals(data, seen[0]);
    }
}
