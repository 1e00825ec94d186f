package io.mayastor.bench.pool;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.pool.journal.NewPool;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolCreator;
import io.mayastor.engine.pool.journal.PoolOpened;
import io.mayastor.engine.pool.journal.PoolOpener;
import io.mayastor.engine.pool.journal.PoolOptions;
import io.mayastor.engine.pool.journal.StallLimits;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import io.mayastor.engine.ring.RingChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One reactor with its thread, and a pool with one disk on it. */
final class PoolHome {
    static final int CLUSTER_BYTES = 4 << 20;

    private static final int NOT_PINNED = -1;
    private static final PoolOptions OPTIONS =
            new PoolOptions("bench", 1L << 30, StallLimits.DEFAULT, 0);

    final Reactor reactor;
    private final DeviceRegistry devices;

    PoolHome() {
        LinuxKernel kernel = new LinuxKernel(RingChoice.IO_URING);
        reactor = new Reactor("reactor-0", 0, kernel, ReactorOptions.DEFAULT);
        new ReactorThread(reactor, ReactorOptions.DEFAULT, NOT_PINNED).start();
        devices = new DeviceRegistry(List.of(reactor));
        devices.register("uring", new FileDeviceFactory(kernel, "bench"));
        devices.register("malloc", new MemoryDeviceFactory(UUID::randomUUID));
    }

    BlockDevice disk(String uri) {
        return devices.create(uri).join();
    }

    PoolCore create(BlockDevice disk) {
        NewPool pool =
                new NewPool(
                        UUID.randomUUID(),
                        "bench",
                        CLUSTER_BYTES,
                        System.currentTimeMillis(),
                        List.of(UUID.randomUUID()));
        Opened opened = new Opened();
        reactor.execute(() -> PoolCreator.create(reactor, List.of(disk), pool, OPTIONS, opened));
        return opened.core.join();
    }

    PoolCore open(BlockDevice disk) {
        LoadOptions any = new LoadOptions(null, null, OPTIONS.pageMemoryBytes());
        Opened opened = new Opened();
        reactor.execute(() -> PoolOpener.open(reactor, List.of(disk), any, false, OPTIONS, opened));
        return opened.core.join();
    }

    void checkpoint(PoolCore core) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        reactor.execute(() -> core.checkpointer().request(done::complete));
        require(done.join(), "checkpoint");
    }

    void close(PoolCore core) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        reactor.execute(() -> core.close(done::complete));
        require(done.join(), "close");
    }

    static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException(what + " failed");
        }
    }

    /** What the process has in memory, in MiB. */
    static long residentMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
            }
        }
        throw new IOException("no VmRSS");
    }

    private static final class Opened implements PoolOpened {
        final CompletableFuture<PoolCore> core = new CompletableFuture<>();

        @Override
        public void opened(PoolCore opened) {
            core.complete(opened);
        }

        @Override
        public void failed(RuntimeException why) {
            core.completeExceptionally(why);
        }
    }
}
