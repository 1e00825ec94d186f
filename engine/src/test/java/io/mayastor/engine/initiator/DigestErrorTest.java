package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.C2HData;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.FatalErrorStatus;
import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests that do not match. */
class DigestErrorTest {
    private static final int BLOCK = ScriptedController.BLOCK;

    private final HostWorld world = new HostWorld(1);
    private final ScriptedController peer = new ScriptedController(world, HostWorld.TARGET);

    private Controller controller(boolean header, boolean data) {
        return world.controller(
                world.options().withTransport(true, header, data, 8192), ReconnectPolicy.NEVER);
    }

    @Test
    void damagedDataFailsTheCommandAndNothingElse() {
        Controller controller = controller(false, true);
        RemoteDevice device = world.device(controller);
        peer.script =
                (connection, pdu) -> {
                    if (connection.queueId != 1) {
                        return false;
                    }
                    int id = SubmissionEntry.commandId(pdu, CapsuleCommand.SQE);
                    MemorySegment data =
                            MemorySegment.ofArray(
                                    new byte[C2HData.HEADER_LENGTH + BLOCK + Integer.BYTES]);
                    C2HData.encodeHeader(
                            data,
                            0,
                            PduHeader.FLAG_LAST,
                            PduHeader.FLAG_DATA_DIGEST,
                            0,
                            id,
                            0,
                            BLOCK);
                    LittleEndian.put32(data, data.byteSize() - Integer.BYTES, 0x1234);
                    connection.sendRaw(data);
                    connection.respond(id, 0, Status.SUCCESS);
                    return true;
                };
        Probe probe = new Probe(world, device);
        assertEquals(Status.TRANSIENT_TRANSPORT_ERROR, probe.run(Operation.READ, 0, 1));
        peer.script = ScriptedController.BEHAVE;
        probe.mustRun(Operation.READ, 0, 1);
        assertEquals("", controller.lastFailure());
    }

    @Test
    void aDamagedHeaderEndsTheAssociation() {
        Controller controller = controller(true, true);
        RemoteDevice device = world.device(controller);
        peer.script =
                (connection, pdu) -> {
                    if (connection.queueId != 1) {
                        return false;
                    }
                    int id = SubmissionEntry.commandId(pdu, CapsuleCommand.SQE);
                    MemorySegment response = MemorySegment.ofArray(new byte[28]);
                    MemorySegment.copy(
                            ScriptedController.response(id, 0, Status.SUCCESS), 0, response, 0, 24);
                    PduHeader.encode(response, 0, 5, PduHeader.FLAG_HEADER_DIGEST, 24, 0, 28);
                    LittleEndian.put32(response, 24, 0x12345678);
                    connection.sendRaw(response);
                    return true;
                };
        Probe probe = new Probe(world, device);
        assertEquals(Status.ABORTED_BY_HOST, probe.run(Operation.WRITE, 0, 1));
        assertEquals(
                List.of(PduCheck.verdict(FatalErrorStatus.HEADER_DIGEST_ERROR, 0x12345678)),
                peer.terminations);
        assertTrue(
                controller.lastFailure().contains("header digest error"), controller.lastFailure());
    }

    @Test
    void dataOutsideTheArenaIsDigestedToo() {
        Controller controller = controller(true, true);
        RemoteDevice device = world.device(controller);
        Probe probe = new Probe(world, device);
        MemorySegment foreign = world.host.map(200 * 1024, true);
        probe.fill(32 * BLOCK, 3).mustRun(Operation.WRITE, 0, 32);
        int[] done = {-1};
        BlockIo read = new BlockIo(io -> done[0] = io.status);
        read.operation = Operation.READ;
        read.blocks = 32;
        read.address = foreign.address();
        world.post(() -> device.submit(read));
        world.simulation.runUntil("the read completes", () -> done[0] >= 0);
        assertEquals(Status.SUCCESS, done[0]);
        assertEquals(-1, Memory.mismatch(foreign.address(), probe.buffer, 32 * BLOCK));
    }
}
