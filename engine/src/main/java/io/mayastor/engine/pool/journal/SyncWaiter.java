package io.mayastor.engine.pool.journal;

/**
 * Somebody who waits for a synchronisation: reused as often as its owner likes, once at a time.
 * Owner thread: the pool's reactor.
 */
public abstract class SyncWaiter {
    SyncWaiter next;
    boolean waiting;

    /**
     * Told once for each request.
     *
     * @param status 0: everything acknowledged before the request is on stable media; else it may
     *     not be, and the pool is faulted
     */
    protected abstract void synced(int status);
}
