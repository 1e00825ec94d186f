package io.mayastor.engine.target;

/**
 * Keeps the reservations of one namespace over restarts. Owner thread: the reactor of the
 * namespace's subsystem.
 *
 * <p>One save is under way at a time. A save that fails may leave the former or the new state in
 * the store, never a part of one; {@link Reservations} then saves the former state again.
 */
public interface ReservationStore {
    /** Forgets everything when the process ends; refuses to promise persistence. */
    ReservationStore VOLATILE =
            new ReservationStore() {
                @Override
                public boolean isPersistent() {
                    return false;
                }

                @Override
                public ReservationState load() {
                    return ReservationState.EMPTY;
                }

                @Override
                public void save(ReservationState state, Completion completion) {
                    completion.saved(null);
                }
            };

    /** The end of a save. */
    @FunctionalInterface
    interface Completion {
        /**
         * Called exactly once, on the reactor of the subsystem; inside {@link #save} or later.
         *
         * @param failure why the state may not outlive a restart; null when it does
         */
        void saved(Exception failure);
    }

    /** Whether what is saved outlives the process and a power loss: capability PTPL. */
    boolean isPersistent();

    /**
     * The state that was saved last, or {@link ReservationState#EMPTY}. Does not block: whoever
     * opens the store has read it by then.
     */
    ReservationState load();

    /** Makes the state durable. */
    void save(ReservationState state, Completion completion);
}
