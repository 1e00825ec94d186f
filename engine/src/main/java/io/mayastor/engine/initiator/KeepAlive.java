package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;

/**
 * Sends Keep Alive at half the announced time-out (Base 2.0 §3.9). Owner thread: the reactor's.
 *
 * <p>A command that gets no answer is the admin queue's time-out, and so the end of the
 * association.
 */
final class KeepAlive extends Timer {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Reactor reactor;
    private final long intervalNanos;
    private final Command command = new Command(done -> answered());
    private QueuePair admin;
    private boolean inFlight;

    KeepAlive(Reactor reactor, long timeoutMillis) {
        this.reactor = reactor;
        this.intervalNanos = timeoutMillis * NANOS_PER_MILLI / 2;
    }

    void start(QueuePair queuePair) {
        admin = queuePair;
        if (intervalNanos > 0) {
            reactor.schedule(this, intervalNanos);
        }
    }

    void stop() {
        reactor.cancel(this);
        admin = null;
    }

    @Override
    protected void expired() {
        reactor.schedule(this, intervalNanos);
        if (!inFlight && admin != null) {
            inFlight = true;
            admin.submit(command.prepare(AdminOpcode.KEEP_ALIVE, 0));
        }
    }

    private void answered() {
        inFlight = false;
    }
}
