package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.journal.DyingSpace;
import io.mayastor.engine.pool.journal.PoolSync;
import io.mayastor.engine.pool.journal.SyncWaiter;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.util.concurrent.TimeUnit;

/**
 * Writes that found no space while some was on its way to be free. They hurry it by a
 * synchronisation and try again every millisecond, for a few seconds at most. Owner thread: the
 * pool's reactor; nothing is allocated.
 */
final class SpaceQueue extends Timer {
    static final long NOT_WAITING = Long.MIN_VALUE;

    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Reactor reactor;
    private final DyingSpace dying;
    private final PoolSync sync;
    private final SyncWaiter hurry =
            new SyncWaiter() {
                @Override
                protected void synced(int status) {
                    hurrying = false;
                }
            };

    private boolean hurrying;
    private ReplicaIo first;
    private ReplicaIo last;

    SpaceQueue(Reactor reactor, DyingSpace dying, PoolSync sync) {
        this.reactor = reactor;
        this.dying = dying;
        this.sync = sync;
    }

    /**
     * Calls {@link ReplicaIo#retrySpace} soon.
     *
     * @return false: waiting is in vain
     */
    boolean await(ReplicaIo io) {
        long now = reactor.nowNanos();
        if (io.awaitsSpaceSince == NOT_WAITING) {
            io.awaitsSpaceSince = now;
        }
        if (dying.size() == 0 || now - io.awaitsSpaceSince > LONGEST_NANOS) {
            return false;
        }
        io.next = null;
        if (last == null) {
            first = io;
        } else {
            last.next = io;
        }
        last = io;
        if (!hurrying) {
            hurrying = true;
            sync.request(hurry);
        }
        if (!isArmed()) {
            reactor.schedule(this, AGAIN_NANOS);
        }
        return true;
    }

    @Override
    protected void expired() {
        ReplicaIo io = first;
        first = null;
        last = null;
        while (io != null) {
            ReplicaIo following = io.next;
            io.next = null;
            io.retrySpace();
            io = following;
        }
    }
}
