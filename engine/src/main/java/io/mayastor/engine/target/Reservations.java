package io.mayastor.engine.target;

import io.mayastor.engine.nvme.IdentifyNamespace;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Registrants and reservation of a namespace: who may do what now, and the commands that change it,
 * one after another. Owner thread: the reactor of the subsystem; the thread that makes it.
 *
 * <p>Promises: a change that has to persist takes effect, and is answered, only when the store has
 * it; when the store fails, nothing has changed and the store is given the former state again; if
 * it does not take that either, the next command writes again whatever it does.
 */
final class Reservations {
    private static final Logger LOG = System.getLogger(Reservations.class.getName());

    private final ReservationStore store;
    private final Consumer<Map<UUID, ReservationNotice>> notifier;
    private final Thread owner = Thread.currentThread();
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private ReservationState state;
    private boolean held;
    private long epoch = 1;
    private boolean saving;
    private boolean storeDoubtful;

    private record Request(
            Function<ReservationState, ReservationChange> decision,
            Consumer<ReservationChange> done) {}

    /** What one controller may do; worked out again after each change. */
    static final class Access {
        private long epoch;
        private boolean reads;
        private boolean writes;
    }

    /**
     * @param notifier tells hosts what has changed for them
     */
    Reservations(ReservationStore store, Consumer<Map<UUID, ReservationNotice>> notifier) {
        this.store = store;
        this.notifier = notifier;
        this.state = store.load().kept();
        this.held = state.isHeld();
    }

    ReservationState state() {
        return state;
    }

    boolean isHeld() {
        return held;
    }

    /** RESCAP of Identify Namespace. */
    int capabilities() {
        return IdentifyNamespace.RESERVATION_ALL_TYPES
                | IdentifyNamespace.RESERVATION_IEKEY_1_3
                | (canPersist() ? IdentifyNamespace.RESERVATION_PERSISTS : 0);
    }

    boolean canPersist() {
        return store.isPersistent();
    }

    /** Whether a controller's host may read, or write. */
    boolean permits(Controller controller, boolean writes) {
        return !held || permits(controller.reservationAccess(), controller.hostId(), writes);
    }

    boolean permits(Access access, UUID host, boolean writes) {
        if (access.epoch != epoch) {
            access.epoch = epoch;
            access.reads = state.permitsReads(host);
            access.writes = state.permitsWrites(host);
        }
        return writes ? access.writes : access.reads;
    }

    /**
     * Carries out a command when those before it are done.
     *
     * @param decision what it does to the state that it finds
     * @param done gets what has been done, with the status of the command
     */
    void submit(
            Function<ReservationState, ReservationChange> decision,
            Consumer<ReservationChange> done) {
        waiting.add(new Request(decision, done));
        next();
    }

    private void next() {
        while (!saving && !waiting.isEmpty()) {
            Request request = waiting.removeFirst();
            ReservationChange change = request.decision().apply(state);
            if (!change.isRefused() && mustSave(change.next())) {
                save(request, change);
            } else {
                finish(request, change);
            }
        }
    }

    private boolean mustSave(ReservationState next) {
        return storeDoubtful || !next.kept().equals(state.kept());
    }

    private void save(Request request, ReservationChange change) {
        saving = true;
        store.save(change.next().kept(), failure -> saved(request, change, failure));
    }

    private void saved(Request request, ReservationChange change, Exception failure) {
        checkOwner();
        if (failure != null) {
            LOG.log(Level.ERROR, "reservations could not be saved; the command fails", failure);
            store.save(state.kept(), again -> restored(request, again));
            return;
        }
        storeDoubtful = false;
        saving = false;
        finish(request, change);
        next();
    }

    private void restored(Request request, Exception failure) {
        checkOwner();
        storeDoubtful = failure != null;
        if (storeDoubtful) {
            LOG.log(
                    Level.ERROR,
                    "the store may hold reservations of a failed command until the next one",
                    failure);
        }
        saving = false;
        finish(request, ReservationChange.failed(state));
        next();
    }

    private void finish(Request request, ReservationChange change) {
        if (!change.isRefused()) {
            state = change.next();
            held = state.isHeld();
            epoch++;
            if (!change.notices().isEmpty()) {
                notifier.accept(change.notices());
            }
        }
        request.done().accept(change);
    }

    private void checkOwner() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "a reservation store completed on thread "
                            + Thread.currentThread().getName()
                            + " instead of "
                            + owner.getName());
        }
    }
}
