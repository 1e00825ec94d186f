package io.mayastor.engine.target;

import static io.mayastor.engine.nvme.ReservationType.EXCLUSIVE_ACCESS;
import static io.mayastor.engine.nvme.ReservationType.EXCLUSIVE_ACCESS_ALL_REGISTRANTS;
import static io.mayastor.engine.nvme.ReservationType.EXCLUSIVE_ACCESS_REGISTRANTS_ONLY;
import static io.mayastor.engine.nvme.ReservationType.WRITE_EXCLUSIVE;
import static io.mayastor.engine.nvme.ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS;
import static io.mayastor.engine.nvme.ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
import static io.mayastor.engine.target.ReservationNotice.REGISTRATION_PREEMPTED;
import static io.mayastor.engine.target.ReservationNotice.RESERVATION_PREEMPTED;
import static io.mayastor.engine.target.ReservationNotice.RESERVATION_RELEASED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReservationRulesTest {
    private static final UUID A = new UUID(0xa, 1);
    private static final UUID B = new UUID(0xb, 2);
    private static final UUID C = new UUID(0xc, 3);
    private static final long KEY_A = 0xaa;
    private static final long KEY_B = 0xbb;
    private static final long KEY_C = 0xcc;
    private static final ReservationState ABC =
            ReservationState.EMPTY.registered(A, KEY_A).registered(B, KEY_B).registered(C, KEY_C);

    private static ReservationState next(ReservationChange change) {
        assertEquals(Status.SUCCESS, change.status(), "status");
        return change.next();
    }

    private static void assertRefused(
            int status, ReservationState before, ReservationChange change) {
        assertEquals(
                Status.name(Status.withDoNotRetry(status)), Status.name(change.status()), "status");
        assertEquals(before, change.next(), "state");
        assertEquals(Map.of(), change.notices(), "notices");
    }

    private static ReservationState held(ReservationType type) {
        return ABC.reserved(type, A);
    }

    // ---- register

    @Test
    void aHostRegistersWithAKey() {
        ReservationState state = next(ReservationRules.register(ReservationState.EMPTY, A, KEY_A));
        assertEquals(KEY_A, state.key(A));
        assertEquals(1, state.generation());
    }

    @Test
    void hostsMayShareAKey() {
        ReservationState state =
                next(ReservationRules.register(ABC.unregistered(Set.of(B)), B, KEY_A));
        assertEquals(KEY_A, state.key(B));
    }

    @Test
    void registeringAgainTakesTheSameKeyOnly() {
        ReservationState state = next(ReservationRules.register(ABC, A, KEY_A));
        assertEquals(ABC.nextGeneration(), state);
        assertRefused(Status.RESERVATION_CONFLICT, ABC, ReservationRules.register(ABC, A, KEY_B));
    }

    @Test
    void keyZeroCanNotBeRegistered() {
        ReservationState none = ReservationState.EMPTY;
        assertRefused(Status.INVALID_FIELD, none, ReservationRules.register(none, A, 0));
        assertRefused(Status.INVALID_FIELD, ABC, ReservationRules.replace(ABC, A, KEY_A, 0, false));
        assertRefused(Status.INVALID_FIELD, ABC, ReservationRules.replace(ABC, A, 0, 0, true));
    }

    @Test
    void keyZeroIsNeverTheKeyOfAHostThatIsNotRegistered() {
        ReservationState state = ABC.unregistered(Set.of(C));
        int conflict = Status.RESERVATION_CONFLICT;
        assertRefused(conflict, state, ReservationRules.replace(state, C, 0, KEY_C, false));
        assertRefused(conflict, state, ReservationRules.unregister(state, C, 0, false));
        assertRefused(conflict, state, ReservationRules.acquire(state, C, 0, WRITE_EXCLUSIVE));
        assertRefused(
                conflict, state, ReservationRules.preempt(state, C, 0, KEY_A, WRITE_EXCLUSIVE));
        assertRefused(conflict, state, ReservationRules.release(state, C, 0, WRITE_EXCLUSIVE));
        assertRefused(conflict, state, ReservationRules.clear(state, C, 0));
    }

    @Test
    void aWrongKeyIsAConflictForEveryCommand() {
        ReservationState state = held(EXCLUSIVE_ACCESS);
        int conflict = Status.RESERVATION_CONFLICT;
        assertRefused(conflict, state, ReservationRules.replace(state, A, KEY_B, 1, false));
        assertRefused(conflict, state, ReservationRules.unregister(state, A, KEY_B, false));
        assertRefused(conflict, state, ReservationRules.acquire(state, A, KEY_B, EXCLUSIVE_ACCESS));
        assertRefused(
                conflict,
                state,
                ReservationRules.preempt(state, B, KEY_A, KEY_A, EXCLUSIVE_ACCESS));
        assertRefused(conflict, state, ReservationRules.release(state, A, KEY_B, EXCLUSIVE_ACCESS));
        assertRefused(conflict, state, ReservationRules.clear(state, A, KEY_B));
    }

    @Test
    void replacingAKeyKeepsTheReservation() {
        ReservationState state = held(EXCLUSIVE_ACCESS);
        ReservationState after = next(ReservationRules.replace(state, A, KEY_A, 77, false));
        assertEquals(77, after.key(A));
        assertTrue(after.isHolder(A));
        assertEquals(1, after.generation());
    }

    @Test
    void theKeyIsNotComparedWhenItIsToBeIgnored() {
        ReservationState after = next(ReservationRules.replace(ABC, A, 0, 77, true));
        assertEquals(77, after.key(A));
        after = next(ReservationRules.unregister(ABC, A, 0, true));
        assertFalse(after.isRegistered(A));
    }

    @Test
    void replaceRegistersANewHostOnlyWhenTheKeyIsIgnored() {
        ReservationState none = ReservationState.EMPTY;
        assertEquals(KEY_A, next(ReservationRules.replace(none, A, 0, KEY_A, true)).key(A));
        assertRefused(
                Status.RESERVATION_CONFLICT,
                none,
                ReservationRules.replace(none, A, KEY_A, KEY_A, false));
    }

    @Test
    void unregisteringAStrangerIsAConflictEvenWhenTheKeyIsIgnored() {
        ReservationState none = ReservationState.EMPTY;
        assertRefused(
                Status.RESERVATION_CONFLICT,
                none,
                ReservationRules.unregister(none, A, KEY_A, true));
    }

    @Test
    void thereIsRoomForALimitedNumberOfHosts() {
        ReservationState full = ReservationState.EMPTY;
        for (int i = 1; i <= ReservationState.MAX_REGISTRANTS; i++) {
            full = next(ReservationRules.register(full, new UUID(0, i), i));
        }
        assertRefused(Status.INTERNAL_ERROR, full, ReservationRules.register(full, A, KEY_A));
        assertRefused(
                Status.INTERNAL_ERROR, full, ReservationRules.replace(full, A, 0, KEY_A, true));
        assertEquals(
                99,
                next(ReservationRules.replace(full, new UUID(0, 1), 1, 99, false))
                        .key(new UUID(0, 1)));
    }

    @Test
    void persistenceChangesOnlyWithARegisterThatSucceeds() {
        ReservationChange change = ReservationRules.register(ReservationState.EMPTY, A, KEY_A);
        assertTrue(change.withPersistence(ReservationCommand.PERSISTENCE_SET).next().persists());
        ReservationState kept = ReservationState.EMPTY.withPersistence(true);
        change = ReservationRules.register(kept, A, KEY_A);
        assertTrue(change.withPersistence(ReservationCommand.PERSISTENCE_KEEP).next().persists());
        assertFalse(change.withPersistence(ReservationCommand.PERSISTENCE_CLEAR).next().persists());
        change = ReservationRules.register(kept, A, 0);
        assertTrue(change.withPersistence(ReservationCommand.PERSISTENCE_CLEAR).next().persists());
    }

    // ---- unregister

    @ParameterizedTest
    @EnumSource(ReservationType.class)
    void theReservationGoesWithItsOnlyHolder(ReservationType type) {
        ReservationChange change = ReservationRules.unregister(held(type), A, KEY_A, false);
        ReservationState after = next(change);
        assertEquals(type.allRegistrantsHold(), after.isHeld());
        boolean told = type.admitsRegistrants() && !type.allRegistrantsHold();
        assertEquals(
                told ? Map.of(B, RESERVATION_RELEASED, C, RESERVATION_RELEASED) : Map.of(),
                change.notices());
    }

    @Test
    void theReservationOfAllRegistrantsGoesWithTheLast() {
        ReservationState last = held(WRITE_EXCLUSIVE_ALL_REGISTRANTS).unregistered(Set.of(A, B));
        assertTrue(last.isHolder(C));
        assertFalse(next(ReservationRules.unregister(last, C, KEY_C, false)).isHeld());
    }

    @Test
    void aRegistrantThatDoesNotHoldLeavesTheReservation() {
        ReservationState after =
                next(ReservationRules.unregister(held(EXCLUSIVE_ACCESS), B, KEY_B, false));
        assertTrue(after.isHolder(A));
        assertEquals(2, after.registrants().size());
    }

    // ---- acquire

    @ParameterizedTest
    @EnumSource(ReservationType.class)
    void aRegistrantAcquiresWhatNobodyHolds(ReservationType type) {
        ReservationState after = next(ReservationRules.acquire(ABC, A, KEY_A, type));
        assertEquals(Optional.of(type), after.type());
        assertTrue(after.isHolder(A));
        assertEquals(type.allRegistrantsHold(), after.isHolder(B));
        assertEquals(ABC.generation(), after.generation());
    }

    @ParameterizedTest
    @EnumSource(ReservationType.class)
    void theHolderMayAcquireTheSameTypeAgainAndNoOther(ReservationType type) {
        ReservationState state = held(type);
        for (ReservationType wanted : ReservationType.values()) {
            ReservationChange change = ReservationRules.acquire(state, A, KEY_A, wanted);
            if (wanted == type) {
                assertEquals(state, next(change));
            } else {
                assertRefused(Status.RESERVATION_CONFLICT, state, change);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ReservationType.class)
    void anotherRegistrantAcquiresOnlyWhatAllRegistrantsHold(ReservationType type) {
        ReservationState state = held(type);
        ReservationChange change = ReservationRules.acquire(state, B, KEY_B, type);
        if (type.allRegistrantsHold()) {
            assertEquals(state, next(change));
        } else {
            assertRefused(Status.RESERVATION_CONFLICT, state, change);
        }
    }

    // ---- preempt

    @Test
    void preemptingTheHolderTakesTheReservationOver() {
        ReservationState state = held(EXCLUSIVE_ACCESS);
        ReservationChange change =
                ReservationRules.preempt(state, B, KEY_B, KEY_A, EXCLUSIVE_ACCESS);
        ReservationState after = next(change);
        assertTrue(after.isHolder(B));
        assertFalse(after.isRegistered(A));
        assertTrue(after.isRegistered(C));
        assertEquals(1, after.generation());
        assertEquals(Set.of(A), change.preempted());
        assertEquals(Map.of(A, REGISTRATION_PREEMPTED), change.notices());
    }

    @Test
    void theOtherRegistrantsAreToldWhenTheTypeChangesByPreempt() {
        ReservationChange change =
                ReservationRules.preempt(
                        held(EXCLUSIVE_ACCESS), B, KEY_B, KEY_A, WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        assertTrue(next(change).isHolder(C));
        assertEquals(Map.of(A, REGISTRATION_PREEMPTED, C, RESERVATION_RELEASED), change.notices());
    }

    @Test
    void everyHostWithTheHoldersKeyIsPreemptedWithIt() {
        ReservationState state = held(WRITE_EXCLUSIVE).registered(C, KEY_A);
        ReservationChange change =
                ReservationRules.preempt(state, B, KEY_B, KEY_A, WRITE_EXCLUSIVE);
        assertEquals(1, next(change).registrants().size());
        assertEquals(Set.of(A, C), change.preempted());
    }

    @Test
    void aHostWithTheHoldersKeyThatPreemptsItStaysRegistered() {
        ReservationState state = held(WRITE_EXCLUSIVE).registered(B, KEY_A);
        ReservationChange change =
                ReservationRules.preempt(state, B, KEY_A, KEY_A, EXCLUSIVE_ACCESS);
        assertTrue(next(change).isHolder(B));
        assertEquals(Set.of(A), change.preempted());
    }

    @Test
    void aHolderPreemptsItselfToChangeTheType() {
        ReservationChange change =
                ReservationRules.preempt(
                        held(EXCLUSIVE_ACCESS), A, KEY_A, KEY_A, WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
        ReservationState after = next(change);
        assertTrue(after.isHolder(A));
        assertEquals(Optional.of(WRITE_EXCLUSIVE_REGISTRANTS_ONLY), after.type());
        assertEquals(3, after.registrants().size());
        assertEquals(Set.of(), change.preempted());
        assertEquals(Map.of(B, RESERVATION_RELEASED, C, RESERVATION_RELEASED), change.notices());
    }

    @Test
    void preemptingARegistrantThatDoesNotHoldOnlyUnregistersIt() {
        ReservationState state = held(WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
        ReservationChange change =
                ReservationRules.preempt(state, B, KEY_B, KEY_C, EXCLUSIVE_ACCESS);
        ReservationState after = next(change);
        assertTrue(after.isHolder(A));
        assertEquals(Optional.of(WRITE_EXCLUSIVE_REGISTRANTS_ONLY), after.type());
        assertFalse(after.isRegistered(C));
        assertEquals(Map.of(C, REGISTRATION_PREEMPTED), change.notices());
    }

    @Test
    void aRegistrantThatPreemptsItsOwnKeyIsUnregisteredWithoutNotice() {
        ReservationChange change =
                ReservationRules.preempt(held(WRITE_EXCLUSIVE), B, KEY_B, KEY_B, WRITE_EXCLUSIVE);
        assertFalse(next(change).isRegistered(B));
        assertEquals(Set.of(), change.preempted());
        assertEquals(Map.of(), change.notices());
    }

    @Test
    void preemptWithoutAReservationOnlyUnregisters() {
        ReservationChange change = ReservationRules.preempt(ABC, A, KEY_A, KEY_B, EXCLUSIVE_ACCESS);
        assertFalse(next(change).isHeld());
        assertFalse(next(change).isRegistered(B));
    }

    @Test
    void preemptingAKeyThatNobodyHasIsAConflict() {
        for (ReservationState state :
                new ReservationState[] {
                    ABC, held(EXCLUSIVE_ACCESS), held(EXCLUSIVE_ACCESS_ALL_REGISTRANTS)
                }) {
            assertRefused(
                    Status.RESERVATION_CONFLICT,
                    state,
                    ReservationRules.preempt(state, A, KEY_A, 0x5555, EXCLUSIVE_ACCESS));
        }
    }

    @Test
    void keyZeroPreemptsEveryOtherHostWhereAllHold() {
        ReservationChange change =
                ReservationRules.preempt(
                        held(WRITE_EXCLUSIVE_ALL_REGISTRANTS), B, KEY_B, 0, EXCLUSIVE_ACCESS);
        ReservationState after = next(change);
        assertEquals(Optional.of(B), after.holder());
        assertEquals(Optional.of(EXCLUSIVE_ACCESS), after.type());
        assertEquals(1, after.registrants().size());
        assertEquals(Set.of(A, C), change.preempted());
        assertEquals(
                Map.of(A, REGISTRATION_PREEMPTED, C, REGISTRATION_PREEMPTED), change.notices());
    }

    @Test
    void keyZeroPreemptsNobodyWhereOneHolds() {
        for (ReservationType type : ReservationType.values()) {
            if (!type.allRegistrantsHold()) {
                ReservationState state = held(type);
                assertRefused(
                        Status.INVALID_FIELD,
                        state,
                        ReservationRules.preempt(state, B, KEY_B, 0, type));
            }
        }
        assertRefused(
                Status.RESERVATION_CONFLICT,
                ABC,
                ReservationRules.preempt(ABC, B, KEY_B, 0, EXCLUSIVE_ACCESS));
    }

    @Test
    void aKeyPreemptsItsHostsWhereAllHoldAndTheReservationStays() {
        ReservationChange change =
                ReservationRules.preempt(
                        held(EXCLUSIVE_ACCESS_ALL_REGISTRANTS), A, KEY_A, KEY_B, WRITE_EXCLUSIVE);
        ReservationState after = next(change);
        assertEquals(Optional.of(EXCLUSIVE_ACCESS_ALL_REGISTRANTS), after.type());
        assertFalse(after.isHolder(B));
        assertTrue(after.isHolder(C));
        assertEquals(Map.of(B, REGISTRATION_PREEMPTED), change.notices());
    }

    // ---- release and clear

    @ParameterizedTest
    @EnumSource(ReservationType.class)
    void theHolderReleases(ReservationType type) {
        ReservationChange change = ReservationRules.release(held(type), A, KEY_A, type);
        assertEquals(ABC, next(change));
        assertEquals(
                type.admitsRegistrants()
                        ? Map.of(B, RESERVATION_RELEASED, C, RESERVATION_RELEASED)
                        : Map.of(),
                change.notices());
    }

    @Test
    void releaseNamesTheTypeThatIsHeld() {
        ReservationState state = held(EXCLUSIVE_ACCESS);
        assertRefused(
                Status.INVALID_FIELD,
                state,
                ReservationRules.release(state, A, KEY_A, WRITE_EXCLUSIVE));
    }

    @Test
    void releaseByAnotherRegistrantDoesNothing() {
        ReservationState state = held(EXCLUSIVE_ACCESS_REGISTRANTS_ONLY);
        for (ReservationType named : ReservationType.values()) {
            assertEquals(state, next(ReservationRules.release(state, B, KEY_B, named)));
        }
        assertEquals(ABC, next(ReservationRules.release(ABC, B, KEY_B, WRITE_EXCLUSIVE)));
    }

    @Test
    void anyRegistrantReleasesWhatAllHold() {
        ReservationState state = held(WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        ReservationChange change =
                ReservationRules.release(state, C, KEY_C, WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        assertEquals(ABC, next(change));
        assertEquals(Map.of(A, RESERVATION_RELEASED, B, RESERVATION_RELEASED), change.notices());
    }

    @Test
    void clearLeavesNobodyAndTellsEveryOtherHost() {
        ReservationState state = held(EXCLUSIVE_ACCESS).withPersistence(true);
        ReservationChange change = ReservationRules.clear(state, C, KEY_C);
        assertEquals(ReservationState.EMPTY.withPersistence(true).nextGeneration(), next(change));
        assertEquals(Map.of(A, RESERVATION_PREEMPTED, B, RESERVATION_PREEMPTED), change.notices());
    }

    @Test
    void theGenerationWrapsAround() {
        ReservationState last =
                new ReservationState(
                        -1, false, Optional.empty(), Optional.empty(), java.util.List.of());
        assertEquals(0, next(ReservationRules.register(last, A, KEY_A)).generation());
    }
}
