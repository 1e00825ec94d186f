package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.Status;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a reservation command does to a state: decided by {@link ReservationRules}, carried out by
 * {@link Reservations}.
 *
 * @param status of the command; unless it is success, nothing changes
 * @param next the state that follows
 * @param notices what to tell which host
 * @param preempted hosts that have been unregistered by another
 */
record ReservationChange(
        int status,
        ReservationState next,
        Map<UUID, ReservationNotice> notices,
        Set<UUID> preempted) {
    static ReservationChange refused(ReservationState state, int status) {
        return new ReservationChange(Status.withDoNotRetry(status), state, Map.of(), Set.of());
    }

    /** The state could not be kept: the same command may succeed later. */
    static ReservationChange failed(ReservationState state) {
        return new ReservationChange(Status.INTERNAL_ERROR, state, Map.of(), Set.of());
    }

    static ReservationChange to(ReservationState next) {
        return to(next, Map.of());
    }

    static ReservationChange to(ReservationState next, Map<UUID, ReservationNotice> notices) {
        return new ReservationChange(Status.SUCCESS, next, notices, Set.of());
    }

    boolean isRefused() {
        return status != Status.SUCCESS;
    }

    /** With what Register's CPTPL asks for. */
    ReservationChange withPersistence(int persistence) {
        if (isRefused() || persistence == ReservationCommand.PERSISTENCE_KEEP) {
            return this;
        }
        boolean persists = persistence == ReservationCommand.PERSISTENCE_SET;
        return new ReservationChange(status, next.withPersistence(persists), notices, preempted);
    }
}
