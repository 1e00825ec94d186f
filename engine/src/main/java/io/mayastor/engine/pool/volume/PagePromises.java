package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.Use;

/**
 * Makes sure, before anything is written, that the metadata has room for what the records in flight
 * may add to it. Owner thread: the pool's reactor.
 */
final class PagePromises {
    private final Metadata metadata;
    private int promised;

    PagePromises(Metadata metadata) {
        this.metadata = metadata;
    }

    /** Keeps room for changes of so many regions; false: there is none. */
    boolean promise(int regions, Use use) {
        return promisePages(regions * metadata.pagesPerChange(), use);
    }

    /** The changes have been made, or will not be. */
    void redeem(int regions) {
        redeemPages(regions * metadata.pagesPerChange());
    }

    boolean promisePages(int pages, Use use) {
        if (!metadata.prepare(promised + pages, use)) {
            return false;
        }
        promised += pages;
        return true;
    }

    void redeemPages(int pages) {
        promised -= pages;
    }
}
