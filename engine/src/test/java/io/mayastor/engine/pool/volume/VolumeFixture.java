package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.reactor.ArenaOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A pool on simulated disks, its reactor turned by the test's own thread. */
final class VolumeFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    private static final int MAX_TURNS = 2_000_000;
    private static final long TURN_WAIT_NANOS = 1_000_000;

    final Simulation simulation;
    final List<SimulatedDisk> disks = new ArrayList<>();
    final Reactor reactor;
    final PoolCore core;
    final Volumes volumes;
    private final int blockSize;
    private int made;

    VolumeFixture(long seed, int blockSize, int clusterBytes, int diskCount, int diskMib) {
        this.blockSize = blockSize;
        simulation = new Simulation(seed);
        SimulatedKernel host =
                new SimulatedNetwork(simulation, NetworkProfile.DEFAULT).addHost("10.0.0.1");
        ArenaOptions arena = new ArenaOptions(128L * MIB, 128L * MIB, MIB, MIB, Runnable::run);
        reactor = new Reactor("pool", 0, host, ReactorOptions.DEFAULT.withArena(arena));
        reactor.open();
        List<BlockDevice> devices = new ArrayList<>();
        for (int i = 0; i < diskCount; i++) {
            SimulatedDisk disk = SimulatedDisk.blockDevice((long) diskMib * MIB, blockSize);
            host.attach("/dev/disk" + i, disk);
            disks.add(disk);
            DeviceUri uri = DeviceUri.parse("aio:///dev/disk" + i);
            devices.add(await(new FileDeviceFactory(host, "node-1").open(uri, reactor)));
        }
        core = await(TestPool.create(reactor, devices, clusterBytes));
        volumes = new Volumes(core);
        volumes.open();
    }

    Replica replica(long sizeBytes, boolean thick) {
        UUID uuid = new UUID(5, ++made);
        return await(volumes.create(uuid, "replica-" + made, sizeBytes, thick, null));
    }

    /** The replica's layer becomes a snapshot, as a clone and its source would see it. */
    void freeze(Replica replica) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        replica.holdWrites(() -> {
            LayerRecord old = replica.layer().record();
            int id = core.metadata().newLayerId();
            LayerRecord frozen =
                    old.with()
                            .kind(LayerRecord.Kind.SNAPSHOT)
                            .thick(false)
                            .uuid(new UUID(6, id))
                            .name("snapshot-" + id)
                            .make();
            LayerRecord top =
                    old.with()
                            .id(id)
                            .parent(old.id())
                            .parentLimitBytes(old.sizeBytes())
                            .thick(false)
                            .make();
            volumes.changes
                    .record(() -> LayerChanges.Change.of(frozen, top))
                    .thenRun(() -> {
                        Layer made = core.metadata().layer(id);
                        replica.switchLayer(made);
                        replica.releaseWrites();
                        done.complete(null);
                    });
        });
        await(done);
    }

    <T> T await(CompletableFuture<T> future) {
        turnUntil("the management call is answered", future::isDone);
        return future.join();
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

    /** Runs one request; the buffer stays the caller's. */
    int execute(BlockDevice device, Operation operation, long start, long blocks, long address) {
        boolean[] done = new boolean[1];
        BlockIo io = new BlockIo(ended -> done[0] = true);
        io.operation = operation;
        io.startBlock = start;
        io.blocks = blocks;
        io.address = address;
        device.submit(io);
        turnUntil(operation + " at " + start, () -> done[0]);
        return io.status;
    }

    int write(BlockDevice device, long start, int blocks, int seed) {
        int bytes = blocks * blockSize;
        long buffer = filled(bytes, seed);
        int status = execute(device, Operation.WRITE, start, blocks, buffer);
        reactor.arena().free(buffer, bytes);
        return status;
    }

    /** Offset of the first byte that is not what {@link #write} with this seed wrote, or -1. */
    long difference(BlockDevice device, long start, int blocks, int seed) {
        int bytes = blocks * blockSize;
        long expected = filled(bytes, seed);
        long found = reactor.arena().allocate(bytes);
        int status = execute(device, Operation.READ, start, blocks, found);
        if (status != 0) {
            throw new AssertionError("read of block %d ended with 0x%x".formatted(start, status));
        }
        long difference = Memory.mismatch(expected, found, bytes);
        reactor.arena().free(expected, bytes);
        reactor.arena().free(found, bytes);
        return difference;
    }

    /** Bytes of this seed; of seed 0 zeros. */
    long filled(int bytes, int seed) {
        long address = reactor.arena().allocate(bytes);
        for (int at = 0; at < bytes; at += Long.BYTES) {
            Memory.putLong(address + at, seed == 0 ? 0 : seed * 0x9E3779B97F4A7C15L + at);
        }
        return address;
    }

    int flush(BlockDevice device) {
        return execute(device, Operation.FLUSH, 0, 0, 0);
    }

    @Override
    public void close() {
        await(volumes.close());
        await(TestPool.close(core));
        reactor.close();
    }
}
