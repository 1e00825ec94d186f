package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo;

/**
 * One request of a {@link ReplicaIo} to the pool's disks. Pooled. Owner thread: the pool's reactor.
 */
final class Transfer implements BlockIo.Listener {
    final BlockIo io = new BlockIo(this);
    final IoPool pool;
    ReplicaIo owner;
    Transfer next;

    Transfer(IoPool pool) {
        this.pool = pool;
    }

    @Override
    public void completed(BlockIo done) {
        ReplicaIo asker = owner;
        int status = done.status;
        owner = null;
        pool.give(this);
        asker.transferEnded(status);
    }
}
