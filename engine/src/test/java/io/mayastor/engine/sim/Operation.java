package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Completion;
import java.net.InetSocketAddress;

/** One operation given to a {@link SimulatedRing}, from its preparation to its completion. */
final class Operation {
    enum Kind {
        READ,
        WRITE,
        SYNC,
        ALLOCATE,
        DISCARD,
        RECEIVE,
        RECEIVE_ALL,
        RECEIVE_SHARED,
        SEND,
        ACCEPT,
        CONNECT,
        POLL,
        SHUTDOWN,
        CLOSE,
        CANCEL
    }

    final SimulatedRing ring;
    final long id;
    final Kind kind;
    final Completion completion;

    /** What the descriptor named when the operation was prepared; null for a bad one. */
    final Descriptor target;

    int file;
    long offset;
    long address;
    int length;
    long rangeBytes;

    /** Write flags, fallocate mode, poll events, 1 for a flush of data only. */
    int argument;

    InetSocketAddress remote;
    SimulatedSharedBuffers buffers;

    /** The event that will carry it out, where it waits for time only. */
    Event event;

    /** A socket does not look at it before. */
    long notBefore;

    /** Bytes that a receiveAll has so far. */
    int received;

    int result;
    int flags;
    boolean started;
    boolean finished;

    Operation(SimulatedRing ring, long id, Kind kind, Descriptor target, Completion completion) {
        this.ring = ring;
        this.id = id;
        this.kind = kind;
        this.target = target;
        this.completion = completion;
    }

    void finish(int result) {
        finish(result, 0);
    }

    void finish(int result, int flags) {
        if (finished) {
            throw new IllegalStateException("completed twice: " + this);
        }
        finished = true;
        this.result = result;
        this.flags = flags;
        if (event != null) {
            event.cancel();
        }
        ring.finished(this);
    }

    @Override
    public String toString() {
        return kind + " on " + file + " (operation " + id + ")";
    }
}
