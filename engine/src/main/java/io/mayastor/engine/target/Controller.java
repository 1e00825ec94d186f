package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.ControllerStatus;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.UUID;

/**
 * An association of one host with a subsystem: the admin queue, the I/O queues, the state that the
 * host sees. Made by the Connect of an admin queue, gone with it. Owner thread: the subsystem's
 * reactor.
 */
final class Controller {
    private static final Logger LOG = System.getLogger(Controller.class.getName());
    private static final int ADMIN_QUEUE = 0;

    /** A discovery controller without keep-alive ends after this time (Base 2.0 §3.1.2.3). */
    private static final long DISCOVERY_IDLE_MILLIS = 120_000;

    /** What has come in time, but waits in a socket, is handled within this time. */
    private static final long LAST_LOOK_NANOS = 100_000_000;

    private final Subsystem subsystem;
    private final int id;
    private final UUID hostId;
    private final String hostNqn;
    private final QueuePair admin;
    private final PendingConnect connect;
    private final QueuePair[] ioQueues;
    private final AsyncEvents asyncEvents;
    private final ControllerFeatures features;
    private final ErrorLog errors = new ErrorLog();
    private final Reservations.Access reservationAccess = new Reservations.Access();
    private final KeepAliveTimer keepAlive = new KeepAliveTimer();
    private int configuration;
    private int status;
    private long keepAliveMillis;
    private int grantedQueues;
    private boolean ended;
    private DiscoveryLogView discoveryLog;

    Controller(Subsystem subsystem, int id, PendingConnect connect) {
        this.subsystem = subsystem;
        this.id = id;
        this.hostId = connect.data().hostId();
        this.hostNqn = connect.data().hostNqn();
        this.admin = connect.queue();
        this.connect = connect;
        this.keepAliveMillis =
                subsystem.isDiscovery() && connect.keepAliveMillis() == 0
                        ? DISCOVERY_IDLE_MILLIS
                        : connect.keepAliveMillis();
        TargetOptions options = subsystem.group().options();
        this.ioQueues = new QueuePair[options.ioQueues() + 1];
        this.grantedQueues = options.ioQueues();
        this.features = new ControllerFeatures(this);
        this.asyncEvents = new AsyncEvents(this);
    }

    /** Makes the queue pair the admin queue of this controller. */
    void adminConnected() {
        admin.become(
                this,
                ADMIN_QUEUE,
                connect.queueSize(),
                connect.disableFlowControl(),
                subsystem.group().target().adminCommands(subsystem));
        keepAlive.restart();
        LOG.log(
                Level.INFO,
                "host {0} connected to {1} as controller {2}",
                hostNqn,
                subsystem.nqn(),
                Integer.toString(id));
    }

    Subsystem subsystem() {
        return subsystem;
    }

    int id() {
        return id;
    }

    UUID hostId() {
        return hostId;
    }

    String hostNqn() {
        return hostNqn;
    }

    QueuePair admin() {
        return admin;
    }

    AsyncEvents asyncEvents() {
        return asyncEvents;
    }

    ControllerFeatures features() {
        return features;
    }

    ErrorLog errors() {
        return errors;
    }

    /** The discovery log as this host began to read it, or null. */
    DiscoveryLogView discoveryLog() {
        return discoveryLog;
    }

    void setDiscoveryLog(DiscoveryLogView view) {
        discoveryLog = view;
    }

    /** What reservations let this host do. */
    Reservations.Access reservationAccess() {
        return reservationAccess;
    }

    boolean isOf(ConnectData data) {
        return hostNqn.equals(data.hostNqn()) && hostId.equals(data.hostId());
    }

    // ---- queues

    /** I/O queues the host may connect: its request, within our limit. */
    int grantQueues(int wanted) {
        grantedQueues = Math.max(1, Math.min(wanted, ioQueues.length - 1));
        return grantedQueues;
    }

    int grantedQueues() {
        return grantedQueues;
    }

    int connectedQueues() {
        int count = 0;
        for (QueuePair queue : ioQueues) {
            if (queue != null) {
                count++;
            }
        }
        return count;
    }

    boolean hasQueue(int queueId) {
        return ioQueues[queueId] != null;
    }

    /** The queue with this id, or null. */
    QueuePair queue(int queueId) {
        if (queueId == ADMIN_QUEUE) {
            return admin;
        }
        return queueId < ioQueues.length ? ioQueues[queueId] : null;
    }

