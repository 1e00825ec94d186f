package io.mayastor.engine.reactor;

/** Somebody who was refused a buffer and wants to try again. Owner thread: the reactor's. */
public abstract class BufferWaiter {
    BufferWaiter nextWaiter;
    boolean waiting;

    /** Buffers may be had now; whoever is refused again asks again. */
    protected abstract void bufferAvailable();
}
