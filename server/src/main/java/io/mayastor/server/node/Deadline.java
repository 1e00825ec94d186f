package io.mayastor.server.node;

/** Time for several steps in a row: each may take a part of what is left. */
final class Deadline {
    private final long endNanos;

    Deadline(long nanos) {
        endNanos = System.nanoTime() + nanos;
    }

    /** The n-th part of the time left; 1 for all of it. */
    long share(int parts) {
        return Math.max(0, endNanos - System.nanoTime()) / parts;
    }
}
