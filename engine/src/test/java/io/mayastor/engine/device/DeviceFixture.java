package io.mayastor.engine.device;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.reactor.ArenaOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Memory;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/** One reactor, turned by the test's own thread, with a registry of all local devices. */
final class DeviceFixture implements AutoCloseable {
    private static final int MAX_TURNS = 20_000;
    private static final long TURN_WAIT_NANOS = 1_000_000;
    private static final long MIB = 1 << 20;

    final Kernel kernel;
    final Reactor reactor;
    final DeviceRegistry registry;

    DeviceFixture(Kernel kernel) {
        this.kernel = kernel;
        ArenaOptions arena = new ArenaOptions(16 * MIB, 16 * MIB, MIB, MIB, Runnable::run);
        reactor = new Reactor("test", 0, kernel, ReactorOptions.DEFAULT.withArena(arena));
        reactor.open();
        registry = new DeviceRegistry(List.of(reactor));
        registry.register("malloc", new MemoryDeviceFactory(UUID::randomUUID));
        registry.register("null", new NullDeviceFactory(UUID::randomUUID));
        registry.register("aio", new FileDeviceFactory(kernel, "node-1"));
        registry.register("uring", new FileDeviceFactory(kernel, "node-1"));
    }

    BlockDevice open(String uri) {
        return await(registry.create(uri));
    }

    /** Turns the reactor until the future is done; throws what it failed with. */
    <T> T await(CompletableFuture<T> future) {
        turnUntil("the management call is answered", future::isDone);
        try {
            return future.join();
        } catch (CompletionException e) {
            throw DeviceException.of(e);
        }
    }

    void turnUntil(String what, BooleanSupplier condition) {
        for (int turn = 0; turn < MAX_TURNS; turn++) {
            if (condition.getAsBoolean()) {
                return;
            }
            reactor.turn(TURN_WAIT_NANOS);
        }
        throw new AssertionError("not after " + MAX_TURNS + " turns: " + what);
    }

    /** A buffer of the arena filled with bytes that depend on the seed and the place. */
    long filled(int bytes, int seed) {
        long address = reactor.arena().allocate(bytes);
        for (int at = 0; at < bytes; at += 8) {
            Memory.putLong(address + at, (seed * 1_000_003L + at) * 0x9e3779b97f4a7c15L);
        }
        return address;
    }

    long zeroed(int bytes) {
        long address = reactor.arena().allocate(bytes);
        Memory.zero(address, bytes);
        return address;
    }

    int execute(BlockDevice device, Operation operation, long start, long blocks, long address) {
        return execute(device, request(operation, start, blocks, address));
    }

    int execute(BlockDevice device, TestIo io) {
        device.submit(io.io);
        turnUntil(io + " completes", () -> io.completions > 0);
        return io.io.status;
    }

    int flush(BlockDevice device) {
        return execute(device, Operation.FLUSH, 0, 0, 0);
    }

    TestIo request(Operation operation, long start, long blocks, long address) {
        TestIo test = new TestIo();
        test.io.operation = operation;
        test.io.startBlock = start;
        test.io.blocks = blocks;
        test.io.address = address;
        return test;
    }

    /** Reads into a buffer, whether the device lends or not. */
    long read(BlockDevice device, long start, int blocks) {
        long buffer = zeroed(blocks * device.blockSize());
        int status = execute(device, Operation.READ, start, blocks, buffer);
        if (status != 0) {
            throw new AssertionError("read of block %d ended with 0x%x".formatted(start, status));
        }
        return buffer;
    }

    void closeDevice(BlockDevice device) {
        await(registry.destroy(device.name()));
    }

    @Override
    public void close() {
        await(registry.close());
        reactor.close();
    }

    /** A request that counts its completions. */
    static final class TestIo {
        int completions;
        final BlockIo io = new BlockIo(done -> completions++);

        boolean isDone() {
            return completions > 0;
        }

        @Override
        public String toString() {
            return io.operation + " of " + io.blocks + " blocks at " + io.startBlock;
        }
    }
}
