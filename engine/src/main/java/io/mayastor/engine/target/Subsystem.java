package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.nvme.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * An NVM subsystem with its namespace, or the discovery subsystem of one reactor: who may connect,
 * the controllers there are, ANA state, pause. Owner thread: the reactor of its group.
 */
final class Subsystem {
    private final ConnectionGroup group;
    private final String nqn;
    private final String serialNumber;
    private final String modelNumber;
    private final boolean discovery;
    private final Namespace namespace;
    private final Map<Integer, Controller> controllers = new LinkedHashMap<>();
    private final Set<QueuePair> unfinished = new LinkedHashSet<>();
    private final List<PendingConnect> waitingConnects = new ArrayList<>();
    private final DeviceListener resizeListener = new ResizeListener();
    private volatile Set<String> allowedHosts;
    private ControllerIds ids;
    private AnaState ana;
    private long anaChanges = 1;
    private int pauses;
    private Runnable whenEmpty;
    private volatile boolean closing;
    private int attached;

    Subsystem(ConnectionGroup group, SubsystemConfig config) {
        this.group = group;
        this.nqn = config.nqn();
        this.serialNumber = config.serialNumber();
        this.modelNumber = config.modelNumber();
        this.discovery = false;
        this.ids = new ControllerIds(config.minControllerId(), config.maxControllerId(), Set.of());
        this.allowedHosts = config.allowedHosts();
        this.ana = config.ana();
        this.namespace =
                new Namespace(
                        this,
                        1,
                        config.device(),
                        config.namespaceUuid(),
                        new Reservations(config.reservations(), this::tellReservationNotices));
        config.device().addListener(resizeListener);
    }

    /** The discovery subsystem. */
    Subsystem(ConnectionGroup group) {
        this.group = group;
        this.nqn = Nqn.DISCOVERY;
        this.serialNumber = "0";
        this.modelNumber = SubsystemConfig.MODEL;
        this.discovery = true;
        this.ids = new ControllerIds(1, SubsystemConfig.MAX_CONTROLLER_ID, Set.of());
        this.allowedHosts = Set.of();
        this.ana = AnaState.OPTIMIZED;
        this.namespace = null;
    }

    ConnectionGroup group() {
        return group;
    }

    String nqn() {
        return nqn;
    }

    String serialNumber() {
        return serialNumber;
    }

    String modelNumber() {
        return modelNumber;
    }

    ControllerIds controllerIds() {
        return ids;
    }

    boolean isDiscovery() {
        return discovery;
    }

    /** The namespace with this id, or null. */
    Namespace namespace(int id) {
        return namespace != null && namespace.id() == id ? namespace : null;
    }

    /** The only namespace; null for discovery. */
    Namespace namespace() {
        return namespace;
    }

    AnaState ana() {
        return ana;
    }

    /** Change count of the ANA log. */
    long anaChanges() {
        return anaChanges;
    }

    /** Status with which I/O commands end because of the ANA state, or success. */
    int accessStatus() {
        return ana == AnaState.OPTIMIZED ? Status.SUCCESS : AnaAccess.status(ana);
    }

    /** Any thread. */
    boolean allows(String hostNqn) {
        return allowedHosts.isEmpty() || allowedHosts.contains(hostNqn);
    }

    Set<String> allowedHosts() {
        return allowedHosts;
    }

    Collection<Controller> controllers() {
        return controllers.values();
    }

    Controller controller(int id) {
        return controllers.get(id);
    }

    // ---- controllers

    /** When no controller id is free, an association of the same host gives way. */
    void makeRoom(PendingConnect connect) {
        if (ids.hasFree()) {
            return;
        }
        for (Controller other : List.copyOf(controllers.values())) {
            if (other.isOf(connect.data())) {
                other.end("its host connects anew and no controller id is free");
                return;
            }
        }
    }

    /**
     * Makes a controller for a host whose Connect has been checked.
     *
     * @return null when no id is free
     */
    Controller newController(PendingConnect connect) {
        int id = ids.take();
        if (id == ControllerIds.NONE) {
            return null;
        }
        Controller controller = new Controller(this, id, connect);
        controllers.put(id, controller);
        return controller;
    }

