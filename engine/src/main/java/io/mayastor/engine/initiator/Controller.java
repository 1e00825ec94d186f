package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The host's side of one controller: makes an association, and another one when that is lost and
 * the policy says so. Owner thread: the reactor's, except where a method says otherwise.
 *
 * <p>Promises: a command completes exactly once, with a path status when the association is lost;
 * no command is ever repeated; a command that has no answer in its time is aborted and, when that
 * does not help soon, ends the association.
 */
public final class Controller implements Association.Owner {
    private final Initiator initiator;
    private final Reactor reactor;
    private final ControllerOptions options;
    private final ReconnectPolicy policy;
    private final AvailabilityLog log;
    private final ControllerStatistics statistics = new ControllerStatistics();
    private final List<ControllerListener> listeners = new ArrayList<>();
    private final List<Runnable> closers = new ArrayList<>();
    private final Timer reconnectTimer =
            new Timer() {
                @Override
                protected void expired() {
                    associate();
                }
            };

    private volatile ControllerState state = ControllerState.NEW;
    private volatile List<RemoteNamespace> namespaces = List.of();
    private volatile String lastFailure = "";
    private Association association;
    private CompletableFuture<Controller> firstOutcome;
    private int failedAttempts;
    private boolean resetAsked;

    Controller(Initiator initiator, ControllerOptions options, ReconnectPolicy policy) {
        this.initiator = initiator;
        this.reactor = initiator.reactor();
        this.options = options;
        this.policy = policy;
        this.log = new AvailabilityLog(options.name());
    }

    /** {@code host:port/nqn}. Any thread. */
    public String name() {
        return options.name();
    }

    /** Any thread. */
    public ControllerOptions options() {
        return options;
    }

    public Reactor reactor() {
        return reactor;
    }

    /** Any thread. */
    public ControllerState state() {
        return state;
    }

    /** Those of the newest association. Any thread. */
    public List<RemoteNamespace> namespaces() {
        return namespaces;
    }

    /** Why the last association ended; empty before. Any thread. */
    public String lastFailure() {
        return lastFailure;
    }

    /** Any thread. */
    public IoStatistics statistics() {
        return statistics.snapshot();
    }

    ControllerStatistics counters() {
        return statistics;
    }

    /** Of the live association. */
    ControllerLimits limits() {
        return association.limits();
    }

    /** Of the live association, else null. */
    public IdentifyController identify() {
        return association == null ? null : association.identify();
    }

    public boolean isLive() {
        return state == ControllerState.LIVE;
    }

    public void addListener(ControllerListener listener) {
        listeners.add(listener);
    }

    public void removeListener(ControllerListener listener) {
        listeners.remove(listener);
    }

    /**
     * Makes the first association, or one more after a failure.
     *
     * @return completes on the reactor when the controller is live; fails with a {@link
     *     ControllerException} when the attempt does: the first attempt is not repeated
     */
    public CompletableFuture<Controller> connect() {
        reactor.checkOwner();
        firstOutcome = new CompletableFuture<>();
        CompletableFuture<Controller> outcome = firstOutcome;
        failedAttempts = 0;
        associate();
        return outcome;
    }

    private void associate() {
        become(ControllerState.CONNECTING);
        resetAsked = false;
        try {
            association = new Association(initiator, options, this);
        } catch (OutOfMemoryError e) {
            ending("no memory for an association: " + e.getMessage());
            ended();
            return;
        }
        association.start();
    }

    /** Ends the association; a new one is made at once, whatever the policy. */
    public void reset(String reason) {
        reactor.checkOwner();
        if (state == ControllerState.LIVE) {
            resetAsked = true;
            association.end("reset: " + reason);
        }
    }

    /** Sends an I/O command on the I/O queue with the fewest commands in flight. */
    public void submit(Command command) {
        if (state == ControllerState.LIVE) {
            association.ioQueue().submit(command);
        } else {
            refuse(command);
        }
    }

