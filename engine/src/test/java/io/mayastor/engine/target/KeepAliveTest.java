package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.nvme.Status;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static final long SECOND = 1_000_000_000L;

    private final TargetWorld world = new TargetWorld();

    private int controllers() {
        return world.await(world.target.describe(TargetWorld.NQN)).controllers().size();
    }

    @Test
    void silentHostIsGivenUpWithinTwoTimeOuts() {
        RawHost host = world.admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        RawHost io = world.io(host, 1);
        world.simulation.runFor(4 * SECOND);
        assertEquals(1, controllers());
        world.simulation.runFor(7 * SECOND);
        assertEquals(0, controllers());
        host.awaitClose();
        io.awaitClose();
    }

    @Test
    void keepAliveKeepsTheController() {
        RawHost host = world.admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        for (int i = 0; i < 10; i++) {
            world.simulation.runFor(4 * SECOND);
            assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        }
        assertEquals(1, controllers());
    }

    @Test
    void keepAliveIsAnsweredWhilePaused() {
        RawHost host = world.admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        world.await(world.target.pause(TargetWorld.NQN));
        for (int i = 0; i < 4; i++) {
            world.simulation.runFor(4 * SECOND);
            assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        }
    }

    @Test
    void timeOutCanBeChangedAndTurnedOff() {
        RawHost host = world.admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        host.call((to, base, id) ->
                FeaturesCommand.encodeSet(to, base, id, 0, Feature.KEEP_ALIVE_TIMER, false, 0));
        world.simulation.runFor(60 * SECOND);
        assertEquals(1, controllers());
    }

    @Test
    void discoveryControllerWithoutKeepAliveEndsAfterTwoIdleMinutes() {
        RawHost host = world.admin(Nqn.DISCOVERY, TargetWorld.HOST_NQN, 0);
        world.simulation.runFor(115 * SECOND);
        assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        world.simulation.runFor(245 * SECOND);
        host.awaitClose();
    }

    @Test
    void hostIsNotGivenUpForTheTimeInWhichThisProcessStoodStill() {
        RawHost host = world.admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        world.simulation.runFor(4 * SECOND);
        world.participant.pause(20 * SECOND);
        assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        assertEquals(1, controllers());
        world.simulation.runFor(11 * SECOND);
        assertEquals(0, controllers());
    }

    @Test
    void keepAliveThatCameDuringAShortStandstillCounts() {
        RawHost host = world.admin(TargetWorld.NQN, TargetWorld.HOST_NQN, 5000);
        world.simulation.runFor(4 * SECOND + 950_000_000);
        world.participant.pause(100_000_000);
        assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        assertEquals(1, controllers());
    }
}
