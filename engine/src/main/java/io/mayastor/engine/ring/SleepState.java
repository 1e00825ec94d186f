package io.mayastor.engine.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The agreement between a ring's owner, who wants to sleep in the kernel, and the threads that want
 * it awake. No wake-up is lost, a running owner costs its wakers no system call, and one sleep is
 * ended by one signal however many threads ask.
 *
 * <pre>
 *  RUNNING  --owner, before it sleeps--&gt;   SLEEPING  --waker, who then sends the signal--&gt;  NOTIFIED
 *  RUNNING  --waker--&gt;                     NOTIFIED            (the owner will not fall asleep)
 *  SLEEPING, NOTIFIED  --owner, awake--&gt;   RUNNING
 *  any      --owner, at its end--&gt;         CLOSED
 * </pre>
 *
 * <p>A signal may come late, when the owner is awake already for another reason: it then ends the
 * next sleep early, which is harmless. It must not come after the end, since its descriptor's
 * number could belong to somebody else by then: the owner waits for signals that are under way.
 */
final class SleepState {
    private static final VarHandle STATE = handle("state");
    private static final VarHandle SIGNALLERS = handle("signallers");

    private static final int RUNNING = 0;
    private static final int SLEEPING = 1;
    private static final int NOTIFIED = 2;
    private static final int CLOSED = 3;

    private int state = RUNNING;
    private int signallers;

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(SleepState.class, field, int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Owner: announces a sleep. False means that somebody has asked for it to be awake, which is
     * taken note of by this call.
     */
    boolean trySleep() {
        if (STATE.compareAndSet(this, RUNNING, SLEEPING)) {
            return true;
        }
        awake();
        return false;
    }

    /** Owner: is awake. What the wakers wrote before they asked is visible afterwards. */
    void awake() {
        STATE.getAndSet(this, RUNNING);
    }

    /**
     * Waker: asks for the owner to be awake.
     *
     * @param signal ends the owner's sleep in the kernel; called where one is needed, by one thread
     *     at a time
     */
    void wake(Runnable signal, RingStatistics statistics) {
        if (request()) {
            synchronized (this) {
                signal.run();
                statistics.woken();
            }
            signalled();
        }
    }

    /** True: this caller must send the signal and then call {@link #signalled}. */
    private boolean request() {
        // The caller's writes must be visible before somebody else's request, not yet consumed, is
        // taken for its own.
        VarHandle.fullFence();
        while (true) {
            switch ((int) STATE.getVolatile(this)) {
                case RUNNING -> {
                    if (STATE.compareAndSet(this, RUNNING, NOTIFIED)) {
                        return false;
                    }
                }
                case SLEEPING -> {
                    SIGNALLERS.getAndAdd(this, 1);
                    if (STATE.compareAndSet(this, SLEEPING, NOTIFIED)) {
                        return true;
                    }
                    signalled();
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /** The signal has been sent. */
    private void signalled() {
        SIGNALLERS.getAndAdd(this, -1);
    }

    /** Owner: from now on every request is ignored, and no signal is under way any more. */
    void close() {
        STATE.getAndSet(this, CLOSED);
        while ((int) SIGNALLERS.getVolatile(this) != 0) {
            Thread.yield();
        }
    }
}
