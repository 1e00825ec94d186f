package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import org.junit.jupiter.api.Test;

/** While a subsystem is paused only data commands wait. */
class PausedSubsystemTest {
    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.admin();

    @Test
    void administrationIsAnsweredWhilePaused() {
        int event =
                host.start((to, base, id) ->
                        SubmissionEntry.encode(to, base, AdminOpcode.ASYNC_EVENT_REQUEST, id, 0));
        world.await(world.target.pause(TargetWorld.NQN));
        assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        assertEquals(Status.SUCCESS, host.identify(IdentifyCommand.CNS_CONTROLLER, 0).status());
        assertEquals(Status.SUCCESS, host.identify(IdentifyCommand.CNS_NAMESPACE, 1).status());
        assertEquals(Status.SUCCESS, host.log(LogPage.SMART, 512).status());
        assertEquals(Status.SUCCESS, host.property(Property.CSTS).status());
        assertEquals(
                Status.SUCCESS,
                host.call((to, base, id) ->
                                FeaturesCommand.encodeGet(
                                        to, base, id, 0, Feature.ARBITRATION, 0, 0))
                        .status());
        world.await(world.target.setAna(TargetWorld.NQN, AnaState.INACCESSIBLE));
        assertEquals(AsyncEvent.ANA_CHANGED, host.response(event).dw0());
    }

    @Test
    void hostsConnectWhilePaused() {
        world.await(world.target.pause(TargetWorld.NQN));
        RawHost other = world.admin();
        world.io(other, 1);
    }

    @Test
    void dataCommandsWaitBeforeTheirDataIsAskedFor() {
        RawHost io = world.io(host, 1);
        world.await(world.target.pause(TargetWorld.NQN));
        int write =
                io.startWrite(
                        (to, base, id) -> {
                            SubmissionEntry.encode(to, base, NvmOpcode.WRITE, id, 1);
                            SubmissionEntry.setTransportData(to, base, 4096);
                        },
                        new byte[4096]);
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_OPCODE),
                io.call((to, base, id) -> SubmissionEntry.encode(to, base, NvmOpcode.COPY, id, 1))
                        .status(),
                "a later command is refused at once");
        assertFalse(io.isAnswered(write));
        assertEquals(0, io.r2ts());
        world.await(world.target.resume(TargetWorld.NQN));
        assertEquals(Status.SUCCESS, io.response(write).status());
        assertEquals(1, io.r2ts());
    }
}
