package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.ring.RingWorld.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What a ring promises about TCP sockets. */
interface SocketContract {
    int POLLIN = 1;
    int POLLOUT = 4;

    RingWorld world();

    @Test
    default void bothEndsOfAConnectionKnowEachOther() throws IOException {
        RingWorld w = world();

        Connection c = w.connect();

        assertEquals(w.kernel.localAddress(c.client()), w.kernel.remoteAddress(c.server()));
        assertEquals(w.kernel.localAddress(c.server()), w.kernel.remoteAddress(c.client()));
        w.kernel.tune(c.client());
        w.kernel.tune(c.server());
        w.close(c.client());
        w.close(c.server());
    }

    @Test
    default void nobodyListeningMeansRefused() throws IOException {
        RingWorld w = world();
        int listener = w.listen();
        InetSocketAddress address = w.kernel.localAddress(listener);
        w.kernel.close(listener);
        int socket = w.kernel.socket(address);
        Outcome connected = new Outcome();

        w.ring.connect(socket, address, connected);

        assertEquals(-Errno.ECONNREFUSED, w.await(connected));
        w.close(socket);
    }

    @Test
    default void acceptWaitsForSomebodyToConnect() throws IOException {
        RingWorld w = world();
        int listener = w.listen();
        InetSocketAddress address = w.kernel.localAddress(listener);
        Outcome[] accepted = {new Outcome(), new Outcome(), new Outcome()};
        for (Outcome outcome : accepted) {
            w.ring.accept(listener, outcome);
        }
        w.ring.turn(0);
        assertFalse(accepted[0].isThere());

        for (Outcome outcome : accepted) {
            int client = w.kernel.socket(address);
            w.ring.connect(client, address, new Outcome());
            w.await(
                    () -> accepted[0].times() + accepted[1].times() + accepted[2].times() > 0,
                    "nothing was accepted");
            assertTrue(client > 0, "socket for " + outcome);
        }
        for (Outcome outcome : accepted) {
            assertTrue(w.await(outcome) > 0, "accepted " + outcome.result());
        }
        w.kernel.close(listener);
    }

    @Test
    default void gatheredBytesArriveInOrder() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long first = w.pattern(100, 1);
        long second = w.pattern(5000, 2);
        long back = w.room(8192);
        Outcome received = new Outcome();
        w.ring.receiveAll(c.server(), back, 5100, received);

        assertEquals(5100, w.send(c.client(), first, 100, second, 5000));

