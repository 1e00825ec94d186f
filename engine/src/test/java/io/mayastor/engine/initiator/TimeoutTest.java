package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.FabricsCommandType;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.PduType;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A controller that does not answer, in virtual time. */
class TimeoutTest {
    private static final long COMMAND = HostWorld.SECOND;
    private static final long GRACE = COMMAND / 4;
    private static final long SLACK = HostWorld.SECOND / 20;

    private final HostWorld world = new HostWorld(1);
    private final ScriptedController peer = new ScriptedController(world, HostWorld.TARGET);
    private final Controller controller =
            world.controller(
                    world.options().withTimeouts(0, COMMAND, 2 * COMMAND), ReconnectPolicy.NEVER);

    /** Where a controller falls silent while it is connected to. */
    private enum Silence {
        INITIALIZATION,
        CONNECT,
        CAPABILITIES,
        READY,
        IDENTIFY,
        IO_CONNECT
    }

    private static boolean isCommand(MemorySegment pdu, int opcode) {
        return PduHeader.type(pdu, 0) == PduType.CAPSULE_CMD
                && SubmissionEntry.opcode(pdu, CapsuleCommand.SQE) == opcode;
    }

    private static boolean isFabrics(MemorySegment pdu, int type) {
        return isCommand(pdu, AdminOpcode.FABRICS)
                && SubmissionEntry.fabricsType(pdu, CapsuleCommand.SQE) == type;
    }

    private static boolean isPropertyGet(MemorySegment pdu, Property property) {
        return isFabrics(pdu, FabricsCommandType.PROPERTY_GET)
                && PropertyCommand.offset(pdu, CapsuleCommand.SQE) == property.offset();
    }

    @ParameterizedTest
    @EnumSource
    void everyStepOfConnectingIsBounded(Silence silence) {
        boolean[] adminConnected = {false};
        peer.script =
                (connection, pdu) ->
                        switch (silence) {
                            case INITIALIZATION -> true;
                            case CONNECT -> isFabrics(pdu, FabricsCommandType.CONNECT);
                            case CAPABILITIES -> isPropertyGet(pdu, Property.CAP);
                            case READY -> {
                                boolean status = isPropertyGet(pdu, Property.CSTS);
                                if (status) {
                                    connection.respond(
                                            SubmissionEntry.commandId(pdu, CapsuleCommand.SQE),
                                            0,
                                            Status.SUCCESS);
                                }
                                yield status;
                            }
                            case IDENTIFY -> isCommand(pdu, AdminOpcode.IDENTIFY);
                            case IO_CONNECT -> {
                                boolean connect = isFabrics(pdu, FabricsCommandType.CONNECT);
                                boolean silent = connect && adminConnected[0];
                                adminConnected[0] |= connect;
                                yield silent;
                            }
                        };
        long started = world.simulation.nanoTime();
        CompletableFuture<Controller> outcome = world.connect(controller);
        world.simulation.runUntil("the attempt ends", outcome::isDone);
        long took = world.simulation.nanoTime() - started;
        assertTrue(outcome.isCompletedExceptionally());
        assertTrue(took <= 2 * COMMAND + SLACK, silence + " took " + took + " ns");
        assertEquals(ControllerState.FAILED, controller.state());
        world.close(controller);
        assertEquals(world.descriptors, world.host.openDescriptors());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
    }

    @Test
    void aCommandWithoutAnswerIsAbortedAndThenEndsTheAssociation() {
        RemoteDevice device = world.device(controller);
        Probe stuck = new Probe(world, device);
        Probe other = new Probe(world, device);
        int[] aborts = {0};
        peer.script =
                (connection, pdu) -> {
                    aborts[0] +=
                            isCommand(pdu, AdminOpcode.ABORT) && connection.queueId == 0 ? 1 : 0;
                    return connection.queueId == 1;
                };
        long started = world.simulation.nanoTime();
        stuck.submit(Operation.WRITE, 0, 1);
        other.submit(Operation.READ, 0, 1);
        assertEquals(Status.ABORTED_BY_HOST, stuck.status());
        assertEquals(Status.ABORTED_BY_HOST, other.status());
        long took = world.simulation.nanoTime() - started;
        assertTrue(took >= COMMAND + GRACE && took < COMMAND + GRACE + SLACK, took + " ns");
        assertEquals(2, aborts[0]);
        world.simulation.runUntil(
                "the controller has failed", () -> controller.state() == ControllerState.FAILED);
        assertEquals(Status.HOST_PATHING_ERROR, other.run(Operation.READ, 0, 1));
    }

