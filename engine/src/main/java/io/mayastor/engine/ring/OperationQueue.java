package io.mayastor.engine.ring;

/**
 * First-in first-out queue of operations, linked through themselves, so that one can leave from the
 * middle. Owner: whoever holds it.
 */
final class OperationQueue {
    private EpollOperation first;
    private EpollOperation last;

    boolean isEmpty() {
        return first == null;
    }

    EpollOperation first() {
        return first;
    }

    EpollOperation last() {
        return last;
    }

    void add(EpollOperation operation) {
        operation.queue = this;
        operation.previous = last;
        operation.next = null;
        if (last == null) {
            first = operation;
        } else {
            last.next = operation;
        }
        last = operation;
    }

    void remove(EpollOperation operation) {
        if (operation.previous == null) {
            first = operation.next;
        } else {
            operation.previous.next = operation.next;
        }
        if (operation.next == null) {
            last = operation.previous;
        } else {
            operation.next.previous = operation.previous;
        }
        operation.queue = null;
        operation.previous = null;
        operation.next = null;
    }

    /** Takes the oldest, or null. */
    EpollOperation poll() {
        EpollOperation operation = first;
        if (operation != null) {
            remove(operation);
        }
        return operation;
    }
}
