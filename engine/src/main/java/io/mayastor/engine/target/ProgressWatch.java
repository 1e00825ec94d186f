package io.mayastor.engine.target;

/**
 * Since when a peer keeps us waiting. Each thing that is awaited has its own clock, so that
 * progress with one does not hide that there is none with another. Owner thread: the connection's
 * reactor.
 */
final class ProgressWatch {
    private final long openedNanos;
    private long heardNanos;
    private long receivedNanos;
    private long dataNanos;
    private long sentNanos;

    ProgressWatch(long now) {
        openedNanos = now;
        heardNanos = now;
        receivedNanos = now;
    }

    /** Bytes have come, for a command's data or not. */
    void received(long now, boolean data) {
        heardNanos = now;
        receivedNanos = now;
        if (data) {
            dataNanos = now;
        }
    }

    /** We have kept the peer waiting, or expect something else of it from now on. */
    void restarted(long now) {
        receivedNanos = now;
    }

    /** When bytes came last. */
    long heardNanos() {
        return heardNanos;
    }

    /** The peer is asked for data while it owes none. */
    void dataAsked(long now) {
        dataNanos = now;
    }

    /** The peer is given something to read, or has read a part of it. */
    void sent(long now) {
        sentNanos = now;
    }

    boolean openedBefore(long limit) {
        return openedNanos - limit < 0;
    }

    boolean receivedBefore(long limit) {
        return receivedNanos - limit < 0;
    }

    boolean dataBefore(long limit) {
        return dataNanos - limit < 0;
    }

    boolean sentBefore(long limit) {
        return sentNanos - limit < 0;
    }
}
