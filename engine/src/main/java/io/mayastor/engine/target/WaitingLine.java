package io.mayastor.engine.target;

/**
 * Those who wait for one thing, such as memory or a quota: whoever comes later waits behind them,
 * even if what is left would do. {@link Backlog} keeps their order. Owner thread: the reactor's.
 */
final class WaitingLine {
    private int waiting;
    private long refusedInRound = -1;

    int waiting() {
        return waiting;
    }

    void enter() {
        waiting++;
    }

    void leave() {
        waiting--;
    }

    /** Somebody has been refused in this round of retries: nobody behind him is served in it. */
    void refusedIn(long round) {
        refusedInRound = round;
    }

    boolean wasRefusedIn(long round) {
        return refusedInRound == round;
    }
}
