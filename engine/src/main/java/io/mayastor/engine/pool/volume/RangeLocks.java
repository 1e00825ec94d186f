package io.mayastor.engine.pool.volume;

/**
 * Who changes which units of a replica. Writes that go straight to their place share; whatever
 * changes where units lie, or what the journal says of them, holds its units exclusively. Reads
 * take no lock: they keep the places they have found through the pool's grace period.
 *
 * <p>First come, first served: a claim waits for every earlier one that excludes it, held or
 * waiting. An exclusive claim is therefore granted when no write to its units is in flight. Owner
 * thread: the pool's reactor. Nothing is allocated.
 */
final class RangeLocks {
    private RangeLock first;
    private RangeLock last;
    private int exclusives;
    private int waiting;
    private RangeLock firstReady;
    private RangeLock lastReady;
    private boolean granting;

    /**
     * Claims the units.
     *
     * @return true: held; false: {@link RangeLock#granted()} will be called once
     */
    boolean acquire(RangeLock lock, long firstUnit, long count, boolean exclusive) {
        if (lock.listed) {
            throw new IllegalStateException("this lock is claimed already: " + lock.firstUnit);
        }
        lock.firstUnit = firstUnit;
        lock.endUnit = firstUnit + count;
        lock.exclusive = exclusive;
        lock.blockers = exclusive || exclusives > 0 ? blockersOf(lock) : 0;
        append(lock);
        exclusives += exclusive ? 1 : 0;
        if (lock.blockers == 0) {
            return true;
        }
        waiting++;
        return false;
    }

    private int blockersOf(RangeLock lock) {
        int count = 0;
        for (RangeLock earlier = first; earlier != null; earlier = earlier.next) {
            count += earlier.excludes(lock) ? 1 : 0;
        }
        return count;
    }

    /**
     * Ends a claim that is held. Those that waited for it last are granted before this returns, or,
     * when this is called while others are being granted, right after those: however many wait, the
     * stack stays flat.
     */
    void release(RangeLock lock) {
        if (!lock.listed || lock.blockers > 0) {
            throw new IllegalStateException("this lock is not held: " + lock.firstUnit);
        }
        if (waiting > 0) {
            unblock(lock);
        }
        exclusives -= lock.exclusive ? 1 : 0;
        remove(lock);
        if (!granting) {
            granting = true;
            grantReady();
            granting = false;
        }
    }

    private void unblock(RangeLock released) {
        for (RangeLock later = released.next; later != null; later = later.next) {
            if (later.blockers > 0 && released.excludes(later) && --later.blockers == 0) {
                waiting--;
                if (firstReady == null) {
                    firstReady = later;
                } else {
                    lastReady.nextGranted = later;
                }
                lastReady = later;
            }
        }
    }

    private void grantReady() {
        while (firstReady != null) {
            RangeLock ready = firstReady;
            firstReady = ready.nextGranted;
            ready.nextGranted = null;
            ready.granted();
        }
    }

    /** Whether nobody holds or awaits anything. */
    boolean isIdle() {
        return first == null;
    }

    private void append(RangeLock lock) {
        lock.listed = true;
        lock.previous = last;
        lock.next = null;
        if (last == null) {
            first = lock;
        } else {
            last.next = lock;
        }
        last = lock;
    }

    private void remove(RangeLock lock) {
        if (lock.previous == null) {
            first = lock.next;
        } else {
            lock.previous.next = lock.next;
        }
        if (lock.next == null) {
            last = lock.previous;
        } else {
            lock.next.previous = lock.previous;
        }
        lock.previous = null;
        lock.next = null;
        lock.listed = false;
    }
}
