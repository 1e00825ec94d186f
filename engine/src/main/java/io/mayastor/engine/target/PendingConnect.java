package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Timer;

/**
 * A checked Connect of an admin queue on its way to an answer: it may have to wait for writes of a
 * former association, for a bounded time. Owner thread: the subsystem's reactor.
 */
final class PendingConnect extends Timer {
    private final Subsystem subsystem;
    private final Command command;
    private final QueuePair queue;
    private final ConnectData data;
    private final int queueSize;
    private final boolean disableFlowControl;
    private final long keepAliveMillis;

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
        subsystem.makeRoom(this);
        if (subsystem.mustWait(this)) {
            subsystem.awaitWrites(this);
            queue.group().reactor().schedule(this, queue.group().options().stallNanos());
        } else {
            goOn();
        }
    }

    void goOn() {
        queue.group().reactor().cancel(this);
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
        subsystem.giveUpWaiting(this);
        queue.respond(command, Status.CONNECT_CONTROLLER_BUSY);
    }
}
