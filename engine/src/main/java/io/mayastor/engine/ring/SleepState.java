package io.mayastor.engine.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The agreement between a ring's owner, who wants to sleep in the kernel, and the threads that want
 * it awake. No wake-up is lost, a running owner costs its wakers no system call, and one sleep is
 * ended by one signal however many threads ask.
 *
 * <pre>
 *  RUNNING   --owner, before it sleeps--&gt; SLEEPING   --waker--&gt; SIGNALLING --same waker, after its signal--&gt; NOTIFIED
 *  RUNNING   --waker--&gt; NOTIFIED                      (the owner will not fall asleep)
 *  SLEEPING, NOTIFIED --owner--&gt; RUNNING
 *  RUNNING, NOTIFIED  --owner, at its end--&gt; CLOSED
 * </pre>
 *
 * While a waker is SIGNALLING the owner does not close: the signal goes to a descriptor number that
 * could belong to somebody else by then.
 */
final class SleepState {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SleepState.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int RUNNING = 0;
    private static final int SLEEPING = 1;
    private static final int SIGNALLING = 2;
    private static final int NOTIFIED = 3;
    private static final int CLOSED = 4;

    private int state = RUNNING;

    /**
     * Owner: announces a sleep. False means that somebody has asked for it to be awake, which is
     * taken note of by this call.
     */
    boolean trySleep() {
        if (STATE.compareAndSet(this, RUNNING, SLEEPING)) {
            return true;
        }
        STATE.compareAndSet(this, NOTIFIED, RUNNING);
        return false;
    }

    /** Owner: back from a sleep. What the wakers wrote before they asked is visible afterwards. */
    void awake() {
        if (!STATE.compareAndSet(this, SLEEPING, RUNNING)) {
            STATE.compareAndSet(this, NOTIFIED, RUNNING);
        }
    }

    /**
     * Waker: asks for the owner to be awake. True means that this caller must send the signal and
     * then call {@link #signalled}.
     */
    boolean request() {
        // The caller's writes must be visible before an earlier, not yet consumed request is taken
        // for its own.
        VarHandle.fullFence();
        while (true) {
            int seen = (int) STATE.getVolatile(this);
            switch (seen) {
                case RUNNING -> {
                    if (STATE.compareAndSet(this, RUNNING, NOTIFIED)) {
                        return false;
                    }
                }
                case SLEEPING -> {
                    if (STATE.compareAndSet(this, SLEEPING, SIGNALLING)) {
                        return true;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    void signalled() {
        STATE.setVolatile(this, NOTIFIED);
    }

    /** Owner: from now on every request is ignored. Waits for a waker that is about to signal. */
    void close() {
        while (!STATE.compareAndSet(this, RUNNING, CLOSED)
                && !STATE.compareAndSet(this, NOTIFIED, CLOSED)) {
            Thread.onSpinWait();
        }
    }
}
