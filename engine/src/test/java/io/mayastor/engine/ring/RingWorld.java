package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/** A kernel, a ring of the test's thread, some memory, and waits that end. */
public final class RingWorld implements AutoCloseable {
    private static final long TURN_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long MEMORY_BYTES = 8L << 20;

    final Kernel kernel;
    final Ring ring;
    final MemorySegment memory;
    private long used;

    RingWorld(Kernel kernel, RingOptions options) {
        this.kernel = kernel;
        this.ring = kernel.newRing(options);
        this.memory = kernel.map(MEMORY_BYTES, false);
    }

    /** Address of fresh zeroed memory, page aligned. */
    long room(long lengthBytes) {
        long start = used;
        used += (lengthBytes + Memory.PAGE - 1) / Memory.PAGE * Memory.PAGE;
        assertTrue(used <= MEMORY_BYTES, "the test wants more memory than there is");
        return memory.address() + start;
    }

    /** Fresh memory whose every byte depends on its place and on {@code seed}. */
    long pattern(int lengthBytes, int seed) {
        long address = room(lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            Memory.putByte(address + i, patternByte(i, seed));
        }
        return address;
    }

    static byte patternByte(long position, int seed) {
        return (byte) (position * 31 + (position >>> 8) + seed);
    }

    /** A message header over the given ranges: address, length, address, length … */
    long message(long... ranges) {
        long header = room(MessageHeader.SIZE + MessageHeader.IOVEC_SIZE * (ranges.length / 2L));
        long vectors = header + 64;
        for (int i = 0; i < ranges.length; i += 2) {
            MessageHeader.setVector(
                    Memory.ALL,
                    vectors + i / 2 * MessageHeader.IOVEC_SIZE,
                    ranges[i],
                    ranges[i + 1]);
        }
        MessageHeader.setVectors(Memory.ALL, header, vectors, ranges.length / 2);
        return header;
    }

    /** Turns the ring until the operation has completed; its result. */
    int await(Outcome outcome) {
        await(outcome::isThere, "the operation has not completed");
        assertEquals(1, outcome.times(), "completions of one operation");
        return outcome.result();
    }

    void await(BooleanSupplier condition, String otherwise) {
        long deadline = ring.nanoTime() + PATIENCE_NANOS;
        while (ring.nanoTime() < deadline) {
            if (condition.getAsBoolean()) {
                return;
            }
            ring.turn(TURN_NANOS);
        }
        fail(otherwise + "; in flight: " + ring.inFlight());
    }

    int read(int file, long offset, long address, int lengthBytes) {
        Outcome outcome = new Outcome();
        ring.read(file, offset, address, lengthBytes, outcome);
        return await(outcome);
    }

    int write(int file, long offset, long address, int lengthBytes, int flags) {
        Outcome outcome = new Outcome();
        ring.write(file, offset, address, lengthBytes, flags, outcome);
        return await(outcome);
    }

    int receive(int socket, long address, int lengthBytes) {
        Outcome outcome = new Outcome();
        ring.receive(socket, address, lengthBytes, outcome);
        return await(outcome);
    }

    int receiveAll(int socket, long address, int lengthBytes) {
        Outcome outcome = new Outcome();
        ring.receiveAll(socket, address, lengthBytes, outcome);
        return await(outcome);
    }

    int send(int socket, long... ranges) {
        Outcome outcome = new Outcome();
        ring.sendMessage(socket, message(ranges), outcome);
        return await(outcome);
    }

    int close(int file) {
        Outcome outcome = new Outcome();
        ring.close(file, outcome);
        return await(outcome);
    }

    int listen() throws IOException {
        return kernel.listen(new InetSocketAddress("127.0.0.1", 0), 16);
    }

    /** A connection over a new listening socket, which is closed again. */
    Connection connect() throws IOException {
        int listener = listen();
        InetSocketAddress address = kernel.localAddress(listener);
        int client = kernel.socket(address);
        Outcome accepted = new Outcome();
        Outcome connected = new Outcome();
        ring.accept(listener, accepted);
        ring.connect(client, address, connected);
        assertEquals(0, await(connected), "result of connect");
        int server = await(accepted);
        assertTrue(server > 0, "result of accept: " + server);
        kernel.close(listener);
        return new Connection(client, server);
    }

    @Override
    public void close() {
        ring.close();
        kernel.unmap(memory);
    }

    /** Both ends of one TCP connection. */
    record Connection(int client, int server) {}
}
