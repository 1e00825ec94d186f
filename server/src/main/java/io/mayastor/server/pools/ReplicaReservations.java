package io.mayastor.server.pools;

import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.engine.pool.volume.Volumes;
import io.mayastor.engine.target.ReservationState;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.server.reservations.ReservationText;

/**
 * Reservations of a replica in its pool's journal: they move with the disks. Owner thread: the
 * pool's reactor, which is that of the replica's subsystem.
 */
final class ReplicaReservations implements ReservationStore {
    private final Volumes volumes;
    private final Replica replica;
    private final ReservationState loaded;

    ReplicaReservations(Volumes volumes, Replica replica, byte[] stored) {
        this.volumes = volumes;
        this.replica = replica;
        this.loaded = stored == null ? ReservationState.EMPTY : ReservationText.decode(stored);
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public ReservationState load() {
        return loaded;
    }

    @Override
    public void save(ReservationState state, Completion completion) {
        byte[] bytes = state.equals(ReservationState.EMPTY) ? null : ReservationText.encode(state);
        volumes.change(replica.uuid(), record -> record.with().reservations(bytes).make())
                .whenComplete((saved, failure) ->
                        completion.saved(
                                failure == null
                                        ? null
                                        : (RuntimeException) Answers.failure(failure)));
    }
}
