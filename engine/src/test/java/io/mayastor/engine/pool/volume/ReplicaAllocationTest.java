package io.mayastor.engine.pool.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.MemoryDeviceFactory;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.reactor.ReactorThread;
import io.mayastor.engine.ring.LinuxKernel;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reactor's thread allocates nothing per request, first touches and journal included. */
class ReplicaAllocationTest {
    private static final int WINDOW = 2_000;
    private static final int MOST_WINDOWS = 400;
    private static final int DEPTH = 32;
    private static final int MIB = 1 << 20;
    private static final long SECONDS = 120;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Keeps requests going on the reactor and watches the thread's allocation window by window. */
    private static final class Load {
        final Replica replica;
        final CompletableFuture<Long> least = new CompletableFuture<>();
        final int blocks;
        long windowStart;
        long smallest = Long.MAX_VALUE;
        int done;
        int windows;
        int inFlight;
        int failures;
        int turn;

        Load(Replica replica) {
            this.replica = replica;
            this.blocks = (int) replica.blockCount();
        }

        void start() {
            windowStart = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < DEPTH; i++) {
                BlockIo io = new BlockIo(this::completed);
                io.address = replica.reactor().arena().allocate(16 * 4096);
                inFlight++;
                submit(io);
            }
        }

        private void submit(BlockIo io) {
            turn++;
            io.operation =
                    switch (turn % 32) {
                        case 0 -> Operation.FLUSH;
                        case 1, 7 -> Operation.DEALLOCATE;
                        case 2 -> Operation.WRITE_ZEROES;
                        case 3 -> Operation.COMPARE;
                        case 4, 5, 6, 8, 12, 16, 18, 20, 24, 28 -> Operation.WRITE;
                        default -> Operation.READ;
                    };
            io.forceUnitAccess = turn % 61 == 0;
            io.blocks = io.operation == Operation.FLUSH ? 0 : 1 + turn % 16;
            int place = (int) ((turn * 2_654_435_761L >>> 7) % (blocks - 4096));
            boolean wide = io.operation == Operation.DEALLOCATE && turn % 3 == 0;
            io.blocks = wide ? 3 * MIB / replica.blockSize() : io.blocks;
            io.startBlock = wide ? place / 4 : place;
            replica.submit(io);
        }

        private void completed(BlockIo io) {
            boolean expected = io.status == Status.SUCCESS || io.status == Status.COMPARE_FAILURE;
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
    @ValueSource(ints = {512, 4096})
    void nothingIsAllocatedPerRequest(int blockSize) throws Exception {
        LinuxKernel kernel = new LinuxKernel();
        ReactorThread thread =
                new ReactorThread(
                        new Reactor("pool", 0, kernel, ReactorOptions.DEFAULT),
                        ReactorOptions.DEFAULT,
                        -1);
        thread.start();
        Reactor reactor = thread.reactor();
        DeviceUri uri = DeviceUri.parse("malloc:///m?size_mb=2048&blk_size=" + blockSize);
        BlockDevice disk = await(new MemoryDeviceFactory(UUID::randomUUID).open(uri, reactor));
        PoolCore core =
                await(await(reactor.call(() -> TestPool.create(reactor, List.of(disk), MIB))));
        Volumes volumes = await(reactor.call(() -> new Volumes(core)));
        Replica replica =
                await(
                        await(
                                reactor.call(() ->
                                        volumes.create(
                                                new UUID(1, 2), "r", 32 * MIB, false, null))));
        Load load = new Load(replica);
        reactor.execute(load::start);

        assertEquals(0, await(load.least), "bytes allocated per " + WINDOW + " requests");
        assertEquals(0, load.failures);

        await(await(reactor.call(volumes::close)));
        await(await(reactor.call(() -> TestPool.close(core))));
        thread.stop();
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS, TimeUnit.SECONDS);
    }
}
