package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.journal.NewPool;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolCreator;
import io.mayastor.engine.pool.journal.PoolOpened;
import io.mayastor.engine.pool.journal.PoolOptions;
import io.mayastor.engine.pool.journal.StallLimits;
import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Pools for tests of what is above them. */
public final class TestPool {
    public static final PoolOptions OPTIONS =
            new PoolOptions("node-1", 64 << 20, StallLimits.DEFAULT, 0);

    private static final UUID POOL = new UUID(1, 2);

    private TestPool() {}

    /** Makes a pool on blank disks; on the reactor. */
    public static CompletableFuture<PoolCore> create(
            Reactor reactor, List<BlockDevice> disks, int clusterBytes) {
        List<UUID> uuids = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            uuids.add(new UUID(7, i));
        }
        CompletableFuture<PoolCore> made = new CompletableFuture<>();
        NewPool pool = new NewPool(POOL, "pool-1", clusterBytes, 0, uuids);
        PoolCreator.create(reactor, disks, pool, OPTIONS, into(made));
        return made;
    }

    private static PoolOpened into(CompletableFuture<PoolCore> future) {
        return new PoolOpened() {
            @Override
            public void opened(PoolCore core) {
                future.complete(core);
            }

            @Override
            public void failed(RuntimeException why) {
                future.completeExceptionally(why);
            }
        };
    }

    /** Closes the pool in order; its volumes are closed. On the reactor. */
    public static CompletableFuture<Boolean> close(PoolCore core) {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        core.close(closed::complete);
        return closed;
    }
}
