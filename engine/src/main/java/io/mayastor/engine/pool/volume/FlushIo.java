package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.journal.SyncWaiter;

/** A flush: a synchronisation of the pool. */
final class FlushIo extends ReplicaIo {
    private final SyncWaiter waiter =
            new SyncWaiter() {
                @Override
                protected void synced(int status) {
                    finish(status);
                }
            };

    FlushIo(IoPool pool) {
        super(pool);
    }

    @Override
    protected void start() {
        pool.sync.request(waiter);
    }

    @Override
    protected void transfersDone(int status) {
        throw new IllegalStateException("a flush has no transfers");
    }

    @Override
    protected void recycle() {
        pool.flushes = pool.give(this, pool.flushes);
    }
}
