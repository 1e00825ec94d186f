package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.MessageHeader;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.RingOptions;
import io.mayastor.engine.ring.SharedBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Two hosts: one sends numbered bytes over TCP and checks their echo, the other echoes what comes
 * and writes each piece to its disk.
 */
final class EchoWorld {
    private static final int CHUNK = 3_000;
    private static final InetSocketAddress SERVER =
            new InetSocketAddress(SimulatedNetwork.address("10.0.0.1"), 8420);

    final Simulation simulation;
    final SimulatedNetwork network;
    final SimulatedDisk disk = SimulatedDisk.file(0);
    private final Client client;

    EchoWorld(long seed, NetworkProfile profile, long bytes) {
        simulation = new Simulation(seed);
        network = new SimulatedNetwork(simulation, profile);
        SimulatedKernel serverHost = network.addHost("10.0.0.1").attach("/disk", disk);
        SimulatedKernel clientHost = network.addHost("10.0.0.2");
        Participant serving = simulation.participant("server");
        serving.run(() -> new Server(serverHost, serving));
        Participant asking = simulation.participant("client");
        Client[] made = new Client[1];
        asking.run(() -> made[0] = new Client(clientHost, asking, bytes));
        client = made[0];
    }

    /** Runs to the end; returns the digest of the run. */
    static long run(long seed, long bytes) {
        EchoWorld world = new EchoWorld(seed, NetworkProfile.DEFAULT, bytes);
        world.runToEnd();
        return world.simulation.traceHash();
    }

    void runToEnd() {
        simulation.runUntil("every byte is echoed", () -> client.echoed == client.total);
    }

    long echoed() {
        return client.echoed;
    }

    /** What the last failed operation of the client said. */
    int clientError() {
        return client.error;
    }

    private static byte expected(long position) {
        return (byte) (position * 31 + position / 251);
    }

    private abstract static class Peer {
        final Ring ring;
        final MemorySegment header;
        final MemorySegment out;

        Peer(SimulatedKernel kernel, Participant participant) {
            this.ring = kernel.newRing(RingOptions.DEFAULT);
            this.header = kernel.map(Memory.PAGE, true);
            this.out = kernel.map(16L * Memory.PAGE, true);
            participant.start(() -> ring.turn(Long.MAX_VALUE));
        }

        void send(int socket, int from, int length, Completion completion) {
            MessageHeader.setVector(header, MessageHeader.SIZE, out.address() + from, length);
            MessageHeader.setVectors(header, 0, header.address() + MessageHeader.SIZE, 1);
            ring.sendMessage(socket, header.address(), completion);
        }
    }

    private static final class Server extends Peer {
        private final SharedBuffers buffers;
        private final int file;
        private int socket;
        private long written;

        Server(SimulatedKernel kernel, Participant participant) {
            super(kernel, participant);
            buffers = ring.provideBuffers(4, Memory.PAGE);
            try {
                file =
                        ring.registerFile(
                                kernel.open("/disk", new Kernel.OpenMode(true, false, false)));
                ring.accept(
                        kernel.listen(SERVER, 10),
                        (result, _) -> {
                            socket = result;
                            receive();
                        });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void receive() {
            ring.receiveShared(socket, buffers, this::received);
        }

        private void received(int result, int flags) {
            if (result <= 0) {
                return;
            }
            int buffer = SharedBuffers.bufferOf(flags);
            MemorySegment.copy(
                    buffers.memory(), (long) buffer * buffers.sizeBytes(), out, 0, result);
            buffers.release(buffer);
            ring.write(
                    file,
                    written,
                    out.address(),
                    result,
                    0,
                    (stored, _) -> {
                        written += stored;
                        echo(0, result);
                    });
        }

        private void echo(int from, int length) {
            send(
                    socket,
                    from,
                    length,
                    (sent, _) -> {
                        if (sent < 0) {
                            return;
                        }
                        if (sent < length) {
                            echo(from + sent, length - sent);
                        } else {
                            receive();
                        }
                    });
        }
    }

    private static final class Client extends Peer {
        private final long total;
        private final MemorySegment in;
        private int socket;
        private long sent;
        private long echoed;
        private int error;

        Client(SimulatedKernel kernel, Participant participant, long total) {
            super(kernel, participant);
            this.total = total;
            this.in = kernel.map(4L * Memory.PAGE, true);
            try {
                socket = kernel.socket(SERVER);
                kernel.tune(socket);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ring.connect(
                    socket,
                    SERVER,
                    (result, _) -> {
                        if (result < 0) {
                            error = result;
                            return;
                        }
                        send();
                        receive();
                    });
        }

        private void send() {
            int length = (int) Math.min(CHUNK, total - sent);
            for (int i = 0; i < length; i++) {
                Memory.putByte(out.address() + i, expected(sent + i));
            }
            if (length > 0) {
                send(
                        socket,
                        0,
                        length,
                        (result, _) -> {
                            if (result < 0) {
                                error = result;
                                return;
                            }
                            sent += result;
                            send();
                        });
            }
        }

        private void receive() {
            ring.receive(
                    socket,
                    in.address(),
                    (int) in.byteSize(),
                    (result, _) -> {
                        if (result <= 0) {
                            error = result;
                            return;
                        }
                        for (int i = 0; i < result; i++) {
                            if (Memory.getByte(in.address() + i) != expected(echoed + i)) {
                                throw new IllegalStateException("wrong byte at " + (echoed + i));
                            }
                        }
                        echoed += result;
                        receive();
                    });
        }
    }
}