    void connected(int queueId, QueuePair queue) {
        ioQueues[queueId] = queue;
    }

    /** A queue of this controller has ended; without its admin queue the controller ends. */
    void queueEnded(QueuePair queue) {
        if (queue.startedWrites() > 0) {
            subsystem.writesUnfinished(queue);
        }
        if (queue == admin) {
            end("its admin queue ended");
        } else if (ioQueues[queue.queueId()] == queue) {
            ioQueues[queue.queueId()] = null;
        }
    }

    /** Ends every queue and the controller. */
    void end(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        LOG.log(
                Level.INFO,
                "controller {0} of {1} (host {2}) ended: {3}",
                Integer.toString(id),
                subsystem.nqn(),
                hostNqn,
                reason);
        subsystem.group().reactor().cancel(keepAlive);
        endIoQueues(reason);
        if (admin.isOpen()) {
            admin.connection().end(reason);
        }
        subsystem.removed(this);
    }

    private void endIoQueues(String reason) {
        for (QueuePair queue : ioQueues) {
            if (queue != null && queue.isOpen()) {
                queue.connection().end(reason);
            }
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** When its host was heard last on any of its queues. */
    long heardNanos() {
        long heard = admin.connection().heardNanos();
        for (QueuePair queue : ioQueues) {
            if (queue != null && queue.connection().heardNanos() - heard > 0) {
                heard = queue.connection().heardNanos();
            }
        }
        return heard;
    }

    /** Whether it has writes that are not done, or commands that have not been looked at. */
    boolean mayStillWrite() {
        for (QueuePair queue : ioQueues) {
            if (queue != null
                    && (queue.connection().inBacklog
                            || subsystem.group().commands().hasUnfinishedWrite(queue))) {
                return true;
            }
        }
        return false;
    }

    // ---- properties

    int configuration() {
        return configuration;
    }

    int status() {
        return status;
    }

    boolean isReady() {
        return ControllerStatus.isReady(status) && !ControllerStatus.isShutdownComplete(status);
    }

    /** Property CC has been set. */
    void configure(int bits) {
        ControllerConfiguration before = ControllerConfiguration.decode(configuration);
        ControllerConfiguration now = ControllerConfiguration.decode(bits);
        configuration = bits;
        if (now.enabled() && !before.enabled()) {
            status = ControllerStatus.READY;
        } else if (!now.enabled() && before.enabled()) {
            endIoQueues("controller reset");
            asyncEvents.reset();
            status = 0;
        }
        if (now.shutdown() != ControllerConfiguration.SHUTDOWN_NONE) {
            status |= ControllerStatus.SHUTDOWN_COMPLETE;
        }
    }

    // ---- keep alive

    long keepAliveMillis() {
        return keepAliveMillis;
    }

    void setKeepAlive(long millis) {
        keepAliveMillis = millis;
        keepAlive.restart();
    }

    /** The host has shown that it lives. */
    void aliveShown() {
        keepAlive.shown = true;
    }

    /**
     * Looks once per time-out whether the host has shown life since it looked last, so that a
     * keep-alive costs no timer work; the host is given up after one to two time-outs.
     *
     * <p>When this process was stopped for a while, the host's words may still wait in a socket or
     * on the wire: before it is given up what waits is handled, and a look that comes late counts
     * for nothing.
     */
    private final class KeepAliveTimer extends Timer {
        private boolean shown;
        private boolean lastLook;
        private long dueNanos;

        void restart() {
            shown = false;
            lastLook = false;
            if (keepAliveMillis == 0) {
                subsystem.group().reactor().cancel(this);
            } else {
                schedule(keepAliveMillis * 1_000_000);
            }
        }

        private void schedule(long delayNanos) {
            Reactor reactor = subsystem.group().reactor();
            dueNanos = reactor.ring().nanoTime() + delayNanos;
            reactor.schedule(this, delayNanos);
        }

        @Override
        protected void expired() {
            long late = subsystem.group().reactor().nowNanos() - dueNanos;
            if (shown || late > LAST_LOOK_NANOS) {
                restart();
                return;
            }
            if (!lastLook) {
                lastLook = true;
                schedule(LAST_LOOK_NANOS);
                return;
            }
            status |= ControllerStatus.FATAL;
            end("keep-alive expired after " + keepAliveMillis + " ms");
        }
    }
}
