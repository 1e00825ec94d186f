package io.mayastor.engine.target;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.sim.Participant;
import io.mayastor.engine.sim.SimulatedKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A TCP connection of a simulated host: bytes are sent in order, bytes that come are handed on. Its
 * methods may be called by the test at any time; none waits.
 */
final class WireStream {
    private static final int CHUNK = 16 << 10;

    private final SimulatedKernel kernel;
    private final Participant participant;
    private final Ring ring;
    private final int socket;
    private final MemorySegment in = Arena.ofAuto().allocate(CHUNK, Memory.PAGE);
    private final MemorySegment out = Arena.ofAuto().allocate(CHUNK, Memory.PAGE);
    private final MemorySegment header =
            Arena.ofAuto().allocate(MessageHeader.SIZE + MessageHeader.IOVEC_SIZE, 8);
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private final List<byte[]> said = new ArrayList<>();
    private Consumer<byte[]> consumer = bytes -> {};
    private boolean connecting = true;
    private boolean connected;
    private boolean sending;
    private boolean receiving;
    private boolean deaf;
    private boolean ended;
    private boolean closing;
    private boolean closed;
    private int error;

    WireStream(
            SimulatedKernel kernel, Participant participant, Ring ring, InetSocketAddress remote) {
        this.kernel = kernel;
        this.participant = participant;
        this.ring = ring;
        try {
            socket = kernel.socket(remote);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        participant.run(() -> ring.connect(socket, remote, this::connectEnded));
    }

    void onBytes(Consumer<byte[]> next) {
        consumer = next;
    }

    boolean isConnected() {
        return connected;
    }

    /** The target has ended it: end of stream or an error. */
    boolean isEnded() {
        return ended;
    }

    /** 0 for an orderly end. */
    int error() {
        return error;
    }

    boolean hasUnsent() {
        return sending || !unsent.isEmpty();
    }

    /** Everything that was given to {@link #send}, in pieces as it was given. */
    List<byte[]> said() {
        return said;
    }

    void send(byte[] bytes) {
        said.add(bytes);
        unsent.add(bytes);
        participant.run(this::sendNext);
    }

    /** Reads nothing any more. */
    void stopReading() {
        deaf = true;
    }

    void goOnReading() {
        deaf = false;
        participant.run(this::receive);
    }

    /** Says that no more will be sent, and goes on reading: a half-close as far as a ring can. */
    void shutdown() {
        participant.run(() -> ring.shutdown(socket, (result, flags) -> {}));
    }

    void close() {
        closing = true;
        if (connected) {
            participant.run(() -> ring.shutdown(socket, (result, flags) -> closeIfIdle()));
        } else {
            closeIfIdle();
        }
    }

    boolean isClosed() {
        return closed;
    }

    private void closeIfIdle() {
        if (closing && !closed && !connecting && !sending && !receiving) {
            closed = true;
            kernel.close(socket);
        }
    }

    private void connectEnded(int result, int flags) {
        connecting = false;
        if (result < 0) {
            ended = true;
            error = result;
            closeIfIdle();
            return;
        }
        if (closing) {
            closeIfIdle();
            return;
        }
        connected = true;
        receive();
        sendNext();
    }

    private void receive() {
        if (!connected || receiving || ended || deaf) {
            return;
        }
        receiving = true;
        ring.receive(socket, in.address(), CHUNK, this::received);
    }

    private void received(int result, int flags) {
        receiving = false;
        if (result <= 0) {
            ended = true;
            error = result;
            closeIfIdle();
            return;
        }
        consumer.accept(in.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE));
        receive();
    }

    private void sendNext() {
        if (!connected || sending || unsent.isEmpty() || closed) {
            return;
        }
        byte[] first = unsent.peekFirst();
        int length = Math.min(first.length, CHUNK);
        MemorySegment.copy(first, 0, out, ValueLayout.JAVA_BYTE, 0, length);
        MessageHeader.setVector(header, MessageHeader.SIZE, out.address(), length);
        MessageHeader.setVectors(header, 0, header.address() + MessageHeader.SIZE, 1);
        sending = true;
        ring.sendMessage(socket, header.address(), this::sent);
    }

    private void sent(int result, int flags) {
        sending = false;
        if (result < 0) {
            unsent.clear();
            if (error == 0) {
                error = result == -Errno.EPIPE ? 0 : result;
            }
            closeIfIdle();
            return;
        }
        byte[] first = unsent.removeFirst();
        if (result < first.length) {
            unsent.addFirst(Arrays.copyOfRange(first, result, first.length));
        }
        sendNext();
        closeIfIdle();
    }
}
