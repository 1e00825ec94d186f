package io.mayastor.engine.sim;

import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/**
 * An established TCP connection between two simulated sockets, and what may happen to it on the
 * way.
 */
public final class Connection {
    private final Simulation simulation;
    private final NetworkProfile profile;
    private final SplittableRandom random;
    private final StreamSocket client;
    private final StreamSocket server;
    private final ByteStream toServer;
    private final ByteStream toClient;
    private boolean dead;
    private boolean silent;
    private int silences;

    Connection(
            Simulation simulation,
            NetworkProfile profile,
            SplittableRandom random,
            StreamSocket client,
            StreamSocket server) {
        this.simulation = simulation;
        this.profile = profile;
        this.random = random;
        this.client = client;
        this.server = server;
        this.toServer = new ByteStream(simulation, profile, random, client, server);
        this.toClient = new ByteStream(simulation, profile, random, server, client);
        client.connected(this, toClient, toServer);
        server.connected(this, toServer, toClient);
    }

    public InetSocketAddress client() {
        return client.local();
    }

    public InetSocketAddress server() {
        return server.local();
    }

    /** Both ends are up. */
    public boolean alive() {
        return !dead && !(toServer.endArrived() && toClient.endArrived());
    }

    /**
     * Ends it now for both sides (RST): what is on the way is lost, what has arrived can still be
     * read.
     */
    public void reset() {
        if (!dead) {
            dead = true;
            toServer.drop();
            toClient.drop();
            client.wasReset();
            server.wasReset();
        }
    }

    /**
     * No byte gets through in either direction, and nobody says so. Tuned sockets give up after a
     * while.
     */
    public void silence() {
        if (!silent && !dead) {
            silent = true;
            int episode = ++silences;
            toServer.silence();
            toClient.silence();
            simulation.schedule(
                    simulation.nanoTime() + profile.deadPeerNanos(), () -> giveUp(episode));
        }
    }

    /** Ends a {@link #silence}: what was sent meanwhile arrives. */
    public void speak() {
        if (silent) {
            silent = false;
            toServer.speak();
            toClient.speak();
        }
    }

    /**
     * One end has closed with unread data, or gets bytes after its close: it sends RST, which the
     * other end sees a little later.
     */
    void resetFrom(StreamSocket end) {
        if (dead) {
            return;
        }
        dead = true;
        toServer.drop();
        toClient.drop();
        end.silentlyDead();
        StreamSocket other = end == client ? server : client;
        simulation.schedule(simulation.nanoTime() + delay(), other::wasReset);
    }

    /**
     * The host of one end is gone without a word: the other end gets RST once its bytes reach the
     * host again, or gives up.
     */
    void hostGone(SimulatedKernel kernel) {
        if (client.kernel() == kernel) {
            client.vanish();
            simulation.schedule(simulation.nanoTime() + profile.deadPeerNanos(), server::gaveUp);
        }
        if (server.kernel() == kernel) {
            server.vanish();
            simulation.schedule(simulation.nanoTime() + profile.deadPeerNanos(), client::gaveUp);
        }
    }

    private long delay() {
        return profile.latencyNanos()
                + (profile.jitterNanos() == 0 ? 0 : random.nextLong(profile.jitterNanos()));
    }

    private void giveUp(int episode) {
        if (silent && episode == silences) {
            client.gaveUp();
            server.gaveUp();
        }
    }
}
