package io.mayastor.engine.ring;

/**
 * One operation of an {@link EpollRing}: what to do and how far it has come. Belongs to a slot of
 * the {@link OperationTable} and is used again with it.
 *
 * <p>Owner: the ring's thread; between {@link FileWorkers#submit} and {@link FileWorkers#takeDone}
 * a worker.
 */
final class EpollOperation {
    /** What the operation does, and who does it. */
    enum Kind {
        READ(Place.WORKER),
        WRITE(Place.WORKER),
        FSYNC(Place.WORKER),
        FDATASYNC(Place.WORKER),
        FALLOCATE(Place.WORKER),
        DISCARD(Place.WORKER),
        RECEIVE(Place.INPUT),
        RECEIVE_ALL(Place.INPUT),
        RECEIVE_SHARED(Place.INPUT),
        ACCEPT(Place.INPUT),
        SEND(Place.OUTPUT),
        CONNECT(Place.OUTPUT),
        POLL(Place.EITHER),
        SHUTDOWN(Place.AT_ONCE),
        CLOSE(Place.AT_ONCE);

        final Place place;

        Kind(Place place) {
            this.place = place;
        }
    }

    /** Where an operation waits until it can be done. */
    enum Place {
        WORKER,
        INPUT,
        OUTPUT,
        EITHER,
        AT_ONCE
    }

    final int slot;
    Kind kind;
    int file;
    long offset;
    long address;
    long length;
    int flags;
    StackedBuffers buffers;

    /**
     * Bytes received so far by {@link Kind#RECEIVE_ALL}; 1 for a {@link Kind#CONNECT} under way.
     */
    int progress;

    int result;

    /** The queue it stands in, or null; and its neighbours there. */
    OperationQueue queue;

    EpollOperation previous;
    EpollOperation next;

    EpollOperation(int slot) {
        this.slot = slot;
    }
}
