package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.HostBehavior;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Hosts that honour retry delays are told when to repeat a command. */
class RetryDelayTest {
    private static final RetryDelays DELAYS = new RetryDelays(20, 30, 40);

    private final TargetWorld world = new TargetWorld(TargetWorld.OPTIONS.withRetryDelays(DELAYS));

    private static void enableRetryDelays(RawHost admin) {
        byte[] data = new byte[HostBehavior.LENGTH];
        new HostBehavior(true, false, false).encode(MemorySegment.ofArray(data), 0);
        RawHost.Response response =
                admin.call(
                        (to, base, id) -> {
                            FeaturesCommand.encodeSet(
                                    to, base, id, 0, Feature.HOST_BEHAVIOR_SUPPORT, false, 0);
                            SubmissionEntry.setInCapsuleData(to, base, HostBehavior.LENGTH);
                        },
                        data);
        assertEquals(Status.SUCCESS, response.status());
    }

    private static int read(RawHost io, long block) {
        return io.call(
                        (to, base, id) -> {
                            BlockCommand.encode(to, base, NvmOpcode.READ, id, 1, block, 1, 0);
                            SubmissionEntry.setTransportData(to, base, 4096);
                        })
                .status();
    }

    private static IdentifyController identify(RawHost admin) {
        return IdentifyController.decode(
                admin.identify(IdentifyCommand.CNS_CONTROLLER, 0).data(), 0);
    }

    @Test
    void identifyNamesTheDelays() {
        IdentifyController page = identify(world.admin());
        assertEquals(20, page.retryDelay1());
        assertEquals(30, page.retryDelay2());
        assertEquals(40, page.retryDelay3());
    }

    @Test
    void aFailureThatMayBeRepeatedPointsToTheDelayOfDevices() {
        RawHost admin = world.admin();
        enableRetryDelays(admin);
        world.device.status = Status.INTERNAL_ERROR;
        int status = read(world.io(admin, 1), 0);
        assertEquals(Status.withRetryDelay(Status.INTERNAL_ERROR, 3), status);
    }

    @Test
    void whatMustNotBeRepeatedHereHasNoDelay() {
        RawHost admin = world.admin();
        enableRetryDelays(admin);
        RawHost io = world.io(admin, 1);
        assertEquals(Status.withDoNotRetry(Status.LBA_OUT_OF_RANGE), read(io, 1L << 40));
        world.await(world.target.setAna(TargetWorld.NQN, AnaState.INACCESSIBLE));
        assertEquals(Status.ANA_INACCESSIBLE, read(io, 0));
    }

    @Test
    void aHostThatDoesNotKnowDelaysIsNotShownAny() {
        RawHost admin = world.admin();
        world.device.status = Status.INTERNAL_ERROR;
        assertEquals(Status.INTERNAL_ERROR, read(world.io(admin, 1), 0));
    }

    @Test
    void withoutDelaysNothingPointsToOne() {
        TargetWorld plain = new TargetWorld();
        RawHost admin = plain.admin();
        enableRetryDelays(admin);
        plain.device.status = Status.INTERNAL_ERROR;
        assertEquals(0, identify(admin).retryDelay1());
        assertEquals(Status.INTERNAL_ERROR, read(plain.io(admin, 1), 0));
    }
}