    /** Sends an admin command. */
    public void submitAdmin(Command command) {
        if (state == ControllerState.LIVE) {
            association.adminQueue().submit(command);
        } else {
            refuse(command);
        }
    }

    private static void refuse(Command command) {
        command.latencyNanos = 0;
        command.result = 0;
        command.complete(Status.HOST_PATHING_ERROR);
    }

    @Override
    public void live(List<RemoteNamespace> found) {
        namespaces = found;
        log.live(Math.max(failedAttempts - 1, 0), reactor.nowNanos());
        failedAttempts = 0;
        become(ControllerState.LIVE);
        for (ControllerListener listener : List.copyOf(listeners)) {
            listener.live(this);
        }
        if (firstOutcome != null) {
            CompletableFuture<Controller> outcome = firstOutcome;
            firstOutcome = null;
            outcome.complete(this);
        }
    }

    @Override
    public void namespacesChanged(List<RemoteNamespace> found) {
        namespaces = found;
        for (ControllerListener listener : List.copyOf(listeners)) {
            listener.namespacesChanged(this);
        }
    }

    @Override
    public void anaChanged(AnaLog log) {
        for (ControllerListener listener : List.copyOf(listeners)) {
            listener.anaChanged(this, log);
        }
    }

    @Override
    public void ending(String reason) {
        if (state == ControllerState.CLOSING) {
            return;
        }
        boolean wasLive = state == ControllerState.LIVE;
        lastFailure = reason;
        become(ControllerState.RESETTING);
        if (wasLive) {
            log.lost(reason, reactor.nowNanos());
            for (ControllerListener listener : List.copyOf(listeners)) {
                listener.lost(this, reason);
            }
        }
    }

    @Override
    public void ended() {
        association = null;
        if (state == ControllerState.CLOSING) {
            closed();
            return;
        }
        if (firstOutcome == null && (resetAsked || wantsReconnect())) {
            become(ControllerState.RECONNECTING);
            reactor.schedule(reconnectTimer, resetAsked ? 0 : backOffNanos());
            return;
        }
        become(ControllerState.FAILED);
        if (firstOutcome == null) {
            log.failed(lastFailure);
        }
        for (ControllerListener listener : List.copyOf(listeners)) {
            listener.failed(this, lastFailure);
        }
        failFirstOutcome();
    }

    private boolean wantsReconnect() {
        return policy.reconnect(this, lastFailure, failedAttempts);
    }

    private long backOffNanos() {
        int doublings = Math.min(failedAttempts++, Integer.SIZE - 2);
        long most = options.reconnectMaxNanos();
        long wait = options.reconnectMinNanos();
        return wait > most >> doublings ? most : wait << doublings;
    }

    private void failFirstOutcome() {
        if (firstOutcome != null) {
            CompletableFuture<Controller> outcome = firstOutcome;
            firstOutcome = null;
            outcome.completeExceptionally(new ControllerException(name() + ": " + lastFailure));
        }
    }

    /**
     * Shuts the controller down and ends the association; commands in flight complete first or with
     * a path status. Asking twice is fine: both are told.
     */
    public void close(Runnable closed) {
        reactor.checkOwner();
        if (state == ControllerState.CLOSED) {
            closed.run();
            return;
        }
        closers.add(closed);
        if (state == ControllerState.CLOSING) {
            return;
        }
        become(ControllerState.CLOSING);
        reactor.cancel(reconnectTimer);
        if (association == null) {
            closed();
        } else {
            association.shutdown();
        }
    }

    private void closed() {
        become(ControllerState.CLOSED);
        initiator.forget(this);
        if (lastFailure.isEmpty()) {
            lastFailure = "closed";
        }
        failFirstOutcome();
        List.copyOf(closers).forEach(Runnable::run);
    }

    private void become(ControllerState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(name() + " can not go from " + state + " to " + next);
        }
        state = next;
    }
}
