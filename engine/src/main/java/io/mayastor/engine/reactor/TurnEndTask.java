package io.mayastor.engine.reactor;

/**
 * Work that is gathered during a turn and done once at its end, such as sending all responses of a
 * connection in one message.
 */
public abstract class TurnEndTask {
    private boolean waiting;

    protected abstract void run();

    final boolean markWaiting() {
        if (waiting) {
            return false;
        }
        waiting = true;
        return true;
    }

    final void runNow() {
        waiting = false;
        run();
    }
}
