package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.journal.DyingSpace;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.Use;

/**
 * The first touches of one replica in flight: two writes to different units of a region that has no
 * space must agree on one cluster (or slice) before either of them is in the map. Space that no
 * record has named when its last user leaves goes back. Owner thread: the pool's reactor; nothing
 * is allocated once enough entries have been made.
 */
final class FirstTouches {
    private static final int BUCKETS = 64;

    private final Metadata metadata;
    private final DyingSpace dying;
    private final boolean slices;
    private final FirstTouch[] buckets = new FirstTouch[BUCKETS];
    private FirstTouch free;

    /**
     * @param dying takes what a record has named
     * @param slices whether space is given by slices, else by clusters
     */
    FirstTouches(Metadata metadata, DyingSpace dying, boolean slices) {
        this.metadata = metadata;
        this.dying = dying;
        this.slices = slices;
    }

    /**
     * Joins the touch of this key, or begins it with new space.
     *
     * @return null when there is no space
     */
    FirstTouch join(long key, boolean promised) {
        int bucket = (int) (key & BUCKETS - 1);
        for (FirstTouch known = buckets[bucket]; known != null; known = known.next) {
            if (known.key == key) {
                known.users++;
                return known;
            }
        }
        long space = allocate(promised);
        if (space < 0) {
            return null;
        }
        FirstTouch made = free == null ? new FirstTouch() : free;
        free = made.next;
        made.key = key;
        made.space = space;
        made.users = 1;
        made.mapped = false;
        made.undone = 0;
        made.next = buckets[bucket];
        buckets[bucket] = made;
        return made;
    }

    private long allocate(boolean promised) {
        if (slices) {
            long place = metadata.allocateSlice(Use.THIN);
            return place == 0 ? -1 : place;
        }
        return metadata.allocateCluster(promised ? Use.THICK : Use.THIN);
    }

    /**
     * One user less.
     *
     * @param mapped its record has taken effect
     * @param undone when it has not: the record that took it back, 0 when it never was recorded
     */
    void leave(FirstTouch touch, boolean mapped, long undone) {
        touch.mapped |= mapped;
        touch.undone = Math.max(touch.undone, undone);
        if (--touch.users > 0) {
            return;
        }
        unlink(touch);
        if (!touch.mapped) {
            giveBack(touch);
        }
        touch.next = free;
        free = touch;
    }

    /** What a record has named may still be written by a disk that does not answer. */
    private void giveBack(FirstTouch touch) {
        if (touch.undone > 0) {
            if (slices) {
                dying.slice(touch.space, touch.undone);
            } else {
                dying.cluster((int) touch.space, touch.undone);
            }
        } else if (slices) {
            metadata.releaseSlice(touch.space);
        } else {
            metadata.releaseCluster((int) touch.space);
        }
    }

    private void unlink(FirstTouch touch) {
        int bucket = (int) (touch.key & BUCKETS - 1);
        if (buckets[bucket] == touch) {
            buckets[bucket] = touch.next;
            return;
        }
        FirstTouch before = buckets[bucket];
        while (before.next != touch) {
            before = before.next;
        }
        before.next = touch.next;
    }
}
