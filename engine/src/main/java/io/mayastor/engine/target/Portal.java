package io.mayastor.engine.target;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;

/**
 * An address on which the target listens: accepts connections for one group, which moves them on
 * when it knows whose they are. Owner thread: the group's reactor.
 */
final class Portal implements Completion {
    private static final Logger LOG = System.getLogger(Portal.class.getName());
    private static final long RETRY_NANOS = 100_000_000;

    private final ConnectionGroup group;
    private final int listener;
    private final InetSocketAddress address;
    private final RetryTimer retry = new RetryTimer();
    private long accept;
    private boolean accepting;
    private boolean closing;
    private Runnable closed;

    Portal(ConnectionGroup group, int listener, InetSocketAddress address) {
        this.group = group;
        this.listener = listener;
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    Reactor reactor() {
        return group.reactor();
    }

    void start() {
        accepting = true;
        accept = group.ring().accept(listener, this);
    }

    @Override
    public void complete(int result, int flags) {
        accepting = false;
        if (result >= 0) {
            if (closing) {
                group.reactor().kernel().close(result);
            } else {
                accepted(result);
            }
        }
        if (closing) {
            group.ring().close(listener, (unused, none) -> closed.run());
        } else if (result >= 0) {
            start();
        } else {
            group.statistics().acceptFailed();
            LOG.log(Level.WARNING, "accept on {0}: {1}", address, Errno.describe(result));
            group.reactor().schedule(retry, RETRY_NANOS);
        }
    }

    private void accepted(int socket) {
        if (!group.target().admitConnection()) {
            group.statistics().refused();
            group.reactor().kernel().close(socket);
            return;
        }
        try {
            group.reactor().kernel().tune(socket);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection lost before it was used", e);
        }
        group.accepted(socket);
    }

    /** Accepts no more; {@code done} runs when the socket is closed. */
    void close(Runnable done) {
        closing = true;
        closed = done;
        if (accepting) {
            group.ring().cancel(accept);
        } else {
            group.reactor().cancel(retry);
            group.ring().close(listener, (unused, none) -> closed.run());
        }
    }

    private final class RetryTimer extends Timer {
        @Override
        protected void expired() {
            start();
        }
    }
}
