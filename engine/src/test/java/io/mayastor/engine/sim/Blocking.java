package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import io.mayastor.engine.ring.Ring;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One operation at a time on a ring of the test itself, which runs the world until the operation is
 * done.
 */
final class Blocking {
    private final Ring ring;
    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 20, Memory.PAGE);
    private final MemorySegment header =
            Arena.ofAuto().allocate(MessageHeader.SIZE + MessageHeader.IOVEC_SIZE, 8);

    Blocking(Ring ring) {
        this.ring = ring;
    }

    Ring ring() {
        return ring;
    }

    int write(int file, long offset, byte[] bytes, int flags) {
        return await(completion -> startWrite(file, offset, bytes, flags, completion));
    }

    /** Starts a write that uses this object's memory. */
    long startWrite(int file, long offset, byte[] bytes, int flags, Completion completion) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return ring.write(file, offset, memory.address(), bytes.length, flags, completion);
    }

    byte[] read(int file, long offset, int length) {
        int result =
                await(completion -> ring.read(file, offset, memory.address(), length, completion));
        return result < 0 ? null : bytes(result);
    }

    int fsync(int file) {
        return await(completion -> ring.fsync(file, true, completion));
    }

    int connect(int socket, InetSocketAddress address) {
        return await(completion -> ring.connect(socket, address, completion));
    }

    int accept(int socket) {
        return await(completion -> ring.accept(socket, completion));
    }

    int close(int file) {
        return await(completion -> ring.close(file, completion));
    }

    int send(int socket, byte[] bytes) {
        return await(completion -> startSend(socket, bytes, completion));
    }

    long startSend(int socket, byte[] bytes, Completion completion) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        MessageHeader.setVector(header, MessageHeader.SIZE, memory.address(), bytes.length);
        MessageHeader.setVectors(header, 0, header.address() + MessageHeader.SIZE, 1);
        return ring.sendMessage(socket, header.address(), completion);
    }

    int receive(int socket, int length) {
        return await(completion -> ring.receive(socket, memory.address(), length, completion));
    }

    /** The first bytes of the memory that receives and reads use. */
    byte[] bytes(int length) {
        return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    long address() {
        return memory.address();
    }

    void awaitUntil(BooleanSupplier condition) {
        awaitUntil(condition, Long.MAX_VALUE);
    }

    /**
     * Turns the ring until the condition holds and looks at it at least every {@code stepNanos}.
     */
    void awaitUntil(BooleanSupplier condition, long stepNanos) {
        while (!condition.getAsBoolean()) {
            ring.turn(stepNanos);
        }
    }

    void awaitFor(long nanos) {
        long end = ring.nanoTime() + nanos;
        while (ring.nanoTime() < end) {
            ring.turn(end - ring.nanoTime());
        }
    }

    int await(Consumer<Completion> operation) {
        int[] outcome = {0, 0};
        operation.accept((result, _) -> {
            outcome[0] = result;
            outcome[1]++;
        });
        while (outcome[1] == 0) {
            ring.turn(Long.MAX_VALUE);
        }
        return outcome[0];
    }
}
