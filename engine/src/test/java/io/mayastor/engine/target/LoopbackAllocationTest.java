package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceFactory;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.initiator.Initiator;
import io.mayastor.engine.initiator.NvmeTcpDeviceFactory;
import io.mayastor.engine.initiator.ReconnectPolicy;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The target's thread allocates nothing per command, over the machine's own ring and loopback. */
class LoopbackAllocationTest {
    private static final int BLOCK = 4096;
    private static final int DEPTH = 16;
    private static final int WINDOW = 4_000;
    private static final int MOST_WINDOWS = 300;
    private static final long SIZE_MIB = 16;
    private static final long SECONDS = 60;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir Path directory;

    /** Requests of one kind; looks at the target's thread after each window of them. */
    private static final class Load {
        final BlockDevice device;
        final Operation operation;
        final int blocks;
        final long observedThread;
        final CompletableFuture<Long> least = new CompletableFuture<>();
        long before;
        long smallest = Long.MAX_VALUE;
        int done;
        int windows;
        int inFlight = DEPTH;
        long nextBlock;

        Load(BlockDevice device, Operation operation, int blocks, long observedThread) {
            this.device = device;
            this.operation = operation;
            this.blocks = blocks;
            this.observedThread = observedThread;
        }

        void start() {
            before = THREADS.getThreadAllocatedBytes(observedThread);
            for (int i = 0; i < DEPTH; i++) {
                BlockIo io = new BlockIo(this::completed);
                io.address = device.reactor().arena().allocate(blocks * BLOCK);
                submit(io);
            }
        }

        private void submit(BlockIo io) {
            io.operation = operation;
            io.blocks = blocks;
            io.startBlock = nextBlock;
            nextBlock = (nextBlock + blocks) % (device.blockCount() - blocks);
            device.submit(io);
        }

        private void completed(BlockIo io) {
            if (!Status.isSuccess(io.status)) {
                least.completeExceptionally(new AssertionError("status " + io.status));
                return;
            }
            if (++done == WINDOW) {
                long now = THREADS.getThreadAllocatedBytes(observedThread);
                smallest = Math.min(smallest, now - before);
                before = now;
                done = 0;
                windows++;
            }
            if (smallest > 0 && windows < MOST_WINDOWS) {
                submit(io);
            } else if (--inFlight == 0) {
                least.complete(smallest);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "malloc, READ, 1, false",
        "malloc, WRITE, 1, false",
        "malloc, READ, 32, false",
        "malloc, WRITE, 32, false",
        "malloc, READ, 1, true",
        "malloc, WRITE, 32, true",
        "aio, READ, 1, false",
        "aio, WRITE, 1, false",
        "aio, READ, 32, false",
        "aio, WRITE, 32, false"
    })
    void nothingIsAllocatedPerCommand(
            String scheme, Operation operation, int blocks, boolean digests) throws Exception {
        LinuxKernel kernel = new LinuxKernel();
        ReactorThread targetThread = start(kernel, "target");
        ReactorThread hostThread = start(kernel, "host");
        Reactor host = hostThread.reactor();
        Target target = new Target(TargetOptions.DEFAULT, List.of(targetThread.reactor()));
        await(target.start());
        InetSocketAddress portal =
                await(target.addPortal(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        BlockDevice backing = await(open(kernel, scheme, targetThread.reactor()));
        await(target.addSubsystem(subsystem(backing)));
        Initiator initiator = await(host.call(() -> new Initiator(host)));
        NvmeTcpDeviceFactory factory =
                new NvmeTcpDeviceFactory(
                        reactor -> initiator,
                        TargetWorld.HOST_NQN,
                        new UUID(1, 2),
                        options -> options.withTransport(false, digests, digests, 8192),
                        ReconnectPolicy.NEVER);
        String uri = "nvmf+tcp://127.0.0.1:" + portal.getPort() + "/" + TargetWorld.NQN;
        BlockDevice device = await(factory.open(DeviceUri.parse(uri), host));
        long observed = await(targetThread.reactor().call(() -> Thread.currentThread().threadId()));
        Load load = new Load(device, operation, blocks, observed);
        host.execute(load::start);
        assertEquals(0, await(load.least), "bytes allocated per " + WINDOW + " commands");
        CompletableFuture<Void> closed = new CompletableFuture<>();
        host.execute(() -> device.close(() -> closed.complete(null)));
        await(closed);
        await(target.stop());
        CompletableFuture<Void> released = new CompletableFuture<>();
        targetThread.reactor().execute(() -> backing.close(() -> released.complete(null)));
        await(released);
        hostThread.stop();
        targetThread.stop();
    }

    private CompletableFuture<BlockDevice> open(LinuxKernel kernel, String scheme, Reactor owner)
            throws Exception {
        if (scheme.equals("malloc")) {
            DeviceFactory memory = new MemoryDeviceFactory(UUID::randomUUID);
            return memory.open(
                    DeviceUri.parse("malloc:///m?size_mb=" + SIZE_MIB + "&blk_size=" + BLOCK),
                    owner);
        }
        Path file = directory.resolve("disk");
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(SIZE_MIB << 20);
        }
        return new FileDeviceFactory(kernel, "node")
                .open(DeviceUri.parse("aio://" + file + "?blk_size=" + BLOCK), owner);
    }

    private static SubsystemConfig subsystem(BlockDevice device) {
        return new SubsystemConfig(
                TargetWorld.NQN,
                "S",
                SubsystemConfig.MODEL,
                device,
                TargetWorld.NAMESPACE,
                Set.of(),
                1,
                SubsystemConfig.MAX_CONTROLLER_ID,
                AnaState.OPTIMIZED,
                ReservationStore.VOLATILE);
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

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS, TimeUnit.SECONDS);
    }
}
