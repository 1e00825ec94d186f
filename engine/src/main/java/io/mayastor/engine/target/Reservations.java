package io.mayastor.engine.target;

/** Reservations of a namespace. */
final class Reservations {
    Reservations(ReservationStore store) {}

    boolean permits(Controller controller, boolean writes) {
        return true;
    }
}
