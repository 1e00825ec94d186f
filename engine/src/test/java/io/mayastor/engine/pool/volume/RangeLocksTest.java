package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RangeLocksTest {
    private static final boolean SHARED = false;
    private static final boolean EXCLUSIVE = true;

    private final RangeLocks locks = new RangeLocks();
    private final List<Claim> granted = new ArrayList<>();

    private final class Claim extends RangeLock {
        boolean held;

        @Override
        protected void granted() {
            held = true;
            granted.add(this);
        }
    }

    private Claim claim(long first, long count, boolean exclusive) {
        Claim claim = new Claim();
        claim.held = locks.acquire(claim, first, count, exclusive);
        return claim;
    }

    @Test
    void writesShareTheSameUnits() {
        assertTrue(claim(0, 10, SHARED).held);
        assertTrue(claim(5, 10, SHARED).held);
    }

    @Test
    void anExclusiveClaimWaitsForEveryWriteToItsUnitsAndNoOther() {
        Claim left = claim(0, 10, SHARED);
        Claim right = claim(12, 4, SHARED);
        claim(16, 4, SHARED);
        Claim all = claim(8, 8, EXCLUSIVE);

        assertFalse(all.held);
        locks.release(left);
        assertFalse(all.held);
        locks.release(right);
        assertTrue(all.held);
    }

    @Test
    void aWriteThatComesAfterAWaitingExclusiveClaimWaitsBehindIt() {
        Claim early = claim(0, 4, SHARED);
        Claim exclusive = claim(0, 4, EXCLUSIVE);
        Claim late = claim(2, 1, SHARED);

        assertFalse(late.held);
        locks.release(early);
        assertEquals(List.of(exclusive), granted);
        locks.release(exclusive);
        assertEquals(List.of(exclusive, late), granted);
    }

    @Test
    void rangesThatOnlyTouchDoNotExcludeEachOther() {
        assertTrue(claim(0, 4, EXCLUSIVE).held);
        assertTrue(claim(4, 4, EXCLUSIVE).held);
    }

    @Test
    void aLockIsNeitherClaimedTwiceNorReleasedTwice() {
        Claim claim = claim(0, 4, EXCLUSIVE);

        assertThrows(IllegalStateException.class, () -> locks.acquire(claim, 9, 1, EXCLUSIVE));
        locks.release(claim);
        assertThrows(IllegalStateException.class, () -> locks.release(claim));
        assertTrue(locks.isIdle());
    }

    @Test
    void whateverComesNoTwoHoldersExcludeEachOtherAndAllAreServed() {
        SplittableRandom random = new SplittableRandom(7);
        List<Claim> open = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (open.size() < 40 && random.nextBoolean()) {
                open.add(claim(random.nextInt(64), 1 + random.nextInt(16), random.nextInt(3) == 0));
            } else {
                List<Claim> held = open.stream().filter(claim -> claim.held).toList();
                if (!held.isEmpty()) {
                    Claim done = held.get(random.nextInt(held.size()));
                    open.remove(done);
                    locks.release(done);
                }
            }
            assertNoHoldersExclude(open);
        }
        while (!open.isEmpty()) {
            Claim next = open.stream().filter(claim -> claim.held).findFirst().orElseThrow();
            open.remove(next);
            locks.release(next);
        }
        assertTrue(locks.isIdle());
    }

    private static void assertNoHoldersExclude(List<Claim> open) {
        for (Claim one : open) {
            for (Claim other : open) {
                assertFalse(one != other && one.held && other.held && one.excludes(other));
            }
        }
    }
}
