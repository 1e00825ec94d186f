package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Reservations that outlive the subsystem, through the queues of a host. */
class ReservationPersistenceTest {
    private static final UUID A = new UUID(0xa, 1);
    private static final UUID B = new UUID(0xb, 2);
    private static final long KEY = 0xaaaa;

    /** What survives is {@link #kept}; saves end later, on the reactor, when the test says so. */
    private final class Store implements ReservationStore {
        private ReservationState kept = ReservationState.EMPTY;
        private boolean failing;
        private boolean slow;
        private Runnable pending;

        @Override
        public boolean isPersistent() {
            return true;
        }

        @Override
        public ReservationState load() {
            return kept;
        }

        @Override
        public void save(ReservationState state, Completion completion) {
            pending =
                    () -> {
                        if (failing) {
                            completion.saved(new IOException("disk full"));
                        } else {
                            kept = state;
                            completion.saved(null);
                        }
                    };
            if (!slow) {
                world.reactor.execute(pending);
            }
        }
    }

    private final TargetWorld world = new TargetWorld();
    private final Store store = new Store();

    ReservationPersistenceTest() {
        restart();
    }

    private void restart() {
        world.await(world.target.removeSubsystem(TargetWorld.NQN));
        world.await(
                world.target.addSubsystem(
                        new SubsystemConfig(
                                TargetWorld.NQN,
                                "DCS0123456789ABCDEF0",
                                SubsystemConfig.MODEL,
                                world.device,
                                TargetWorld.NAMESPACE,
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                store)));
    }

    private static int register(ReservingHost host, int persistence) {
        return host.register(ReservationCommand.REGISTER, false, persistence, 0, KEY);
    }

    @Test
    void aPersistentReservationFencesAfterARestart() {
        ReservingHost a = new ReservingHost(world, A);
        assertEquals(Status.SUCCESS, register(a, ReservationCommand.PERSISTENCE_SET));
        assertEquals(Status.SUCCESS, a.acquire(KEY, ReservationType.EXCLUSIVE_ACCESS));
        restart();
        ReservingHost b = new ReservingHost(world, B);
        assertEquals(Status.withDoNotRetry(Status.RESERVATION_CONFLICT), b.data(NvmOpcode.READ));
        assertEquals(Status.SUCCESS, new ReservingHost(world, A).data(NvmOpcode.WRITE));
        assertTrue(b.report().persists());
    }

    @Test
    void aReservationThatNeedNotPersistIsGoneAfterARestart() {
        ReservingHost a = new ReservingHost(world, A);
        register(a, ReservationCommand.PERSISTENCE_CLEAR);
        a.acquire(KEY, ReservationType.EXCLUSIVE_ACCESS);
        restart();
        assertEquals(Status.SUCCESS, new ReservingHost(world, B).data(NvmOpcode.WRITE));
    }

    @Test
    void theAnswerWaitsForTheStore() {
        store.slow = true;
        ReservingHost a = new ReservingHost(world, A);
        int register =
                a.startRegister(
                        ReservationCommand.REGISTER,
                        false,
                        ReservationCommand.PERSISTENCE_SET,
                        0,
                        KEY);
        assertEquals(Status.SUCCESS, a.data(NvmOpcode.READ), "a read beside the save");
        assertFalse(a.io.isAnswered(register));
        world.onReactor(store.pending);
        assertEquals(Status.SUCCESS, a.io.response(register).status());
    }

    @Test
    void aHostThatLeavesDuringTheSaveIsRegisteredAllTheSame() {
        store.slow = true;
        ReservingHost a = new ReservingHost(world, A);
        a.startRegister(
                ReservationCommand.REGISTER, false, ReservationCommand.PERSISTENCE_SET, 0, KEY);
        a.data(NvmOpcode.READ);
        a.io.close();
        a.admin.close();
        world.onReactor(store.pending);
        store.slow = false;
        restart();
        assertEquals(A, new ReservingHost(world, B).report().registrants().getFirst().hostId());
    }

    @Test
    void aFailedSaveFailsTheCommandAndRegistersNobody() {
        store.failing = true;
        ReservingHost a = new ReservingHost(world, A);
        assertEquals(Status.INTERNAL_ERROR, register(a, ReservationCommand.PERSISTENCE_SET));
        assertEquals(0, a.report().registrants().size());
        store.failing = false;
        assertEquals(Status.SUCCESS, register(a, ReservationCommand.PERSISTENCE_SET));
    }

    @Test
    void identifyAndFeatureTellOfPersistence() {
        ReservingHost a = new ReservingHost(world, A);
        IdentifyNamespace page =
                IdentifyNamespace.decode(
                        a.admin.identify(IdentifyCommand.CNS_NAMESPACE, 1).data(), 0);
        int persists = IdentifyNamespace.RESERVATION_PERSISTS;
        assertEquals(persists, page.reservationCapabilities() & persists);
        assertEquals(0, feature(a));
        register(a, ReservationCommand.PERSISTENCE_SET);
        assertEquals(1, feature(a));
    }

    @Test
    void theFeatureChangesWhatIsKept() {
        ReservingHost a = new ReservingHost(world, A);
        register(a, ReservationCommand.PERSISTENCE_KEEP);
        assertEquals(Status.SUCCESS, setFeature(a, 1));
        assertTrue(store.kept.isRegistered(A));
        assertEquals(Status.SUCCESS, setFeature(a, 0));
        assertEquals(ReservationState.EMPTY, store.kept);
        assertEquals(1, a.report().registrants().size());
    }

    private static int feature(ReservingHost host) {
        return host.admin
                .call((to, base, id) ->
                        FeaturesCommand.encodeGet(
                                to, base, id, 1, Feature.RESERVATION_PERSISTENCE, 0, 0))
                .dw0();
    }

    private static int setFeature(ReservingHost host, int value) {
        return host.admin
                .call((to, base, id) ->
                        FeaturesCommand.encodeSet(
                                to, base, id, 1, Feature.RESERVATION_PERSISTENCE, false, value))
                .status();
    }
}
