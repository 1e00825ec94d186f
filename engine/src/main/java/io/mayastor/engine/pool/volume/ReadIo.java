package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo.Operation;

/**
 * A read: every run of units that lie behind each other is one transfer, what reads zeros is filled
 * in here. Places are looked up once, at the start.
 */
final class ReadIo extends ReplicaIo {
    ReadIo(IoPool pool) {
        super(pool);
    }

    @Override
    protected void start() {
        enterGrace();
        beginTransfers();
        transferRuns(Operation.READ, position, end, host.address, false);
        endTransfers();
    }

    @Override
    protected void transfersDone(int status) {
        finish(status);
    }

    @Override
    protected void recycle() {
        pool.reads = pool.give(this, pool.reads);
    }
}
