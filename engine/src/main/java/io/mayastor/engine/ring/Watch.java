package io.mayastor.engine.ring;

/**
 * The operations that wait for one descriptor to become ready, in order. Owner thread: the ring's.
 */
final class Watch {
    final OperationQueue input = new OperationQueue();
    final OperationQueue output = new OperationQueue();
    final OperationQueue either = new OperationQueue();

    boolean isEmpty() {
        return input.isEmpty() && output.isEmpty() && either.isEmpty();
    }

    OperationQueue queue(EpollOperation.Place place) {
        return switch (place) {
            case INPUT -> input;
            case OUTPUT -> output;
            case EITHER -> either;
            case WORKER, AT_ONCE -> throw new AssertionError(place + " waits for no descriptor");
        };
    }
}
