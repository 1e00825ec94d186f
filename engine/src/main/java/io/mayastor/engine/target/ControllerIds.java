package io.mayastor.engine.target;

import java.util.ArrayDeque;

/**
 * Controller ids of a subsystem: fresh ones first, then the one that has been free the longest, so
 * that an id is used again only when no other is free. Owner thread: the subsystem's reactor.
 */
final class ControllerIds {
    static final int NONE = -1;

    private final int first;
    private final int last;
    private final ArrayDeque<Integer> returned = new ArrayDeque<>();
    private int fresh;

    ControllerIds(int first, int last) {
        this.first = first;
        this.fresh = first;
        this.last = last;
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
            return fresh++;
        }
        return returned.isEmpty() ? NONE : returned.removeFirst();
    }

    void giveBack(int id) {
        returned.addLast(id);
    }
}
