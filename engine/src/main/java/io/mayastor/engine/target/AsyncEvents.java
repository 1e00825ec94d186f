package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.AsyncEventNotice;
import io.mayastor.engine.nvme.FeatureValue;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.ReservationNotificationLog;
import io.mayastor.engine.nvme.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Asynchronous events of a controller (Base 2.0 §5.2): the requests that wait, what has happened
 * and has not been told, and the logs that tell more. Owner thread: the subsystem's reactor.
 *
 * <p>Of each kind one event is told until the host has read its log; what happens in between is in
 * that log.
 */
final class AsyncEvents {
    /** Requests that may wait at a time: AERL is one less. */
    static final int LIMIT = 4;

    /** Reservation events kept for a host that does not read them; older ones are given up. */
    private static final int RESERVATION_EVENTS = 256;

    /** What can happen. */
    enum Kind {
        NAMESPACE(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED, AsyncEventNotice.NAMESPACE_ATTRIBUTE),
        ANA(AsyncEvent.ANA_CHANGED, AsyncEventNotice.ANA_CHANGE),
        DISCOVERY(AsyncEvent.DISCOVERY_CHANGED, AsyncEventNotice.DISCOVERY_LOG),
        /** Masked per namespace instead, see {@link FeatureValue}. */
        RESERVATION(AsyncEvent.RESERVATION_LOG_AVAILABLE, 0);

        private final int event;
        private final int notice;
        private final int bit = 1 << ordinal();

        Kind(int event, int notice) {
            this.event = event;
            this.notice = notice;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    private final Controller controller;
    private final CommandList waiting = new CommandList();
    private final SortedSet<Integer> changedNamespaces = new TreeSet<>();
    private final ArrayDeque<ReservationNotificationLog> reservationEvents = new ArrayDeque<>();
    private long reservationEventCount;
    private int pending;
    private int told;

    AsyncEvents(Controller controller) {
        this.controller = controller;
    }

    /** Notices a controller can give: OAES, and what a host may ask for. */
    static int supported(boolean discovery) {
        return discovery
                ? AsyncEventNotice.DISCOVERY_LOG
                : AsyncEventNotice.NAMESPACE_ATTRIBUTE | AsyncEventNotice.ANA_CHANGE;
    }

    boolean isFull() {
        return waiting.size() == LIMIT;
    }

    /** Keeps an Asynchronous Event Request until there is something to tell. */
    void hold(Command command) {
        command.stage = Command.Stage.HELD;
        waiting.addLast(command);
        tell();
    }

    void anaChanged() {
        raise(Kind.ANA);
    }

    void namespaceChanged(int id) {
        changedNamespaces.add(id);
        raise(Kind.NAMESPACE);
    }

    void discoveryChanged() {
        raise(Kind.DISCOVERY);
    }

    /**
     * Another host has taken something from this one.
     *
     * @param type of {@link ReservationNotificationLog}
     */
    void reservationChanged(int type, int namespaceId) {
        if ((controller.features().reservationMask() & 1 << type) != 0) {
            return;
        }
        if (reservationEvents.size() == RESERVATION_EVENTS) {
            reservationEvents.removeFirst();
        }
        reservationEvents.addLast(
                new ReservationNotificationLog(++reservationEventCount, type, 0, namespaceId));
        raise(Kind.RESERVATION);
    }

    private void raise(Kind kind) {
        boolean wanted =
                kind.notice == 0
                        || (controller.features().asyncEventConfiguration() & kind.notice) != 0;
        if (wanted) {
            pending |= kind.bit;
            tell();
        }
    }

    private void tell() {
        for (Kind kind : KINDS) {
            if ((pending & ~told & kind.bit) != 0 && !waiting.isEmpty()) {
                pending &= ~kind.bit;
                told |= kind.bit;
                Command command = waiting.removeFirst();
                command.result = kind.event;
                command.queue.respond(command, Status.SUCCESS);
            }
        }
    }

    /** The host has read the log of a kind, as it is now: a later event is told again. */
    void logRead(Kind kind) {
        pending &= ~kind.bit;
        rearm(kind);
    }

    /** The host has read the log of a kind, but not what has been added to it since. */
    void rearm(Kind kind) {
        told &= ~kind.bit;
        tell();
    }

    NamespaceList changedNamespaces() {
        return new NamespaceList(List.copyOf(changedNamespaces));
    }

    void changedNamespacesRead() {
        changedNamespaces.clear();
        logRead(Kind.NAMESPACE);
    }

    /** The oldest event that has not been read, or the empty one. */
    ReservationNotificationLog oldestReservationEvent() {
        ReservationNotificationLog oldest = reservationEvents.peekFirst();
        if (oldest == null) {
            return new ReservationNotificationLog(0, ReservationNotificationLog.TYPE_EMPTY, 0, 0);
        }
        return new ReservationNotificationLog(
                oldest.count(), oldest.type(), reservationEvents.size() - 1, oldest.namespaceId());
    }

    /** Forgets the oldest reservation event; those behind it are told next. */
    void reservationEventRead() {
        reservationEvents.pollFirst();
        logRead(Kind.RESERVATION);
        if (!reservationEvents.isEmpty()) {
            raise(Kind.RESERVATION);
        }
    }

    /** The controller is reset: nothing has happened, nobody waits. */
    void reset() {
        pending = 0;
        told = 0;
        changedNamespaces.clear();
        reservationEvents.clear();
        Command command = waiting.removeFirst();
        while (command != null) {
            command.queue.respond(command, Status.ABORTED_SQ_DELETION);
            command = waiting.removeFirst();
        }
    }
}
