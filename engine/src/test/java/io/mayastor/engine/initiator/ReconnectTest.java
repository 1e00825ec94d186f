package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to a controller whose association is lost. */
class ReconnectTest {
    private static final long MILLI = HostWorld.SECOND / 1000;

    private final HostWorld world = new HostWorld(1);
    private final ScriptedController peer = new ScriptedController(world, HostWorld.TARGET);
    private final ControllerOptions options =
            world.options().withReconnect(100 * MILLI, 1000 * MILLI);

    private void lose() {
        peer.act(() -> List.copyOf(peer.connections).forEach(ScriptedConnection::close));
    }

    @Test
    void thePolicyDecidesAndTheWaitDoublesUpToItsLimit() {
        List<Integer> asked = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        Controller controller =
                world.controller(
                        options,
                        (lost, reason, attempts) -> {
                            asked.add(attempts);
                            times.add(world.simulation.nanoTime());
                            return attempts < 7;
                        });
        RemoteDevice device = world.device(controller);
        String[] failure = {""};
        world.on(() -> {
            device.addListener(
                    new DeviceListener() {
                        @Override
                        public void failed(BlockDevice failed, String reason) {
                            failure[0] = reason;
                        }
                    });
            return null;
        });
        peer.script =
                (connection, pdu) -> {
                    connection.close();
                    return true;
                };
        lose();
        world.simulation.runUntil(
                "it has failed", () -> controller.state() == ControllerState.FAILED);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), asked);
        long[] least = {100, 200, 400, 800, 1000, 1000, 1000};
        for (int i = 0; i < least.length; i++) {
            long wait = times.get(i + 1) - times.get(i);
            assertTrue(
                    wait >= least[i] * MILLI && wait < (least[i] + 20) * MILLI,
                    "wait " + i + ": " + wait);
        }
        assertTrue(failure[0].contains("closed by the controller"), failure[0]);
        assertEquals(Status.HOST_PATHING_ERROR, new Probe(world, device).run(Operation.READ, 0, 1));
    }

    @Test
    void aFirstAttemptIsNotRepeated() {
        Controller controller = world.controller(options, ReconnectPolicy.ALWAYS);
        peer.script =
                (connection, pdu) -> {
                    connection.close();
                    return true;
                };
        world.connect(controller);
        world.simulation.runUntil(
                "it has failed", () -> controller.state() == ControllerState.FAILED);
        world.simulation.runFor(30 * HostWorld.SECOND);
        assertEquals(ControllerState.FAILED, controller.state());
        peer.script = ScriptedController.BEHAVE;
        world.await("it connects when asked again", world.connect(controller));
    }

    @Test
    void aResetConnectsAgainAtOnceWhateverThePolicy() {
        Controller controller = world.controller(options, ReconnectPolicy.NEVER);
        RemoteDevice device = world.device(controller);
        Probe probe = new Probe(world, device);
        peer.script = (connection, pdu) -> connection.queueId == 1;
        probe.submit(Operation.READ, 0, 1);
        world.simulation.runFor(10 * MILLI);
        peer.script = ScriptedController.BEHAVE;
        long started = world.simulation.nanoTime();
        world.post(() -> controller.reset("a test asks for it"));
        assertEquals(Status.ABORTED_BY_HOST, probe.status());
        world.simulation.runUntil("it is live again", controller::isLive);
        long took = world.simulation.nanoTime() - started;
        assertTrue(took < 50 * MILLI, took + " ns");
        probe.mustRun(Operation.READ, 0, 1);
    }

    @Test
    void aNamespaceThatIsAnotherOneAfterReconnectingFailsTheDevice() {
        Controller controller = world.controller(options, ReconnectPolicy.ALWAYS);
        RemoteDevice device = world.device(controller);
        peer.namespaceId = new java.util.UUID(9, 9);
        lose();
        world.simulation.runUntil("it is lost", () -> !controller.isLive());
        world.simulation.runUntil("it is live again", controller::isLive);
        assertEquals(Status.HOST_PATHING_ERROR, new Probe(world, device).run(Operation.READ, 0, 1));
    }

    @Test
    void closingWhileWaitingToReconnectEndsTheWait() {
        Controller controller = world.controller(options, ReconnectPolicy.ALWAYS);
        world.device(controller);
        peer.script = (connection, pdu) -> true;
        lose();
        world.simulation.runUntil(
                "it waits", () -> controller.state() == ControllerState.RECONNECTING);
        world.close(controller);
        world.simulation.runFor(5 * HostWorld.SECOND);
        assertEquals(ControllerState.CLOSED, controller.state());
        assertEquals(world.descriptors, world.host.openDescriptors());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
    }

    @Test
    void aHostWithoutDescriptorsFailsTheAttemptAndLaterSucceeds() {
        Controller controller = world.controller(options, ReconnectPolicy.NEVER);
        world.host.limitDescriptors(world.host.openDescriptors() + 1);
        world.connect(controller);
        world.simulation.runUntil(
                "it has failed", () -> controller.state() == ControllerState.FAILED);
        assertTrue(
                controller.lastFailure().contains("cannot make a socket"),
                controller.lastFailure());
        assertEquals(world.descriptors, world.host.openDescriptors());
        assertEquals(world.mappedBytes, world.host.mappedBytes());
        world.host.limitDescriptors(1000);
        world.await("it connects", world.connect(controller));
    }
}
