package io.mayastor.engine.reactor;

/**
 * Hierarchical timer wheel: four levels of 64 slots, one tick = 1 ms, so that arming, cancelling
 * and expiring cost the same for ten timers and for a hundred thousand. Owner thread: the
 * reactor's.
 *
 * <pre>
 *  level 0: 64 slots of 1 ms · level 1: 64 of 64 ms · level 2: 64 of 4.1 s · level 3: 64 of 4.4 min (together 4.66 h; a later deadline waits in the last
 *  slot and is put in again from there)
 * </pre>
 *
 * <p>A timer never fires early: deadlines are rounded up to a tick. A slot of a higher level is
 * spread over the lower ones when the wheel reaches it. One bit per slot says whether it is
 * occupied, so that the next time to wake is found without a walk.
 */
final class TimerWheel {
    static final long TICK_NANOS = 1_000_000;

    private static final int LEVELS = 4;
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int MASK = SLOTS - 1;
    private static final long HORIZON_TICKS = 1L << (LEVELS * BITS);

    private final long startNanos;
    private final Timer[] heads = new Timer[LEVELS * SLOTS];
    private final long[] occupied = new long[LEVELS];
    private long currentTick;
    private int armed;

    TimerWheel(long startNanos) {
        this.startNanos = startNanos;
    }

    void schedule(Timer timer, long deadlineNanos) {
        cancel(timer);
        long tick = (deadlineNanos - startNanos + TICK_NANOS - 1) / TICK_NANOS;
        timer.deadlineTick = Math.max(tick, currentTick + 1);
        insert(timer);
        armed++;
    }

    void cancel(Timer timer) {
        if (timer.isArmed()) {
            unlink(timer);
            armed--;
        }
    }

    int armed() {
        return armed;
    }

    /** Fires every timer whose time has come; returns how many. */
    int expire(long nowNanos) {
        long nowTick = (nowNanos - startNanos) / TICK_NANOS;
        if (armed == 0) {
            currentTick = Math.max(currentTick, nowTick);
            return 0;
        }
        int fired = 0;
        while (currentTick < nowTick) {
            long next = nextEventTick();
            if (next > nowTick) {
                currentTick = nowTick;
                break;
            }
            currentTick = next;
            cascade();
            fired += fireSlot((int) (currentTick & MASK));
            if (armed == 0) {
                currentTick = nowTick;
            }
        }
        return fired;
    }

    /**
     * Nanoseconds until {@link #expire} has something to do: 0 when it has now, {@link
     * Long#MAX_VALUE} when no timer is armed.
     */
    long nanosToNext(long nowNanos) {
        if (armed == 0) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, startNanos + nextEventTick() * TICK_NANOS - nowNanos);
    }

    private void insert(Timer timer) {
        long distance = timer.deadlineTick - currentTick;
        long tick = distance < HORIZON_TICKS ? timer.deadlineTick : currentTick + HORIZON_TICKS - 1;
        int level = 0;
        while (level < LEVELS - 1
                && (tick >>> (level * BITS)) - (currentTick >>> (level * BITS)) >= SLOTS) {
            level++;
        }
        int index = (int) ((tick >>> (level * BITS)) & MASK);
        timer.slot = level * SLOTS + index;
        timer.previous = null;
        timer.next = heads[timer.slot];
        if (timer.next != null) {
            timer.next.previous = timer;
        }
        heads[timer.slot] = timer;
        occupied[level] |= 1L << index;
    }

    private void unlink(Timer timer) {
        if (timer.previous == null) {
            heads[timer.slot] = timer.next;
            if (timer.next == null) {
                occupied[timer.slot >>> BITS] &= ~(1L << (timer.slot & MASK));
            }
        } else {
            timer.previous.next = timer.next;
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.previous = null;
        timer.next = null;
        timer.slot = Timer.IDLE;
    }

    /** The first tick after the current one at which a slot must be fired or spread. */
    private long nextEventTick() {
        long best = Long.MAX_VALUE;
        for (int level = 0; level < LEVELS; level++) {
            long bits = occupied[level];
            if (bits == 0) {
                continue;
            }
            int shift = level * BITS;
            long position = currentTick >>> shift;
            int after = (int) ((position + 1) & MASK);
            int distance = Long.numberOfTrailingZeros(Long.rotateRight(bits, after)) + 1;
            best = Math.min(best, (position + distance) << shift);
        }
        return best;
    }

    private void cascade() {
        for (int level = LEVELS - 1; level >= 1; level--) {
            int shift = level * BITS;
            if ((currentTick & ((1L << shift) - 1)) == 0) {
                spread(level * SLOTS + (int) ((currentTick >>> shift) & MASK));
            }
        }
    }

    private void spread(int slot) {
        Timer timer = heads[slot];
        heads[slot] = null;
        occupied[slot >>> BITS] &= ~(1L << (slot & MASK));
        while (timer != null) {
            Timer next = timer.next;
            insert(timer);
            timer = next;
        }
    }

    private int fireSlot(int slot) {
        int fired = 0;
        Timer timer = heads[slot];
        // A fired timer may arm or cancel others, so the head is read anew each time; one armed for
        // a later round of the same slot can not appear here,
        // because the smallest distance is one tick.
        while (timer != null && timer.deadlineTick <= currentTick) {
            unlink(timer);
            armed--;
            fired++;
            timer.expired();
            timer = heads[slot];
        }
        return fired;
    }
}
