package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.CapsuleCommand;
import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.ICResp;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * The storm over the machine's own ring and loopback: descriptors, buffers and memory come back.
 */
class LoopbackStormTest {
    private static final int BLOCK = 4096;
    private static final int HOSTS = 125;
    private static final int QUEUES = 3;
    private static final int ROUNDS = 3;
    private static final long SECONDS = 60;

    private final LinuxKernel kernel = new LinuxKernel();
    private final ReactorThread thread =
            new ReactorThread(
                    new Reactor("target", 0, kernel, ReactorOptions.DEFAULT),
                    ReactorOptions.DEFAULT,
                    -1);

    @Test
    void nothingIsLeftOfFiveHundredConnectionsKilledInTheMiddleOfTheirWork() throws Exception {
        thread.start();
        Target target = new Target(TargetOptions.DEFAULT, List.of(thread.reactor()));
        await(target.start());
        InetSocketAddress portal =
                await(target.addPortal(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        BlockDevice device =
                await(
                        new MemoryDeviceFactory(UUID::randomUUID)
                                .open(
                                        DeviceUri.parse("malloc:///m?size_mb=16&blk_size=4096"),
                                        thread.reactor()));
        await(
                target.addSubsystem(
                        new SubsystemConfig(
                                TargetWorld.NQN,
                                "S",
                                SubsystemConfig.MODEL,
                                device,
                                TargetWorld.NAMESPACE,
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE)));
        // The first storm also opens what the platform's sockets keep for themselves.
        int descriptors = 0;
        for (int round = 0; round < ROUNDS; round++) {
            storm(target, portal, new SplittableRandom(round));
            awaitCondition("every connection is closed", () -> target.connectionCount() == 0);
            awaitCondition(
                    "nothing is held",
                    () -> target.usage().join().equals(List.of(GroupUsage.NOTHING)));
            assertEquals(0, thread.reactor().arena().statistics().usedBytes());
            descriptors = round == 0 ? openDescriptors() : descriptors;
            assertEquals(descriptors, openDescriptors(), "open descriptors");
            assertEquals(
                    0, target.groupStatistics().getFirst().internalErrorCount(), "own mistakes");
        }
        long resident = thread.reactor().arena().statistics().residentBytes();
        assertTrue(resident <= ReactorOptions.DEFAULT.arena().maximumBytes());
        await(target.stop());
        thread.stop();
    }

    private void storm(Target target, InetSocketAddress portal, SplittableRandom random)
            throws Exception {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            String name = "nqn.2014-08.org.example:storm-" + i;
            Socket admin = open(portal, sockets);
            int controller = connect(admin, name, ConnectData.ANY_CONTROLLER, 0);
            enable(admin);
            for (int queue = 1; queue <= QUEUES; queue++) {
                connect(open(portal, sockets), name, controller, queue);
            }
        }
        assertEquals(HOSTS * (QUEUES + 1), target.connectionCount());
        for (int i = 0; i < sockets.size(); i++) {
            if (i % (QUEUES + 1) != 0) {
                work(sockets.get(i), random);
            }
        }
        for (Socket socket : sockets) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
                case 1 -> socket.shutdownOutput();
                case 2 -> socket.close();
                default -> {}
            }
        }
        Socket after = open(portal, sockets);
        connect(after, "nqn.2014-08.org.example:after", ConnectData.ANY_CONTROLLER, 0);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static void work(Socket socket, SplittableRandom random) throws IOException {
        for (int i = 0; i < 8; i++) {
            long block = random.nextInt(2000);
            byte[] data = new byte[2 * BLOCK];
            switch (random.nextInt(3)) {
                case 0 ->
                        send(
                                socket,
                                capsule(
                                        WireHost.transport(NvmOpcode.READ, block, 64, BLOCK, 0),
                                        new byte[0]));
                case 1 ->
                        send(
                                socket,
                                capsule(
                                        WireHost.inCapsule(
                                                NvmOpcode.WRITE, block, 2, 0, data.length),
                                        data));
                default ->
                        send(
                                socket,
                                capsule(
                                        WireHost.transport(NvmOpcode.WRITE, block, 32, BLOCK, 0),
                                        new byte[0]));
            }
        }
        byte[] cut = capsule(WireHost.transport(NvmOpcode.READ, 0, 1, BLOCK, 0), new byte[0]);
        send(socket, Arrays.copyOf(cut, random.nextInt(cut.length)));
    }

    private static Socket open(InetSocketAddress portal, List<Socket> sockets) throws IOException {
        Socket socket = new Socket(portal.getAddress(), portal.getPort());
        sockets.add(socket);
        send(socket, WireHost.icReq(0, 0));
        new DataInputStream(socket.getInputStream()).readFully(new byte[ICResp.LENGTH]);
        return socket;
    }

    private static int connect(Socket socket, String name, int controller, int queue)
            throws IOException {
        byte[] data = WireHost.connectData(TargetWorld.NQN, name, controller);
        WireHost.Entry entry =
                (to, base, id) -> ConnectCommand.encode(to, base, id, queue, 32, 0, 0);
        return (int) exchange(socket, capsule(entry, data)).result() & 0xffff;
    }

    private static void enable(Socket socket) throws IOException {
        WireHost.Entry entry =
                (to, base, id) ->
                        PropertyCommand.encodeSet(to, base, id, Property.CC, RawHost.enabled());
        exchange(socket, capsule(entry, new byte[0]));
    }

    private static WirePdu exchange(Socket socket, byte[] capsule) throws IOException {
        send(socket, capsule);
        byte[] response = new byte[24];
        new DataInputStream(socket.getInputStream()).readFully(response);
        WirePdu pdu = new WirePdu(response);
        assertEquals(0, pdu.status(), "status");
        return pdu;
    }

    private static byte[] capsule(WireHost.Entry entry, byte[] data) {
        byte[] bytes = new byte[CapsuleCommand.HEADER_LENGTH + data.length];
        MemorySegment memory = MemorySegment.ofArray(bytes);
        CapsuleCommand.encodeHeader(memory, 0, 0, 0, data.length);
        entry.write(memory, CapsuleCommand.SQE, 1);
        System.arraycopy(data, 0, bytes, CapsuleCommand.HEADER_LENGTH, data.length);
        return bytes;
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static int openDescriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return (int) entries.count();
        }
    }

    private static void awaitCondition(String what, BooleanSupplier condition) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - limit < 0, "not within " + SECONDS + " s: " + what);
            Thread.onSpinWait();
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS, TimeUnit.SECONDS);
    }
}
