package io.mayastor.engine.pool.volume;

/**
 * A claim on a run of units, held or waiting, in at most one {@link RangeLocks} at a time. Reused
 * as often as its owner likes. Owner thread: the pool's reactor.
 */
abstract class RangeLock {
    RangeLock previous;
    RangeLock next;
    RangeLock nextGranted;
    long firstUnit;
    long endUnit;
    boolean exclusive;
    boolean listed;

    /** Claims that came earlier and exclude this one. */
    int blockers;

    /** The claim had to wait and is held now. */
    protected abstract void granted();

    final boolean isExclusive() {
        return exclusive;
    }

    final boolean excludes(RangeLock other) {
        return (exclusive || other.exclusive)
                && firstUnit < other.endUnit
                && other.firstUnit < endUnit;
    }
}
