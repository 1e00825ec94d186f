package io.mayastor.engine.pool.volume;

/** Space that writes in flight are about to give to a region or slice which has none yet. */
final class FirstTouch {
    FirstTouch next;

    /** Region, or slice of the volume. */
    long key;

    /** A cluster, or the place of a slice. */
    long space;

    int users;

    /** A record that names the space has taken effect: it belongs to the map now. */
    boolean mapped;

    /** The last record that took back one which named the space; 0: none has named it. */
    long undone;
}
