package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.engine.target.SubsystemConfig;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reactor's thread allocates nothing per request, over the real ring and loopback. */
class AllocationTest {
    private static final int WINDOW = 20_000;
    private static final int MOST_WINDOWS = 60;
    private static final int DEPTH = 48;
    private static final int BLOCK = 4096;
    private static final long SECONDS = 60;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Keeps requests going on the reactor and watches the thread's allocation window by window. */
    private static final class Load {
        final BlockDevice device;
        final CompletableFuture<Long> least = new CompletableFuture<>();
        long windowStart;
        long smallest = Long.MAX_VALUE;
        int done;
        int windows;
        int inFlight;
        int failures;
        int turn;

        Load(BlockDevice device) {
            this.device = device;
        }

        void start(int depth) {
            windowStart = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < depth; i++) {
                BlockIo io = new BlockIo(this::completed);
                io.address = device.reactor().arena().allocate(8 * BLOCK);
                inFlight++;
                submit(io);
            }
        }

        private void submit(BlockIo io) {
            turn++;
            io.operation =
                    switch (turn % 16) {
                        case 0 -> Operation.FLUSH;
                        case 1 -> Operation.DEALLOCATE;
                        case 2 -> Operation.WRITE_ZEROES;
                        case 3 -> Operation.COMPARE;
                        case 4, 5, 6, 7, 8 -> Operation.WRITE;
                        default -> Operation.READ;
                    };
            io.blocks = io.operation == Operation.FLUSH ? 0 : turn % 5 == 0 ? 8 : 1;
            io.startBlock = turn % 500;
            device.submit(io);
        }

        private void completed(BlockIo io) {
            boolean expected =
                    Status.isSuccess(io.status) || Status.code(io.status) == Status.COMPARE_FAILURE;
            failures += expected ? 0 : 1;
            if (++done == WINDOW) {
                endWindow();
            }
            if (windows == MOST_WINDOWS || smallest == 0) {
                if (--inFlight == 0) {
                    least.complete(smallest);
                }
                return;
            }
            submit(io);
        }

        private void endWindow() {
            long now = THREADS.getCurrentThreadAllocatedBytes();
            smallest = Math.min(smallest, now - windowStart);
            windowStart = now;
            done = 0;
            windows++;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsAllocatedPerRequest(boolean digests) throws Exception {
        LinuxKernel kernel = new LinuxKernel();
        ReactorThread targetThread = start(kernel, "target");
        ReactorThread hostThread = start(kernel, "host");
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Target target = new Target(TargetOptions.DEFAULT, List.of(targetThread.reactor()));
        await(target.start());
        InetSocketAddress portal = await(target.addPortal(loopback));
        BlockDevice backing =
                await(
                        new MemoryDeviceFactory(UUID::randomUUID)
                                .open(
                                        DeviceUri.parse("malloc:///m?size_mb=4&blk_size=4096"),
                                        targetThread.reactor()));
        await(target.addSubsystem(subsystem(backing)));
        Reactor host = hostThread.reactor();
        Initiator initiator = await(host.call(() -> new Initiator(host)));
        NvmeTcpDeviceFactory factory =
                new NvmeTcpDeviceFactory(
                        reactor -> initiator,
                        HostWorld.HOST,
                        new UUID(1, 2),
                        options ->
                                options.withQueues(2, 32)
                                        .withTransport(true, digests, digests, 8192),
                        ReconnectPolicy.NEVER);
        String uri = "nvmf+tcp://127.0.0.1:" + portal.getPort() + "/" + HostWorld.SUBSYSTEM;
        BlockDevice device = await(factory.open(DeviceUri.parse(uri), host));
        Load load = new Load(device);
        host.execute(() -> load.start(DEPTH));
        assertEquals(0, await(load.least), "bytes allocated per " + WINDOW + " requests");
        assertEquals(0, load.failures);
        CompletableFuture<Void> closed = new CompletableFuture<>();
        host.execute(() -> device.close(() -> closed.complete(null)));
        await(closed);
        await(target.stop());
        hostThread.stop();
        targetThread.stop();
    }

    @Test
    void theMeasurementSeesAnAllocation() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        byte[] made = new byte[1000];
        assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before >= made.length);
    }

    private static ReactorThread start(LinuxKernel kernel, String name) {
        ReactorThread thread =
                new ReactorThread(
                        new Reactor(name, 0, kernel, ReactorOptions.DEFAULT),
                        ReactorOptions.DEFAULT,
                        -1);
        thread.start();
        return thread;
    }

    private static SubsystemConfig subsystem(BlockDevice device) {
        return new SubsystemConfig(
                HostWorld.SUBSYSTEM,
                "serial",
                SubsystemConfig.MODEL,
                device,
                new UUID(3, 4),
                Set.of(),
                1,
                SubsystemConfig.MAX_CONTROLLER_ID,
                AnaState.OPTIMIZED,
                ReservationStore.VOLATILE);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS, TimeUnit.SECONDS);
    }
}
