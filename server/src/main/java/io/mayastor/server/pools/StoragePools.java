package io.mayastor.server.pools;

import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolInfo;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.server.config.PoolDisk;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pools that the node's settings name: opened at start, made where the disk is blank. One that
 * can not be had is logged and does not keep the others from opening. Any thread.
 */
public final class StoragePools {
    private static final System.Logger LOG = System.getLogger(StoragePools.class.getPackageName());

    private final Pools pools;
    private final AtomicInteger failures = new AtomicInteger();

    public StoragePools(Pools pools) {
        this.pools = pools;
    }

    /** All of them, one after the other. */
    public void open(List<PoolDisk> entries) {
        entries.forEach(this::open);
    }

    /** Entries that are not open since the start. */
    public int failures() {
        return failures.get();
    }

    private void open(PoolDisk entry) {
        PoolSpec spec =
                new PoolSpec(
                        entry.name(), Optional.empty(), List.of(entry.path().toString()), 0, false);
        try {
            PoolInfo pool = pools.openOrCreate(spec);
            LOG.log(
                    Level.INFO,
                    "pool {0} ({1}) is open on {2}",
                    pool.name(),
                    pool.uuid(),
                    entry.path());
            if (!pool.name().equals(entry.name())) {
                LOG.log(
                        Level.WARNING,
                        "STORAGE_POOL calls the pool on {0} {1}, but its name is {2}",
                        entry.path(),
                        entry.name(),
                        pool.name());
            }
        } catch (PoolException e) {
            failures.incrementAndGet();
            LOG.log(
                    Level.ERROR,
                    "STORAGE_POOL: no pool {0} on {1}: {2}",
                    entry.name(),
                    entry.path(),
                    e.getMessage());
        } catch (RuntimeException e) {
            failures.incrementAndGet();
            LOG.log(
                    Level.ERROR,
                    "STORAGE_POOL: a bug while pool %s on %s was opened"
                            .formatted(entry.name(), entry.path()),
                    e);
        }
    }
}
