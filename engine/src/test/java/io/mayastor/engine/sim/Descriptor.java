package io.mayastor.engine.sim;

/**
 * What a descriptor names: like the kernel's open file, it lives until the last of its references
 * is gone: descriptor table, registrations, operations in flight.
 */
abstract sealed class Descriptor permits OpenFile, StreamSocket, Listener {
    private int references = 1;

    /** Begins an operation, which it finishes now or later. */
    abstract void start(Operation operation);

    /** Ends an operation early if that is still possible: then it has been finished on return. */
    abstract void cancel(Operation operation);

    /** Ends an operation at once, whatever it takes: its ring is closed. */
    abstract void abandon(Operation operation);

    /** The last reference is gone. */
    abstract void released();

    final void retain() {
        references++;
    }

    final void release() {
        if (--references == 0) {
            released();
        }
    }
}