        assertEquals(5100, w.await(received));
        assertEquals(-1, Memory.mismatch(first, back, 100));
        assertEquals(-1, Memory.mismatch(second, back + 100, 5000));
    }

    @Test
    default void receiveTakesWhatIsThere() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long data = w.pattern(300, 3);
        long back = w.room(4096);

        w.send(c.client(), data, 300);

        assertEquals(200, w.receive(c.server(), back, 200));
        assertEquals(100, w.receive(c.server(), back + 200, 200));
        assertEquals(-1, Memory.mismatch(data, back, 300));
    }

    @Test
    default void receiveAllWaitsForTheLastByte() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long data = w.pattern(1000, 4);
        long back = w.room(4096);
        Outcome received = new Outcome();
        w.ring.receiveAll(c.server(), back, 1000, received);

        for (int sent = 0; sent < 900; sent += 100) {
            w.send(c.client(), data + sent, 100);
            w.ring.turn(0);
            assertFalse(received.isThere(), "completed after " + (sent + 100) + " bytes");
        }
        w.send(c.client(), data + 900, 100);

        assertEquals(1000, w.await(received));
        assertEquals(-1, Memory.mismatch(data, back, 1000));
    }

    @Test
    default void receiveAllIsShortWhenTheConnectionEnds() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long data = w.pattern(1000, 5);
        Outcome received = new Outcome();
        w.ring.receiveAll(c.server(), w.room(4096), 1000, received);

        w.send(c.client(), data, 400);
        w.close(c.client());

        assertEquals(400, w.await(received));
        w.close(c.server());
    }

    @Test
    default void zeroBytesMeanThatThePeerHasClosed() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long data = w.pattern(10, 6);
        w.send(c.client(), data, 10);
        w.close(c.client());

        assertEquals(10, w.receive(c.server(), w.room(4096), 100));
        assertEquals(0, w.receive(c.server(), w.room(4096), 100));
        w.close(c.server());
    }

    @Test
    default void sendingToAClosedPeerFailsWithoutASignal() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long data = w.pattern(4096, 7);
        w.close(c.server());

        int result = 0;
        for (int i = 0; i < 100 && result >= 0; i++) {
            result = w.send(c.client(), data, 100);
            w.ring.turn(1_000_000);
        }

        assertTrue(
                result == -Errno.EPIPE || result == -Errno.ECONNRESET,
                "sending ended with " + result);
        w.close(c.client());
    }

    @Test
    default void aSlowReaderGetsEveryByteOfPartialSends() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        int size = 1 << 20;
        int total = 24 * size;
        long data = w.pattern(size, 8);
        long back = w.room(size);
        long header = w.room(4096);
        Outcome pending = new Outcome();
        int sent = 0;
        int partial = 0;
        startSend(w, c.client(), header, data, sent, total, pending);
        w.ring.turn(0);
        int received = 0;
        while (received < total) {
            if (pending.isThere()) {
                assertTrue(pending.result() > 0, "send: " + pending.result());
                sent += pending.result();
                partial++;
                pending = new Outcome();
                if (sent < total) {
                    startSend(w, c.client(), header, data, sent, total, pending);
                    w.ring.turn(0);
                }
            }
            int n = w.receive(c.server(), back, size);
            assertTrue(n > 0, "receive: " + n);
            for (int i = 0; i < n; i += 997) {
                assertEquals(
                        Memory.getByte(data + (received + i) % size),
                        Memory.getByte(back + i),
                        "byte " + (received + i));
            }
            received += n;
        }
        assertTrue(partial > 0 || sent == total);
    }

    /** Sends the rest of a stream that repeats one pattern, as one message of many vectors. */
    private static void startSend(
            RingWorld w, int socket, long header, long data, int sent, int total, Completion done) {
        int size = 1 << 20;
        int count = 0;
        for (int at = sent; at < total; count++) {
            int inPattern = at % size;
            int length = Math.min(size - inPattern, total - at);
            MessageHeader.setVector(
                    Memory.ALL,
                    header + 64 + (long) count * MessageHeader.IOVEC_SIZE,
                    data + inPattern,
                    length);
            at += length;
        }
        MessageHeader.setVectors(Memory.ALL, header, header + 64, count);
        w.ring.sendMessage(socket, header, done);
    }

    @Test
    default void sharedBuffersAreTakenOnlyWhenBytesCome() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        SharedBuffers buffers = w.ring.provideBuffers(4, 4096);
        Outcome received = new Outcome();
        w.ring.receiveShared(c.server(), buffers, received);
        w.ring.turn(0);
        assertEquals(4, buffers.available());
        long data = w.pattern(700, 9);

        w.send(c.client(), data, 700);

        assertEquals(700, w.await(received));
        assertEquals(3, buffers.available());
        long place = buffers.memory().address() + (long) received.buffer() * buffers.sizeBytes();
        assertEquals(-1, Memory.mismatch(data, place, 700));
        buffers.release(received.buffer());
        assertEquals(4, buffers.available());
    }

    @Test
    default void withoutAFreeSharedBufferNothingIsLost() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        SharedBuffers buffers = w.ring.provideBuffers(2, 4096);
        long data = w.pattern(10_000, 10);
        w.send(c.client(), data, 10_000);
        Outcome[] taken = {new Outcome(), new Outcome()};
        for (Outcome outcome : taken) {
            w.ring.receiveShared(c.server(), buffers, outcome);
            assertEquals(4096, w.await(outcome));
        }
        assertEquals(0, buffers.available());

        Outcome starved = new Outcome();
        w.ring.receiveShared(c.server(), buffers, starved);
        assertEquals(-Errno.ENOBUFS, w.await(starved));

        buffers.release(taken[0].buffer());
        Outcome rest = new Outcome();
        w.ring.receiveShared(c.server(), buffers, rest);
        assertEquals(10_000 - 8192, w.await(rest));
        long place = buffers.memory().address() + (long) rest.buffer() * buffers.sizeBytes();
        assertEquals(-1, Memory.mismatch(data + 8192, place, 10_000 - 8192));
        buffers.release(taken[1].buffer());
        buffers.release(rest.buffer());
        assertEquals(2, buffers.available());
    }

    @Test
    default void sharedBuffersGoRoundManyTimes() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        SharedBuffers buffers = w.ring.provideBuffers(2, 4096);
        long data = w.pattern(64, 11);
        for (int i = 0; i < 200; i++) {
            Outcome received = new Outcome();
            w.ring.receiveShared(c.server(), buffers, received);
            w.send(c.client(), data, 1 + i % 64);
            assertEquals(1 + i % 64, w.await(received), "message " + i);
            buffers.release(received.buffer());
            if (i % 50 == 0) {
                w.send(c.server(), data, 64);
                assertEquals(64, w.receiveAll(c.client(), w.room(64), 64));
            }
        }
        assertEquals(2, buffers.available());
    }

    @Test
    default void theEndOfAConnectionTakesNoSharedBuffer() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        SharedBuffers buffers = w.ring.provideBuffers(2, 4096);
        Outcome received = new Outcome();
        w.ring.receiveShared(c.server(), buffers, received);

        w.close(c.client());

        assertEquals(0, w.await(received));
        assertEquals(2, buffers.available());
    }

    @Test
    default void aSharedBufferIsGivenBackOnce() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        SharedBuffers buffers = w.ring.provideBuffers(2, 4096);
        assertThrows(IllegalStateException.class, () -> buffers.release(0));
        Outcome received = new Outcome();
        w.ring.receiveShared(c.server(), buffers, received);
        w.send(c.client(), w.pattern(10, 12), 10);
        w.await(received);
        buffers.release(received.buffer());

        assertThrows(IllegalStateException.class, () -> buffers.release(received.buffer()));
    }

    @Test
    default void pollTellsWhatASocketIsReadyFor() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome readable = new Outcome();
        Outcome writable = new Outcome();

        w.ring.poll(c.server(), POLLIN, readable);
        w.ring.poll(c.server(), POLLOUT, writable);

        assertEquals(POLLOUT, w.await(writable) & POLLOUT);
        assertFalse(readable.isThere());
        w.send(c.client(), w.pattern(1, 13), 1);
        assertEquals(POLLIN, w.await(readable) & POLLIN);
    }

    @Test
    default void waitingOperationsCanBeCancelled() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        int listener = w.listen();
        SharedBuffers buffers = w.ring.provideBuffers(2, 4096);
        Outcome receive = new Outcome();
        Outcome accept = new Outcome();
        Outcome poll = new Outcome();
        long[] names = {
            w.ring.receive(c.server(), w.room(100), 100, receive),
            w.ring.accept(listener, accept),
            w.ring.poll(c.client(), POLLIN, poll),
        };
        w.ring.turn(0);

        for (long name : names) {
            w.ring.cancel(name);
            w.ring.cancel(name);
        }

        assertEquals(-Errno.ECANCELED, w.await(receive));
        assertEquals(-Errno.ECANCELED, w.await(accept));
        assertEquals(-Errno.ECANCELED, w.await(poll));
        Outcome shared = new Outcome();
        w.ring.cancel(w.ring.receiveShared(c.server(), buffers, shared));
        assertEquals(-Errno.ECANCELED, w.await(shared));
        assertEquals(2, buffers.available());
        w.send(c.client(), w.pattern(7, 14), 7);
        assertEquals(7, w.receive(c.server(), w.room(100), 100), "bytes after a cancelled receive");
        w.kernel.close(listener);
    }

    @Test
    default void aReceiveForEverythingThatIsCancelledTellsWhatItHas() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome received = new Outcome();
        long name = w.ring.receiveAll(c.server(), w.room(4096), 1000, received);
        w.send(c.client(), w.pattern(300, 15), 300);
        w.ring.turn(1_000_000);

        w.ring.cancel(name);

        int result = w.await(received);
        int rest = result > 0 ? 0 : w.receive(c.server(), w.room(4096), 1000);
        assertTrue(
                result == 300 || result == -Errno.ECANCELED && rest == 300,
                "result " + result + ", then " + rest);
    }

    @Test
    default void aBlockedSendCanBeCancelled() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        long data = w.room(1 << 20);
        Outcome send = new Outcome();
        long name = w.ring.sendMessage(c.client(), w.message(data, 1 << 20), send);
        for (int i = 0; i < 200; i++) {
            w.ring.turn(5_000_000);
            if (!send.isThere()) {
                break;
            }
            send = new Outcome();
            name = w.ring.sendMessage(c.client(), w.message(data, 1 << 20), send);
        }
        assertFalse(send.isThere(), "the connection took 200 MiB that nobody reads");

        w.ring.cancel(name);

        int result = w.await(send);
        assertTrue(result == -Errno.ECANCELED || result > 0, "result " + result);
    }

    @Test
    default void cancellingWhatHasCompletedHitsNobodyElse() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome first = new Outcome();
        long firstName = w.ring.receive(c.server(), w.room(100), 100, first);
        w.send(c.client(), w.pattern(5, 16), 5);
        w.await(first);
        Outcome next = new Outcome();
        w.ring.receive(c.server(), w.room(100), 100, next);

        w.ring.cancel(firstName);
        w.ring.turn(1_000_000);

        assertFalse(next.isThere(), "the next operation ended with " + next.result());
        w.send(c.client(), w.pattern(6, 17), 6);
        assertEquals(6, w.await(next));
        assertEquals(1, first.times());
    }

    @Test
    default void shutdownEndsPendingReceivesOnBothSides() throws IOException {
        RingWorld w = world();
        Connection c = w.connect();
        Outcome own = new Outcome();
        Outcome peers = new Outcome();
        Outcome shutdown = new Outcome();
        w.ring.receive(c.client(), w.room(100), 100, own);
        w.ring.receive(c.server(), w.room(100), 100, peers);
        w.ring.turn(0);

        w.ring.shutdown(c.client(), shutdown);

        assertEquals(0, w.await(shutdown));
        assertEquals(0, w.await(own));
        assertEquals(0, w.await(peers));
        assertEquals(0, w.close(c.client()));
        assertEquals(0, w.close(c.server()));
    }
}
