package io.mayastor.engine.target;

/**
 * Numbers 0…n−1, given out so that those used last are used again first. Owner thread: the
 * reactor's.
 */
final class IndexPool {
    private final int[] free;
    private int count;
    private int next;

    IndexPool(int size) {
        free = new int[size];
    }

    int take() {
        if (count > 0) {
            return free[--count];
        }
        if (next == free.length) {
            throw new IllegalStateException("all " + free.length + " in use");
        }
        return next++;
    }

    int inUse() {
        return next - count;
    }

    void release(int index) {
        free[count++] = index;
    }
}
