package io.mayastor.engine.target;

/** Keeps the reservations of a namespace over restarts. */
public interface ReservationStore {
    /** Forgets everything when the process ends. */
    ReservationStore VOLATILE = new ReservationStore() {};
}
