package io.mayastor.engine.pool.metadata;

import java.util.Arrays;

/** A doubly linked list of small numbers, each in it at most once; every step is O(1). */
final class RoomList {
    private static final int OUT = -2;
    private static final int END = -1;

    private int[] next = new int[0];
    private int[] previous = new int[0];
    private int first = END;
    private int last = END;

    boolean isEmpty() {
        return first == END;
    }

    int first() {
        return first;
    }

    boolean contains(int number) {
        return number < next.length && next[number] != OUT;
    }

    void addLast(int number) {
        ensure(number);
        if (contains(number)) {
            return;
        }
        next[number] = END;
        previous[number] = last;
        if (last == END) {
            first = number;
        } else {
            next[last] = number;
        }
        last = number;
    }

    void remove(int number) {
        if (!contains(number)) {
            return;
        }
        int before = previous[number];
        int after = next[number];
        if (before == END) {
            first = after;
        } else {
            next[before] = after;
        }
        if (after == END) {
            last = before;
        } else {
            previous[after] = before;
        }
        next[number] = OUT;
    }

    long memoryBytes() {
        return 8L * next.length;
    }

    private void ensure(int number) {
        if (number < next.length) {
            return;
        }
        int from = next.length;
        int to = Math.max(16, Math.max(number + 1, from + (from >> 1)));
        next = Arrays.copyOf(next, to);
        previous = Arrays.copyOf(previous, to);
        Arrays.fill(next, from, to, OUT);
    }
}
