package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.reactor.Reactor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The NVMe/TCP target of a process: what management may ask of it. Callable from any thread; each
 * call is carried out on the reactor that owns the object and its future completes there, so that a
 * caller must not block inside a completion.
 *
 * <p>Unknown names complete the future with {@link NoSuchElementException}, names that exist
 * already and values out of range with {@link IllegalArgumentException}.
 */
public final class Target {
    private static final int BACKLOG = 512;

    private final TargetOptions options;
    private final List<Reactor> reactors;
    private final List<ConnectionGroup> groups = new CopyOnWriteArrayList<>();
    private final Map<String, Subsystem> subsystems = new ConcurrentHashMap<>();
    private final Map<ConnectionGroup, GroupCommands> commands = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Portal> portals = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong discoveryGeneration = new AtomicLong(1);

    /** Command sets and discovery subsystem of one group. */
    private record GroupCommands(
            ConnectCommands connect,
            NvmCommandSet nvm,
            AdminCommands admin,
            DiscoveryCommands discovery,
            Subsystem discoverySubsystem) {}

    public Target(TargetOptions options, List<Reactor> reactors) {
        this.options = options;
        this.reactors = List.copyOf(reactors);
    }

    /** Prepares every reactor. */
    public CompletableFuture<Void> start() {
        List<CompletableFuture<Void>> steps = new ArrayList<>();
        for (Reactor reactor : reactors) {
            steps.add(
                    reactor.call(() -> {
                        open(reactor);
                        return null;
                    }));
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    private void open(Reactor reactor) {
        ConnectionGroup group = new ConnectionGroup(this, reactor, options);
        commands.put(
                group,
                new GroupCommands(
                        new ConnectCommands(group),
                        new NvmCommandSet(options),
                        new AdminCommands(group),
                        new DiscoveryCommands(group),
                        new Subsystem(group)));
        groups.add(group);
        groups.sort(Comparator.comparingInt(added -> reactors.indexOf(added.reactor())));
    }

    public TargetOptions options() {
        return options;
    }

    /** Those that connections and subsystems live on. */
    public List<Reactor> reactors() {
        return reactors;
    }

    // ---- portals

    /**
     * Listens on an address; port 0 lets the system choose.
     *
     * @return the address with the port that is used
     */
    public CompletableFuture<InetSocketAddress> addPortal(InetSocketAddress wanted) {
        ConnectionGroup group = groups.get(portals.size() % groups.size());
        return group.reactor()
                .call(() -> {
                    var kernel = group.reactor().kernel();
                    int listener = kernel.listen(wanted, BACKLOG);
                    InetSocketAddress address;
                    try {
                        address = kernel.localAddress(listener);
                    } catch (IOException e) {
                        kernel.close(listener);
                        throw e;
                    }
                    Portal portal = new Portal(group, listener, address);
                    portals.put(address, portal);
                    portal.start();
                    discoveryChanged();
                    return address;
                });
    }

    /** Stops listening on an address; connections that came through it stay. */
    public CompletableFuture<Void> removePortal(InetSocketAddress address) {
        Portal portal = portals.remove(address);
        if (portal == null) {
            return CompletableFuture.failedFuture(
                    new NoSuchElementException(
                            "no portal at " + address.getHostString() + ":" + address.getPort()));
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        discoveryChanged();
        return onReactor(portal.reactor(), done, () -> portal.close(() -> done.complete(null)));
    }

    /** Addresses the target listens on. */
    public List<InetSocketAddress> portals() {
        return portals.keySet().stream()
                .sorted(
                        Comparator.comparing(InetSocketAddress::getPort)
                                .thenComparing(InetSocketAddress::toString))
                .toList();
    }

    // ---- subsystems

    /** Makes a subsystem on the reactor of its device. */
    public CompletableFuture<Void> addSubsystem(SubsystemConfig config) {
        ConnectionGroup group = groupOf(config.device().reactor());
        CompletableFuture<Void> done = new CompletableFuture<>();
        return onReactor(
                group.reactor(),
                done,
                () -> {
                    if (config.nqn().equals(Nqn.DISCOVERY)
                            || subsystems.containsKey(config.nqn())) {
                        throw new IllegalArgumentException(
                                "subsystem " + config.nqn() + " exists already");
                    }
                    Subsystem subsystem = new Subsystem(group, config);
                    if (subsystems.putIfAbsent(config.nqn(), subsystem) != null) {
                        throw new IllegalArgumentException(
                                "subsystem " + config.nqn() + " exists already");
                    }
                    discoveryChanged();
                    done.complete(null);
                });
    }

    /**
     * Disconnects the hosts of a subsystem and removes it; complete when no connection and no write
     * is left.
     */
    public CompletableFuture<Void> removeSubsystem(String nqn) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return withSubsystem(
                nqn,
                done,
                subsystem -> {
                    if (subsystem.isClosing()) {
                        throw new IllegalStateException(
                                "subsystem " + nqn + " is being removed already");
                    }
                    subsystem.close(() -> {
                        subsystems.remove(nqn, subsystem);
                        done.complete(null);
                    });
                    discoveryChanged();
                });
    }

    /** Names of the subsystems, sorted. */
    public List<String> subsystems() {
        return subsystems.keySet().stream().sorted().toList();
    }

    /** A snapshot of a subsystem and its controllers. */
    public CompletableFuture<SubsystemInfo> describe(String nqn) {
        CompletableFuture<SubsystemInfo> done = new CompletableFuture<>();
        return withSubsystem(nqn, done, subsystem -> done.complete(SubsystemInfo.of(subsystem)));
    }

    /** Replaces the allow-list; hosts that are no longer on it are disconnected. */
    public CompletableFuture<Void> setAllowedHosts(String nqn, Set<String> hosts) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            SubsystemConfig.requireHostNames(hosts);
        } catch (IllegalArgumentException e) {
            done.completeExceptionally(e);
            return done;
        }
        return withSubsystem(
                nqn,
                done,
                subsystem -> {
                    subsystem.setAllowedHosts(hosts);
                    discoveryChanged();
                    done.complete(null);
                });
    }

