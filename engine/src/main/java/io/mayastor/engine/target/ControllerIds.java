package io.mayastor.engine.target;

import java.util.ArrayDeque;
import java.util.Set;

/**
 * Controller ids of a subsystem: fresh ones first, then the one that has been free the longest, so
 * that an id is used again only when no other is free. Owner thread: the subsystem's reactor.
 */
final class ControllerIds {
    static final int NONE = -1;

    private final int first;
    private final int last;
    private final Set<Integer> taken;
    private final ArrayDeque<Integer> returned = new ArrayDeque<>();
    private int fresh;

    /**
     * @param taken ids that controllers have already; those in the range come back one day
     */
    ControllerIds(int first, int last, Set<Integer> taken) {
        this.first = first;
        this.last = last;
        this.taken = Set.copyOf(taken);
        this.fresh = first;
        skipTaken();
    }

    private void skipTaken() {
        while (taken.contains(fresh)) {
            fresh++;
        }
    }

    int first() {
        return first;
    }

    int last() {
        return last;
    }

    boolean hasFree() {
        return fresh <= last || !returned.isEmpty();
    }

    int take() {
        if (fresh <= last) {
            int id = fresh++;
            skipTaken();
            return id;
        }
        return returned.isEmpty() ? NONE : returned.removeFirst();
    }

    /** An id outside the range stems from a former range and is not used again. */
    void giveBack(int id) {
        if (id >= first && id <= last) {
            returned.addLast(id);
        }
    }
}