    /** The controller is gone. */
    void removed(Controller controller) {
        if (controllers.remove(controller.id(), controller)) {
            ids.giveBack(controller.id());
        }
        checkEmpty();
    }

    /** A connection has become a queue of this subsystem. */
    void attached() {
        attached++;
    }

    /** A queue's connection is closed, and nothing of it is left in the ring or the device. */
    void detached() {
        attached--;
        checkEmpty();
    }

    /** A queue has ended while the device still works on its writes. */
    void writesUnfinished(QueuePair queue) {
        unfinished.add(queue);
    }

    /** The last write of an ended queue has completed. */
    void writesEnded(QueuePair queue) {
        if (unfinished.remove(queue)) {
            for (PendingConnect connect : List.copyOf(waitingConnects)) {
                connect.goOnIfNothingIsLeft();
            }
        }
    }

    /**
     * Whether a former association of the same host still has writes in the device: they could
     * overwrite what the host writes next.
     */
    boolean mustWait(PendingConnect connect) {
        for (QueuePair queue : unfinished) {
            if (queue.controller().isOf(connect.data())) {
                return true;
            }
        }
        return false;
    }

    void awaitWrites(PendingConnect connect) {
        waitingConnects.add(connect);
    }

    void giveUpWaiting(PendingConnect connect) {
        waitingConnects.remove(connect);
    }

    // ---- management

    /** Replaces the list of hosts; those connected and no longer allowed are disconnected. */
    void setAllowedHosts(Set<String> hosts) {
        allowedHosts = Set.copyOf(hosts);
        for (Controller controller : List.copyOf(controllers.values())) {
            if (!allows(controller.hostNqn())) {
                controller.end("its host is no longer allowed");
            }
        }
    }

    /** New controllers get ids of this range; those there are keep theirs. */
    void setControllerIds(int first, int last) {
        ids = new ControllerIds(first, last, controllers.keySet());
    }

    void setAna(AnaState state) {
        if (state == ana) {
            return;
        }
        ana = state;
        anaChanges++;
        for (Controller controller : controllers.values()) {
            controller.asyncEvents().anaChanged();
        }
    }

    private void tellReservationNotices(Map<UUID, ReservationNotice> notices) {
        for (Controller controller : controllers.values()) {
            ReservationNotice notice = notices.get(controller.hostId());
            if (notice != null) {
                controller.asyncEvents().reservationChanged(notice.code(), namespace.id());
            }
        }
    }

    /** The list of subsystems or portals has changed: for the discovery subsystem. */
    void discoveryChanged() {
        for (Controller controller : controllers.values()) {
            controller.asyncEvents().discoveryChanged();
        }
    }

    /**
     * Holds data commands; {@code done} runs when none is being executed any more. Pauses add up.
     */
    void pause(Runnable done) {
        pauses++;
        namespace.closeGate(done);
    }

    /** Takes one pause back. Returns false when there is none. */
    boolean resume() {
        if (pauses == 0) {
            return false;
        }
        pauses--;
        namespace.openGate();
        return true;
    }

    int pauses() {
        return pauses;
    }

    /** Disconnects every host; {@code done} runs when no connection or write is left. */
    void close(Runnable done) {
        closing = true;
        whenEmpty = done;
        if (namespace != null) {
            namespace.device().removeListener(resizeListener);
        }
        for (Controller controller : List.copyOf(controllers.values())) {
            controller.end("the subsystem is going away");
        }
        checkEmpty();
    }

    boolean isClosing() {
        return closing;
    }

    private void checkEmpty() {
        if (whenEmpty != null && controllers.isEmpty() && attached == 0) {
            Runnable done = whenEmpty;
            whenEmpty = null;
            done.run();
        }
    }

    private final class ResizeListener implements DeviceListener {
        @Override
        public void resized(BlockDevice device) {
            for (Controller controller : controllers.values()) {
                controller.asyncEvents().namespaceChanged(namespace.id());
            }
        }
    }
}
