package io.mayastor.engine.reactor;

/**
 * A deadline on a reactor's wheel: reused as often as its owner likes, in at most one wheel at a
 * time. Owner thread: the reactor's.
 */
public abstract class Timer {
    static final int IDLE = -1;

    Timer previous;
    Timer next;
    long deadlineTick;
    int slot = IDLE;

    /** Called once when the time has come; the timer is idle again and may be armed anew. */
    protected abstract void expired();

    public final boolean isArmed() {
        return slot != IDLE;
    }
}
