package io.mayastor.engine.pool.journal;

/** Told once how the making or opening of a pool ended, on its reactor. */
public interface PoolOpened {
    /** It takes I/O. */
    void opened(PoolCore core);

    /**
     * It does not, and nothing of it is in memory any more. A pool that was there can be opened
     * again.
     *
     * @param why a {@link PoolOpenException}, or a {@link
     *     io.mayastor.engine.pool.metadata.LoadException}
     */
    void failed(RuntimeException why);
}