    @Test
    void anAnswerWithinTheGraceSavesTheAssociation() {
        RemoteDevice device = world.device(controller);
        Probe probe = new Probe(world, device);
        int[] held = {-1};
        peer.script =
                (connection, pdu) -> {
                    if (isCommand(pdu, NvmOpcode.READ) && connection.queueId == 1) {
                        held[0] = SubmissionEntry.commandId(pdu, CapsuleCommand.SQE);
                        return true;
                    }
                    if (isCommand(pdu, AdminOpcode.ABORT) && connection.queueId == 0) {
                        peer.queue(1).respond(held[0], 0, Status.ABORT_REQUESTED);
                    }
                    return false;
                };
        assertEquals(Status.ABORT_REQUESTED, probe.run(Operation.READ, 0, 1));
        peer.script = ScriptedController.BEHAVE;
        world.simulation.runFor(5 * COMMAND);
        assertEquals(ControllerState.LIVE, controller.state());
        probe.mustRun(Operation.READ, 0, 1);
    }

    @Test
    void aSlowButLivelyControllerIsLeftInPeace() {
        RemoteDevice device = world.device(controller);
        Probe probe = new Probe(world, device);
        for (int i = 0; i < 20; i++) {
            world.simulation.runFor(COMMAND * 3);
            probe.mustRun(Operation.READ, 0, 1);
        }
        assertEquals("", controller.lastFailure());
    }

    @Test
    void anUnansweredKeepAliveEndsTheAssociation() {
        Controller kept =
                world.controller(
                        world.options().withTimeouts(4_000, COMMAND, COMMAND),
                        ReconnectPolicy.NEVER);
        world.await("it is live", world.connect(kept));
        long started = world.simulation.nanoTime();
        peer.script = (connection, pdu) -> isCommand(pdu, AdminOpcode.KEEP_ALIVE);
        world.simulation.runUntil("it is lost", () -> !kept.isLive());
        long took = world.simulation.nanoTime() - started;
        assertTrue(took <= 3 * COMMAND + SLACK, took + " ns");
    }

    @Test
    void aSilentNetworkEndsEveryCommandOnce() {
        RemoteDevice device = world.device(controller);
        Probe[] probes = new Probe[10];
        for (int i = 0; i < probes.length; i++) {
            probes[i] = new Probe(world, device);
        }
        world.network.connections().forEach(connection -> connection.silence());
        for (int i = 0; i < probes.length; i++) {
            probes[i].submit(i % 2 == 0 ? Operation.READ : Operation.WRITE, i, 30);
        }
        for (Probe probe : probes) {
            assertEquals(Status.TYPE_PATH, Status.type(probe.status()));
        }
        world.simulation.runFor(10 * COMMAND);
        for (Probe probe : probes) {
            assertEquals(1, probe.completions);
        }
    }

    @Test
    void closingWhileConnectingFailsTheAttempt() {
        peer.script = (connection, pdu) -> true;
        CompletableFuture<Controller> outcome = world.connect(controller);
        world.simulation.runFor(COMMAND / 2);
        world.close(controller);
        world.simulation.runUntil("the attempt has failed", outcome::isDone);
        assertTrue(
                outcome.handle((live, failure) ->
                                failure instanceof ControllerException
                                        || failure instanceof CompletionException)
                        .join());
        assertEquals(ControllerState.CLOSED, controller.state());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
    }
}