    /**
     * New controllers of a subsystem get ids of this range; those there are keep theirs.
     *
     * @param first 1…{@code last}
     * @param last {@code first}…65519
     */
    public CompletableFuture<Void> setControllerIds(String nqn, int first, int last) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return withSubsystem(
                nqn,
                done,
                subsystem -> {
                    SubsystemConfig.requireControllerIds(first, last);
                    subsystem.setControllerIds(first, last);
                    done.complete(null);
                });
    }

    /** Changes the ANA state and tells the hosts. */
    public CompletableFuture<Void> setAna(String nqn, AnaState state) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return withSubsystem(
                nqn,
                done,
                subsystem -> {
                    subsystem.setAna(state);
                    done.complete(null);
                });
    }

    /** Holds the data commands of a subsystem; complete when none is being executed any more. */
    public CompletableFuture<Void> pause(String nqn) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return withSubsystem(nqn, done, subsystem -> subsystem.pause(() -> done.complete(null)));
    }

    /** Takes one {@link #pause} back; held commands go on in the order in which they came. */
    public CompletableFuture<Void> resume(String nqn) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        return withSubsystem(
                nqn,
                done,
                subsystem -> {
                    if (!subsystem.resume()) {
                        throw new IllegalStateException("subsystem " + nqn + " is not paused");
                    }
                    done.complete(null);
                });
    }

    // ---- figures

    /** Connections now. */
    public int connectionCount() {
        return connections.get();
    }

    /** Figures by reactor, in the order of the reactors. */
    public List<GroupStatistics> groupStatistics() {
        return groups.stream().map(ConnectionGroup::statistics).toList();
    }

    /** What is held now, by reactor, in the order of the reactors. */
    public CompletableFuture<List<GroupUsage>> usage() {
        List<CompletableFuture<GroupUsage>> parts =
                groups.stream().map(group -> group.reactor().call(group::usage)).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    /** Figures of a subsystem's namespace. */
    public NamespaceStatistics namespaceStatistics(String nqn) {
        Subsystem subsystem = subsystems.get(nqn);
        if (subsystem == null) {
            throw new NoSuchElementException("no subsystem " + nqn);
        }
        return subsystem.namespace().statistics();
    }

    // ---- stop

    /**
     * Closes the portals, disconnects every host and frees what the reactors hold for the target.
     */
    public CompletableFuture<Void> stop() {
        List<CompletableFuture<Void>> steps = new ArrayList<>();
        for (InetSocketAddress portal : portals()) {
            steps.add(removePortal(portal));
        }
        for (String nqn : subsystems()) {
            steps.add(removeSubsystem(nqn).exceptionally(gone -> null));
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new))
                .thenCompose(ignored -> closeGroups());
    }

    private CompletableFuture<Void> closeGroups() {
        List<CompletableFuture<Void>> steps = new ArrayList<>();
        for (ConnectionGroup group : groups) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            steps.add(
                    onReactor(group.reactor(), done, () -> group.close(() -> done.complete(null))));
        }
        return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
    }

    // ---- for the classes of this package

    /** The group that a connection with this capsule belongs to; {@code here} when it may stay. */
    ConnectionGroup ownerOf(MemorySegment memory, long base, ConnectionGroup here) {
        String nqn = ConnectCommands.subsystemNqn(memory, base);
        Subsystem subsystem = nqn == null ? null : subsystems.get(nqn);
        return subsystem == null ? here : subsystem.group();
    }

    /** The subsystem of this name as a connection of {@code group} sees it, or null. */
    Subsystem subsystem(String nqn, ConnectionGroup group) {
        if (nqn.equals(Nqn.DISCOVERY)) {
            return commands.get(group).discoverySubsystem();
        }
        Subsystem subsystem = subsystems.get(nqn);
        return subsystem != null && subsystem.group() == group ? subsystem : null;
    }

    CommandSet connectCommands(ConnectionGroup group) {
        return commands.get(group).connect();
    }

    CommandSet nvmCommands(ConnectionGroup group) {
        return commands.get(group).nvm();
    }

    CommandSet adminCommands(Subsystem subsystem) {
        GroupCommands own = commands.get(subsystem.group());
        return subsystem.isDiscovery() ? own.discovery() : own.admin();
    }

    /** What the discovery log lists. Any thread. */
    List<Subsystem> discoverable() {
        return subsystems.values().stream()
                .filter(subsystem -> !subsystem.isClosing())
                .sorted(Comparator.comparing(Subsystem::nqn))
                .toList();
    }

    long discoveryGeneration() {
        return discoveryGeneration.get();
    }

    /** Counts a connection; false when there are as many as allowed. */
    boolean admitConnection() {
        if (connections.incrementAndGet() > options.connections()) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    private void discoveryChanged() {
        discoveryGeneration.incrementAndGet();
        for (ConnectionGroup group : groups) {
            group.reactor()
                    .execute(() -> commands.get(group).discoverySubsystem().discoveryChanged());
        }
    }

    private ConnectionGroup groupOf(Reactor reactor) {
        for (ConnectionGroup group : groups) {
            if (group.reactor() == reactor) {
                return group;
            }
        }
        throw new IllegalArgumentException(
                "reactor " + reactor.name() + " does not belong to this target");
    }

    private <T> CompletableFuture<T> withSubsystem(
            String nqn, CompletableFuture<T> done, Consumer<Subsystem> action) {
        Subsystem subsystem = subsystems.get(nqn);
        if (subsystem == null) {
            return CompletableFuture.failedFuture(
                    new NoSuchElementException("no subsystem " + nqn));
        }
        return onReactor(subsystem.group().reactor(), done, () -> action.accept(subsystem));
    }

    private static <T> CompletableFuture<T> onReactor(
            Reactor reactor, CompletableFuture<T> done, Runnable action) {
        try {
            reactor.execute(() -> {
                try {
                    action.run();
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
        return done;
    }
}
