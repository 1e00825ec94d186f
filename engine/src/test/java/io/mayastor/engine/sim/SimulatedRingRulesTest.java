package io.mayastor.engine.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel.OpenMode;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import io.mayastor.engine.ring.SharedBuffers;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A caller that breaks the ring's contract is told so at once. */
class SimulatedRingRulesTest {
    private static final InetSocketAddress HERE =
            new InetSocketAddress(SimulatedNetwork.address("127.0.0.1"), 9000);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedNetwork network =
            new SimulatedNetwork(simulation, NetworkProfile.DEFAULT);
    private final SimulatedKernel kernel =
            network.addHost("10.0.0.1").attach("/file", SimulatedDisk.file(1 << 20));
    private final Ring ring = kernel.newRing(RingOptions.DEFAULT);
    private final Blocking blocking = new Blocking(ring);

    @Test
    void anotherParticipantMayOnlyWakeARing() {
        Participant other = simulation.participant("other");
        other.run(() -> {
            ring.wake();
            assertThrows(IllegalStateException.class, () -> ring.fsync(3, true, (_, _) -> {}));
            assertThrows(IllegalStateException.class, () -> ring.turn(0));
        });
    }

    @Test
    void aClosedRingTakesNothing() {
        ring.close();
        ring.wake();
        assertThrows(IllegalStateException.class, () -> ring.turn(0));
        assertThrows(IllegalStateException.class, () -> ring.fsync(3, true, (_, _) -> {}));
    }

    @Test
    void aDescriptorWithWorkOnItMustNotBeClosed() throws IOException {
        int listener = kernel.listen(HERE, 5);
        long accept = ring.accept(listener, (_, _) -> {});
        assertThrows(IllegalStateException.class, () -> ring.close(listener, (_, _) -> {}));
        assertThrows(IllegalStateException.class, () -> kernel.close(listener));
        ring.cancel(accept);
        blocking.awaitUntil(() -> ring.inFlight() == 0);
        assertEquals(0, blocking.close(listener));
        assertEquals(0, kernel.openDescriptors());
    }

    @Test
    void nothingIsStartedOnADescriptorBehindItsClose() throws IOException {
        int file = kernel.open("/file", new OpenMode(true, false, false));
        ring.close(file, (_, _) -> {});
        assertThrows(IllegalStateException.class, () -> ring.fsync(file, true, (_, _) -> {}));
        blocking.awaitUntil(() -> ring.inFlight() == 0);
        assertEquals(-Errno.EBADF, blocking.fsync(file));
    }

    @Test
    void aSharedBufferIsGivenBackOnce() throws IOException {
        SharedBuffers buffers = ring.provideBuffers(2, 4096);
        int listener = kernel.listen(HERE, 5);
        int client = kernel.socket(HERE);
        assertEquals(0, blocking.connect(client, HERE));
        int server = blocking.accept(listener);
        blocking.send(client, new byte[] {1});
        int[] flags = {0};
        ring.receiveShared(server, buffers, (_, named) -> flags[0] = named);
        blocking.awaitUntil(() -> flags[0] != 0);
        int buffer = SharedBuffers.bufferOf(flags[0]);
        assertEquals(1, buffers.available());
        buffers.release(buffer);
        assertEquals(2, buffers.available());
        assertThrows(IllegalStateException.class, () -> buffers.release(buffer));
        byte rubbish = buffers.memory().get(ValueLayout.JAVA_BYTE, (long) buffer * 4096);
        assertTrue(rubbish != 1, "a buffer that was given back still holds its bytes");
    }

    @Test
    void operationsCompleteInManyOrders() throws IOException {
        int file = kernel.open("/file", new OpenMode(true, false, false));
        Set<List<Integer>> orders = new HashSet<>();
        for (int round = 0; round < 20; round++) {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                ring.read(file, 0, blocking.address(), 512, (_, _) -> order.add(number));
            }
            blocking.awaitUntil(() -> order.size() == 4);
            orders.add(order);
        }
        assertTrue(orders.size() > 5, "orders: " + orders);
    }

    @Test
    void closingTheRingEndsEveryOperationOnce() throws IOException {
        int file = kernel.open("/file", new OpenMode(true, false, false));
        int listener = kernel.listen(HERE, 5);
        List<Integer> results = new ArrayList<>();
        ring.accept(listener, (result, _) -> results.add(result));
        ring.read(file, 0, blocking.address(), 512, (result, _) -> results.add(result));
        ring.turn(0);
        ring.close();
        results.sort(null);
        assertEquals(List.of(-Errno.ECANCELED, 512), results);
    }

    @Test
    void bytesAreReadFromMemoryWhenAWriteIsDoneNotWhenItIsAskedFor() throws IOException {
        int file = kernel.open("/file", new OpenMode(true, false, false));
        boolean[] done = {false};
        blocking.startWrite(file, 0, new byte[] {1}, 0, (_, _) -> done[0] = true);
        ring.turn(0);
        Memory.putByte(blocking.address(), (byte) 2);
        blocking.awaitUntil(() -> done[0]);
        assertEquals(2, kernel.disk("/file").read(0, 1)[0]);
    }
}
