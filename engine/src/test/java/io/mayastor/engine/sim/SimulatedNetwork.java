package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The hosts, the way between them, and the connections on it. Faults: {@link Connection#reset},
 * {@link Connection#silence}, {@link #partition}.
 */
public final class SimulatedNetwork {
    private static final int EADDRNOTAVAIL = 99;
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final long RETRANSMIT_NANOS = 200_000_000L;
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int LAST_EPHEMERAL_PORT = 60_999;

    private final Simulation simulation;
    private final NetworkProfile profile;
    private final SplittableRandom random;
    private final Map<InetAddress, SimulatedKernel> hosts = new LinkedHashMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Unanswered> unanswered = new ArrayList<>();
    private final List<Way> partitions = new ArrayList<>();
    private List<Connection> connections = new ArrayList<>();
    private int lastEphemeralPort = LAST_EPHEMERAL_PORT;

    private record Way(InetAddress one, InetAddress other) {
        boolean joins(InetAddress left, InetAddress right) {
            return (one.equals(left) && other.equals(right))
                    || (one.equals(right) && other.equals(left));
        }
    }

    private record Unanswered(Connection connection, StreamSocket vanished) {}

    public SimulatedNetwork(Simulation simulation, NetworkProfile profile) {
        this.simulation = simulation;
        this.profile = profile;
        this.random = simulation.stream("network");
    }

    /**
     * A new host, or one that starts again after its crash, with these IP addresses; every host has
     * 127.0.0.1 too.
     */
    public SimulatedKernel addHost(String... addresses) {
        SimulatedKernel kernel = new SimulatedKernel(simulation, this, addresses);
        for (InetAddress address : kernel.addresses()) {
            SimulatedKernel other = hosts.put(address, kernel);
            if (other != null && other.running()) {
                throw new IllegalArgumentException("two hosts with address " + address);
            }
        }
        unanswered.forEach(
                late -> later(random.nextLong(RETRANSMIT_NANOS), late.vanished()::refuse));
        unanswered.clear();
        return kernel;
    }

    public NetworkProfile profile() {
        return profile;
    }

    /** The connections that are up, oldest first. */
    public List<Connection> connections() {
        connections = new ArrayList<>(connections.stream().filter(Connection::alive).toList());
        return List.copyOf(connections);
    }

    /**
     * Breaks one connection of the seed's choice, mostly with a reset, sometimes by silence. False
     * when there is none.
     */
    public boolean loseOneConnection() {
        List<Connection> candidates = connections();
        if (candidates.isEmpty()) {
            return false;
        }
        Connection victim = candidates.get(random.nextInt(candidates.size()));
        if (random.nextInt(4) == 0) {
            victim.silence();
        } else {
            victim.reset();
        }
        return true;
    }

    /** No byte gets through between the two addresses until {@link #heal}. */
    public void partition(String one, String other) {
        Way way = new Way(address(one), address(other));
        partitions.add(way);
        between(way).forEach(Connection::silence);
    }

    public void heal(String one, String other) {
        Way way = new Way(address(one), address(other));
        partitions.removeIf(cut -> cut.joins(way.one(), way.other()));
        between(way).forEach(Connection::speak);
    }

    private List<Connection> between(Way way) {
        return connections().stream()
                .filter(connection ->
                        way.joins(
                                connection.client().getAddress(), connection.server().getAddress()))
                .toList();
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + literal, e);
        }
    }

    Listener listen(SimulatedKernel kernel, InetSocketAddress address, int backlog)
            throws IOException {
        InetAddress ip = address.getAddress();
        if (ip == null
                || !(ip.isAnyLocalAddress()
                        || ip.isLoopbackAddress()
                        || kernel.addresses().contains(ip))) {
            throw new SystemCallException("listen on " + address, EADDRNOTAVAIL);
        }
        int port = address.getPort() == 0 ? nextEphemeralPort() : address.getPort();
        if (listener(kernel, new InetSocketAddress(ip, port)) != null) {
            throw new SystemCallException("listen on " + address, Errno.EADDRINUSE);
        }
        Listener listener = new Listener(kernel, new InetSocketAddress(ip, port), backlog);
        listeners.add(listener);
        return listener;
    }

    void unlisten(Listener listener) {
        listeners.remove(listener);
    }

    void connect(StreamSocket client, InetSocketAddress remote) {
        InetAddress source =
                remote.getAddress().isLoopbackAddress()
                        ? remote.getAddress()
                        : client.kernel().sourceFor(remote.getAddress());
        client.address(new InetSocketAddress(source, nextEphemeralPort()), remote);
        later(delay(), () -> arriveAt(client, simulation.nanoTime() + profile.connectNanos()));
    }

    /** The first packet of a connect reaches the other host, or not. */
    private void arriveAt(StreamSocket client, long deadline) {
        if (!client.isConnecting()) {
            return;
        }
        SimulatedKernel host = hostOf(client);
        Listener listener =
                host == null || !host.running() ? null : listener(host, client.remote());
        boolean lost =
                host == null
                        || !host.running()
                        || cut(client)
                        || (listener != null && listener.full());
        if (lost) {
            if (simulation.nanoTime() + RETRY_NANOS > deadline) {
                later(RETRY_NANOS, () -> client.connectEnded(Errno.ETIMEDOUT));
            } else {
                later(RETRY_NANOS, () -> arriveAt(client, deadline));
            }
            return;
        }
        if (listener == null) {
            later(delay(), () -> client.connectEnded(Errno.ECONNREFUSED));
            return;
        }
        StreamSocket server = host.newSocket();
        server.address(/* local= */ client.remote(), /* remote= */ client.local());
        connections.add(new Connection(simulation, profile, random.split(), client, server));
        listener.offer(server);
        later(delay(), () -> client.connectEnded(0));
    }

    private boolean cut(StreamSocket client) {
        return partitions.stream()
                .anyMatch(way ->
                        way.joins(client.local().getAddress(), client.remote().getAddress()));
    }

    private SimulatedKernel hostOf(StreamSocket client) {
        InetAddress address = client.remote().getAddress();
        return address.isLoopbackAddress() ? client.kernel() : hosts.get(address);
    }

    private Listener listener(SimulatedKernel kernel, InetSocketAddress address) {
        for (Listener listener : listeners) {
            InetAddress bound = listener.address().getAddress();
            boolean covers =
                    bound.isAnyLocalAddress()
                            || address.getAddress().isAnyLocalAddress()
                            || bound.equals(address.getAddress());
            if (listener.kernel() == kernel
                    && listener.open()
                    && listener.address().getPort() == address.getPort()
                    && covers) {
                return listener;
            }
        }
        return null;
    }

    /** Bytes have come for a socket whose host is gone: its next kernel will refuse them. */
    void refused(Connection connection, StreamSocket socket) {
        SimulatedKernel host = hosts.get(socket.local().getAddress());
        if (socket.kernel().running() || (host != null && host.running())) {
            connection.resetFrom(socket);
        } else if (unanswered.stream().noneMatch(late -> late.connection() == connection)) {
            unanswered.add(new Unanswered(connection, socket));
        }
    }

    void hostGone(SimulatedKernel kernel) {
        listeners.removeIf(listener -> listener.kernel() == kernel);
        for (Connection connection : connections()) {
            connection.hostGone(kernel);
        }
    }

    private int nextEphemeralPort() {
        lastEphemeralPort =
                lastEphemeralPort >= LAST_EPHEMERAL_PORT
                        ? FIRST_EPHEMERAL_PORT
                        : lastEphemeralPort + 1;
        return lastEphemeralPort;
    }

    private long delay() {
        return profile.latencyNanos()
                + (profile.jitterNanos() == 0 ? 0 : random.nextLong(profile.jitterNanos()));
    }

    private void later(long nanos, Runnable action) {
        simulation.schedule(simulation.nanoTime() + nanos, action);
    }
}
