package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A TCP socket, new or connected: receives and sends in the order they were started, by the rules
 * that a Linux program sees.
 */
final class StreamSocket extends Descriptor {
    static final int POLL_IN = 1;
    static final int POLL_OUT = 4;
    static final int POLL_ERROR = 8;
    static final int POLL_HANG_UP = 16;
    private static final int EISCONN = 106;
    private static final int START_JITTER_NANOS = 8_000;

    private final Simulation simulation;
    private final SimulatedKernel kernel;
    private final NetworkProfile profile;
    private final SplittableRandom random;
    private final Deque<Operation> receives = new ArrayDeque<>();
    private final Deque<Operation> sends = new ArrayDeque<>();
    private final List<Operation> polls = new ArrayList<>();
    private InetSocketAddress local;
    private InetSocketAddress remote;
    private Connection connection;
    private ByteStream incoming;
    private ByteStream outgoing;
    private Operation connecting;
    private boolean tuned;
    private boolean dead;
    private boolean shut;
    private boolean closed;
    private int error;

    StreamSocket(
            Simulation simulation,
            SimulatedKernel kernel,
            NetworkProfile profile,
            SplittableRandom random) {
        this.simulation = simulation;
        this.kernel = kernel;
        this.profile = profile;
        this.random = random;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    void address(InetSocketAddress local, InetSocketAddress remote) {
        this.local = local;
        this.remote = remote;
    }

    void tune() {
        tuned = true;
    }

    SimulatedKernel kernel() {
        return kernel;
    }

    /** Whether a program can still get bytes from it. */
    boolean reachable() {
        return !closed && !dead;
    }

    @Override
    void start(Operation operation) {
        operation.notBefore =
                simulation.nanoTime()
                        + (random.nextBoolean() ? 0 : random.nextInt(START_JITTER_NANOS));
        switch (operation.kind) {
            case RECEIVE, RECEIVE_ALL, RECEIVE_SHARED -> receives.add(operation);
            case SEND -> sends.add(operation);
            case POLL -> polls.add(operation);
            case CONNECT -> {
                connect(operation);
                return;
            }
            case SHUTDOWN -> {
                operation.finish(shutDown());
                return;
            }
            default -> {
                operation.finish(-Errno.EINVAL);
                return;
            }
        }
        if (operation.notBefore == simulation.nanoTime()) {
            progress();
        } else {
            simulation.schedule(operation.notBefore, this::progress);
        }
    }

    private void connect(Operation operation) {
        if (connection != null || connecting != null) {
            operation.finish(-EISCONN);
            return;
        }
        connecting = operation;
        kernel.network().connect(this, operation.remote);
    }

    boolean isConnecting() {
        return connecting != null;
    }

    void connected(Connection connection, ByteStream incoming, ByteStream outgoing) {
        this.connection = connection;
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    /** The end of a connect: 0 or an errno. */
    void connectEnded(int errno) {
        if (connecting != null) {
            Operation operation = connecting;
            connecting = null;
            operation.finish(-errno);
            progress();
        }
    }

    void wasReset() {
        die(Errno.ECONNRESET);
    }

    void gaveUp() {
        if (tuned) {
            die(Errno.ETIMEDOUT);
        }
    }

    /** This end has said RST itself. */
    void silentlyDead() {
        dead = true;
    }

    private void die(int errno) {
        if (!dead) {
            dead = true;
            error = errno;
            progress();
        }
    }

    /** Bytes came for a socket that nobody reads any more. */
    void refuse() {
        kernel.network().refused(connection, this);
    }

    /** Carries on with whatever can go on now. */
    void progress() {
        while (!receives.isEmpty() && due(receives.element()) && receive(receives.element())) {
            receives.remove();
        }
        while (!sends.isEmpty() && due(sends.element()) && send(sends.element())) {
            sends.remove();
        }
        polls.removeIf(operation -> due(operation) && poll(operation));
    }

    private boolean due(Operation operation) {
        return operation.notBefore <= simulation.nanoTime();
    }

    private boolean receive(Operation operation) {
        if (incoming == null) {
            return end(operation, -Errno.ENOTCONN);
        }
        int available = incoming.arrivedBytes();
        if (available == 0) {
            return receiveNothing(operation);
        }
        if (operation.kind == Operation.Kind.RECEIVE_ALL) {
            int part = Math.min(available, operation.length - operation.received);
            incoming.take(operation.address + operation.received, part);
            operation.received += part;
            return operation.received == operation.length
                    ? end(operation, operation.received)
                    : receiveNothing(operation);
        }
        if (operation.kind == Operation.Kind.RECEIVE) {
            int part = partOf(Math.min(available, operation.length));
            incoming.take(operation.address, part);
            return end(operation, part);
        }
        return receiveShared(operation, available);
    }

    private boolean receiveShared(Operation operation, int available) {
        int buffer = operation.buffers.take();
        if (buffer < 0) {
            return end(operation, -Errno.ENOBUFS);
        }
        int part = partOf(Math.min(available, operation.buffers.sizeBytes()));
        incoming.take(operation.buffers.address(buffer), part);
        operation.buffers.filled(buffer, part);
        operation.finish(part, SimulatedSharedBuffers.flagsOf(buffer));
        return true;
    }

    private boolean receiveNothing(Operation operation) {
        boolean ended = error != 0 || dead || shut || incoming.endArrived();
        if (!ended) {
            return operation.length == 0
                    && operation.kind != Operation.Kind.RECEIVE_SHARED
                    && end(operation, 0);
        }
        return end(operation, operation.received > 0 ? operation.received : -takeError());
    }

    private boolean send(Operation operation) {
        if (outgoing == null) {
            return end(operation, -Errno.ENOTCONN);
        }
        if (error != 0) {
            return end(operation, -takeError());
        }
        if (dead || shut) {
            return end(operation, -Errno.EPIPE);
        }
        int wanted = messageLength(operation.address);
        int space = outgoing.space();
        if (space == 0 && wanted > 0) {
            return false;
        }
        int part = partOf(Math.min(space, wanted));
        if (part > 0) {
            outgoing.send(gather(operation.address, part));
        }
        return end(operation, part);
    }

    private boolean poll(Operation operation) {
        int events = 0;
        if (incoming == null) {
            events |= POLL_OUT | POLL_HANG_UP;
        } else {
            boolean ended = dead || shut || incoming.endArrived();
            events |= incoming.arrivedBytes() > 0 || ended ? POLL_IN : 0;
            events |= outgoing.space() > 0 || ended ? POLL_OUT : 0;
            events |= dead ? POLL_HANG_UP : 0;
        }
        events |= error != 0 ? POLL_ERROR : 0;
        int reported = events & (operation.argument | POLL_ERROR | POLL_HANG_UP);
        return reported != 0 && end(operation, reported);
    }

    private static boolean end(Operation operation, int result) {
        operation.finish(result);
        return true;
    }

    private int takeError() {
        int taken = error;
        error = 0;
        return taken;
    }

    private int partOf(int bytes) {
        return bytes > 1 && random.nextDouble() < profile.splitChance()
                ? 1 + random.nextInt(bytes - 1)
                : bytes;
    }

    private static int messageLength(long header) {
        long vectors = MessageHeader.vectorsAddress(Memory.ALL, header);
        long length = 0;
        for (int i = 0; i < MessageHeader.vectorCount(Memory.ALL, header); i++) {
            length +=
                    MessageHeader.vectorLength(
                            Memory.ALL, vectors + (long) i * MessageHeader.IOVEC_SIZE);
        }
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    private static byte[] gather(long header, int length) {
        byte[] bytes = new byte[length];
        long vector = MessageHeader.vectorsAddress(Memory.ALL, header);
        for (int done = 0; done < length; vector += MessageHeader.IOVEC_SIZE) {
            int part =
                    (int) Math.min(MessageHeader.vectorLength(Memory.ALL, vector), length - done);
            MemorySegment.copy(
                    Memory.ALL,
                    ValueLayout.JAVA_BYTE,
                    MessageHeader.vectorAddress(Memory.ALL, vector),
                    bytes,
                    done,
                    part);
            done += part;
        }
        return bytes;
    }

    private int shutDown() {
        if (outgoing == null || dead) {
            return -Errno.ENOTCONN;
        }
        if (!shut) {
            sends.forEach(send -> send.notBefore = 0);
            progress();
            shut = true;
            outgoing.end();
            progress();
        }
        return 0;
    }

    @Override
    void cancel(Operation operation) {
        if (operation == connecting) {
            connecting = null;
            operation.finish(-Errno.ECANCELED);
        } else if (receives.remove(operation)
                || sends.remove(operation)
                || polls.remove(operation)) {
            operation.finish(operation.received > 0 ? operation.received : -Errno.ECANCELED);
        }
    }

    @Override
    void abandon(Operation operation) {
        cancel(operation);
    }

    @Override
    void released() {
        closed = true;
        if (connection == null || dead) {
            return;
        }
        if (incoming.arrivedBytes() > 0) {
            connection.resetFrom(this);
        } else {
            outgoing.end();
        }
    }

    /** Its host is gone. */
    void vanish() {
        closed = true;
    }
}
