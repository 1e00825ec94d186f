package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ReservationsTest {
    private static final UUID A = new UUID(0xa, 1);
    private static final UUID B = new UUID(0xb, 2);

    /** Keeps what was saved; saves end when the test says how. */
    private static final class SlowStore implements ReservationStore {
        private ReservationState kept = ReservationState.EMPTY;
        private ReservationState saving;
        private final ArrayDeque<Completion> pending = new ArrayDeque<>();

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
            assertTrue(pending.isEmpty(), "two saves at a time");
            saving = state;
            pending.add(completion);
        }

        void succeed() {
            kept = saving;
            pending.remove().saved(null);
        }

        void fail() {
            pending.remove().saved(new IOException("no space"));
        }

        /** The state is stored, and yet the store can not say so. */
        void failLate() {
            kept = saving;
            fail();
        }
    }

    private final SlowStore store = new SlowStore();
    private final Reservations reservations = new Reservations(store, notices -> {});
    private final List<Integer> answers = new ArrayList<>();

    private void register(UUID host, long key, int persistence) {
        reservations.submit(
                state -> ReservationRules.register(state, host, key).withPersistence(persistence),
                change -> answers.add(change.status()));
    }

    private void registerPersistently() {
        register(A, 1, ReservationCommand.PERSISTENCE_SET);
        store.succeed();
        answers.clear();
    }

    @Test
    void whatNeedNotPersistIsNotSaved() {
        register(A, 1, ReservationCommand.PERSISTENCE_KEEP);
        assertEquals(List.of(Status.SUCCESS), answers);
        assertTrue(store.pending.isEmpty());
    }

    @Test
    void whatMustPersistIsAnsweredWhenItIsSavedAndNotInForceBefore() {
        register(A, 1, ReservationCommand.PERSISTENCE_SET);
        assertEquals(List.of(), answers);
        assertFalse(reservations.state().isRegistered(A));
        store.succeed();
        assertEquals(List.of(Status.SUCCESS), answers);
        assertTrue(reservations.state().isRegistered(A));
    }

    @Test
    void aRestartFindsWhatPersistsAndNothingElse() {
        registerPersistently();
        reservations.submit(
                state -> ReservationRules.acquire(state, A, 1, ReservationType.EXCLUSIVE_ACCESS),
                change -> {});
        store.succeed();
        Reservations restarted = new Reservations(store, notices -> {});
        assertEquals(reservations.state(), restarted.state());
        assertTrue(restarted.isHeld());
        register(B, 2, ReservationCommand.PERSISTENCE_CLEAR);
        store.succeed();
        assertTrue(reservations.state().isRegistered(A));
        assertEquals(ReservationState.EMPTY, new Reservations(store, notices -> {}).state());
    }

    @Test
    void commandsAreCarriedOutOneAfterAnother() {
        register(A, 1, ReservationCommand.PERSISTENCE_SET);
        register(A, 2, ReservationCommand.PERSISTENCE_KEEP);
        register(B, 2, ReservationCommand.PERSISTENCE_KEEP);
        store.succeed();
        assertEquals(
                List.of(Status.SUCCESS, Status.withDoNotRetry(Status.RESERVATION_CONFLICT)),
                answers);
        store.succeed();
        assertEquals(3, answers.size());
        assertEquals(2, reservations.state().registrants().size());
    }

    @Test
    void aCommandThatChangesNothingIsNotSaved() {
        registerPersistently();
        reservations.submit(
                state -> ReservationRules.release(state, A, 1, ReservationType.WRITE_EXCLUSIVE),
                change -> answers.add(change.status()));
        assertEquals(List.of(Status.SUCCESS), answers);
    }

    @Test
    void aFailedSaveFailsTheCommandAndChangesNeitherMemoryNorStore() {
        registerPersistently();
        ReservationState before = reservations.state();
        register(B, 2, ReservationCommand.PERSISTENCE_KEEP);
        store.failLate();
        assertEquals(List.of(), answers, "answers before the store has the former state again");
        store.succeed();
        assertEquals(List.of(Status.INTERNAL_ERROR), answers);
        assertEquals(before, reservations.state());
        assertEquals(before, store.kept);
    }

    @Test
    void aStoreThatFailedTwiceIsWrittenWithTheNextCommand() {
        register(B, 2, ReservationCommand.PERSISTENCE_SET);
        store.failLate();
        store.fail();
        assertEquals(List.of(Status.INTERNAL_ERROR), answers);
        assertTrue(store.kept.isRegistered(B));
        register(A, 1, ReservationCommand.PERSISTENCE_KEEP);
        store.succeed();
        assertEquals(ReservationState.EMPTY, store.kept);
        assertEquals(List.of(Status.INTERNAL_ERROR, Status.SUCCESS), answers);
    }

    @Test
    void aStoreThatCompletesOnAnotherThreadIsStopped() {
        register(A, 1, ReservationCommand.PERSISTENCE_SET);
        FutureTask<Void> elsewhere = new FutureTask<>(store::succeed, null);
        Thread.ofVirtual().start(elsewhere);
        ExecutionException thrown = assertThrows(ExecutionException.class, elsewhere::get);
        assertEquals(IllegalStateException.class, thrown.getCause().getClass());
    }

    @Test
    void identifySaysWhetherReservationsPersist() {
        int persists = IdentifyNamespace.RESERVATION_PERSISTS;
        assertEquals(persists, reservations.capabilities() & persists);
        Reservations forgetful = new Reservations(ReservationStore.VOLATILE, notices -> {});
        assertEquals(
                IdentifyNamespace.RESERVATION_ALL_TYPES | IdentifyNamespace.RESERVATION_IEKEY_1_3,
                forgetful.capabilities());
    }
}
