package io.mayastor.engine.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.RingOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private static final InetSocketAddress SERVER =
            new InetSocketAddress(SimulatedNetwork.address("10.0.0.1"), 8420);
    private static final NetworkProfile TIGHT =
            new NetworkProfile(
                    5_000, 100_000, 100_000_000L, 5_000, 0.7, 10_000_000_000L, 5_000_000_000L);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedNetwork network =
            new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
    private final SimulatedKernel serverHost = network.addHost("10.0.0.1");
    private final SimulatedKernel clientHost = network.addHost("10.0.0.2");
    private final Blocking server = new Blocking(serverHost.newRing(RingOptions.DEFAULT));
    private final Blocking client = new Blocking(clientHost.newRing(RingOptions.DEFAULT));

    @Test
    void everyByteArrivesOnceAndInOrderHoweverTransfersAreCut() {
        for (long seed : Simulation.seeds(30).toArray()) {
            EchoWorld world = new EchoWorld(seed, TIGHT, 200_000);
            world.runToEnd();
            assertEquals(200_000, world.disk.sizeBytes(), "seed " + seed);
        }
    }

    @Test
    void lossOfConnectionsIsPartOfTheSeed() {
        for (long seed : Simulation.seeds(10).toArray()) {
            assertEquals(runWithLoss(seed), runWithLoss(seed), "seed " + seed);
        }
    }

    private static long runWithLoss(long seed) {
        EchoWorld world = new EchoWorld(seed, TIGHT, 1_000_000);
        world.simulation.after(5_000_000, world.network::loseOneConnection);
        world.simulation.runUntil("the client learns of it", () -> world.clientError() != 0);
        assertTrue(world.echoed() > 0 && world.echoed() < 1_000_000);
        int error = -world.clientError();
        assertTrue(error == Errno.ECONNRESET || error == Errno.ETIMEDOUT || error == Errno.EPIPE);
        return world.simulation.traceHash();
    }

    @Test
    void aResetIsSeenAtBothEnds() throws IOException {
        Pair pair = connect();
        network.connections().getFirst().reset();
        assertEquals(-Errno.ECONNRESET, client.receive(pair.client, 10));
        assertEquals(0, client.receive(pair.client, 10));
        assertEquals(-Errno.EPIPE, client.send(pair.client, new byte[10]));
        assertEquals(-Errno.ECONNRESET, server.send(pair.server, new byte[10]));
        assertEquals(List.of(), network.connections());
    }

    @Test
    void arrivedBytesCanBeReadAfterAReset() throws IOException {
        Pair pair = connect();
        assertNotEquals(0, server.send(pair.server, new byte[] {1, 2, 3}));
        simulation.runFor(1_000_000);
        network.connections().getFirst().reset();
        int received = client.receive(pair.client, 10);
        assertTrue(received > 0, "received " + received);
    }

    @Test
    void closeEndsTheStreamBehindItsBytes() throws IOException {
        Pair pair = connect();
        byte[] message = {1, 2, 3, 4};
        int sent = server.send(pair.server, message);
        assertEquals(0, server.close(pair.server));
        int received =
                client.await(
                        done -> client.ring().receiveAll(pair.client, client.address(), 100, done));
        assertEquals(sent, received);
        assertArrayEquals(Arrays.copyOf(message, sent), client.bytes(sent));
        assertEquals(0, client.receive(pair.client, 10));
    }

    @Test
    void closeWithUnreadBytesResetsThePeer() throws IOException {
        Pair pair = connect();
        client.send(pair.client, new byte[100]);
        simulation.runFor(1_000_000);
        server.close(pair.server);
        assertEquals(-Errno.ECONNRESET, client.receive(pair.client, 10));
    }

    @Test
    void shutdownEndsPendingReceives() throws IOException {
        Pair pair = connect();
        int[] result = {-1};
        client.ring()
                .receive(pair.client, client.address(), 10, (received, _) -> result[0] = received);
        client.ring().turn(0);
        assertEquals(0, client.await(done -> client.ring().shutdown(pair.client, done)));
        client.awaitUntil(() -> result[0] == 0);
        assertEquals(0, server.receive(pair.server, 10));
    }

    @Test
    void nobodyListeningRefusesAConnection() throws IOException {
        assertEquals(-Errno.ECONNREFUSED, client.connect(clientHost.socket(SERVER), SERVER));
    }

    @Test
    void aPartitionLetsNothingThroughUntilItHeals() throws IOException {
        Pair pair = connect();
        network.partition("10.0.0.1", "10.0.0.2");
        client.send(pair.client, new byte[] {9});
        int[] received = {0};
        server.ring()
                .receive(pair.server, server.address(), 10, (result, _) -> received[0] = result);
        long until = simulation.nanoTime() + 3_000_000_000L;
        server.awaitUntil(() -> simulation.nanoTime() >= until, 1_000_000);
        assertEquals(0, received[0]);
        network.heal("10.0.0.1", "10.0.0.2");
        server.awaitUntil(() -> received[0] != 0);
        assertEquals(1, received[0]);
    }

    @Test
    void aSilentPeerIsGivenUpByATunedSocket() throws IOException {
        Pair pair = connect();
        clientHost.tune(pair.client);
        network.connections().getFirst().silence();
        long start = simulation.nanoTime();
        assertEquals(-Errno.ETIMEDOUT, client.receive(pair.client, 10));
        assertTrue(simulation.nanoTime() - start >= NetworkProfile.DEFAULT.deadPeerNanos());
    }

    @Test
    void aConnectIntoAPartitionTimesOut() throws IOException {
        serverHost.listen(SERVER, 5);
        network.partition("10.0.0.1", "10.0.0.2");
        assertEquals(-Errno.ETIMEDOUT, client.connect(clientHost.socket(SERVER), SERVER));
    }

    @Test
    void aPeerLearnsOfACrashWhenItReachesTheRestartedHost() throws IOException {
        Pair pair = connect();
        serverHost.crash(Survival.ALL);
        client.send(pair.client, new byte[10]);
        assertEquals(-Errno.ECONNRESET, client.receive(pair.client, 10));
    }

    @Test
    void aKilledProcessEndsItsConnectionsAndItsPortIsFreeAgain() throws IOException {
        Pair pair = connect();
        serverHost.kill();
        assertEquals(0, client.receive(pair.client, 10));
        assertEquals(0, serverHost.openDescriptors());
        serverHost.listen(SERVER, 5);
    }

    @Test
    void sendsArePartialAndThenWaitWhenThePeerDoesNotRead() throws IOException {
        Pair pair = connect();
        int sent = 0;
        while (sent < NetworkProfile.DEFAULT.bufferBytes()) {
            int result = client.send(pair.client, new byte[100_000]);
            assertTrue(result > 0 && result <= 100_000, "sent " + result);
            sent += result;
        }
        assertEquals(NetworkProfile.DEFAULT.bufferBytes(), sent);
        int[] later = {0};
        client.startSend(pair.client, new byte[10], (result, _) -> later[0] = result);
        client.awaitFor(1_000_000_000L);
        assertEquals(0, later[0]);
        server.receive(pair.server, 50_000);
        client.awaitUntil(() -> later[0] > 0);
    }

    private record Pair(int client, int server) {}

    private Pair connect() throws IOException {
        int listener = serverHost.listen(SERVER, 5);
        int socket = clientHost.socket(SERVER);
        assertEquals(0, client.connect(socket, SERVER));
        return new Pair(socket, server.accept(listener));
    }
}
