package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;

/**
 * A checked Connect of an admin queue on its way to an answer: it may have to wait for writes of
 * {@link FormerAssociations}, and for started ones of those that have ended, for a bounded time.
 * Owner thread: the subsystem's reactor.
 */
final class PendingConnect extends Timer {
    private static final long LOOK_NANOS = 100_000_000;

    private final Subsystem subsystem;
    private final Command command;
    private final QueuePair queue;
    private final ConnectData data;
    private final int queueSize;
    private final boolean disableFlowControl;
    private final long keepAliveMillis;
    private FormerAssociations former;
    private long dueNanos;
    private long deadlineNanos;

    PendingConnect(
            Subsystem subsystem,
            Command command,
            ConnectData data,
            int queueSize,
            boolean disableFlowControl,
            long keepAliveMillis) {
        this.subsystem = subsystem;
        this.command = command;
        this.queue = command.queue;
        this.data = data;
        this.queueSize = queueSize;
        this.disableFlowControl = disableFlowControl;
        this.keepAliveMillis = keepAliveMillis;
    }

    ConnectData data() {
        return data;
    }

    QueuePair queue() {
        return queue;
    }

    int queueSize() {
        return queueSize;
    }

    boolean disableFlowControl() {
        return disableFlowControl;
    }

    long keepAliveMillis() {
        return keepAliveMillis;
    }

    /** Answers now, or when no write of a former association is left. */
    void begin() {
        long now = reactor().nowNanos();
        deadlineNanos = now + queue.group().options().stallNanos();
        subsystem.makeRoom(this);
        former = new FormerAssociations(subsystem, this, now);
        if (mustWait()) {
            subsystem.awaitWrites(this);
            lookAgain();
        } else {
            goOn();
        }
    }

    private boolean mustWait() {
        return subsystem.mustWait(this) || former.mayStillWrite();
    }

    private void lookAgain() {
        dueNanos = reactor().ring().nanoTime() + LOOK_NANOS;
        reactor().schedule(this, LOOK_NANOS);
    }

    /** A write has ended on which it may have waited. */
    void goOnIfNothingIsLeft() {
        if (!mustWait()) {
            subsystem.giveUpWaiting(this);
            reactor().cancel(this);
            goOn();
        }
    }

    private Reactor reactor() {
        return queue.group().reactor();
    }

    private void goOn() {
        if (!queue.isOpen() || subsystem.isClosing()) {
            queue.respond(command, Status.CONNECT_INVALID_PARAMETERS);
            return;
        }
        Controller controller = subsystem.newController(this);
        if (controller == null) {
            queue.respond(command, Status.CONNECT_CONTROLLER_BUSY);
            return;
        }
        controller.adminConnected();
        command.result = controller.id();
        queue.respond(command, Status.SUCCESS);
    }

    @Override
    protected void expired() {
        long now = reactor().nowNanos();
        if (now - dueNanos <= LOOK_NANOS) {
            // Else this process was stopped, and what hosts have said meanwhile has not been read.
            former.endSilent(now);
        }
        if (queue.isOpen() && mustWait() && now - deadlineNanos < 0) {
            lookAgain();
            return;
        }
        subsystem.giveUpWaiting(this);
        if (queue.isOpen() && mustWait()) {
            queue.respond(command, Status.CONNECT_CONTROLLER_BUSY);
        } else {
            goOn();
        }
    }
}
