package io.mayastor.engine.pool.crash;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.pool.journal.NewPool;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolCreator;
import io.mayastor.engine.pool.journal.PoolOpened;
import io.mayastor.engine.pool.journal.PoolOpener;
import io.mayastor.engine.pool.journal.PoolOptions;
import io.mayastor.engine.pool.journal.StallLimits;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.pool.volume.LayerDeleter;
import io.mayastor.engine.pool.volume.Snapshots;
import io.mayastor.engine.pool.volume.Volumes;
import io.mayastor.engine.reactor.ArenaOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A pool with its volumes on simulated disks, its reactor turned by the test's own thread. */
final class PoolWorld {
    private static final int MIB = 1 << 20;
    private static final int MAX_TURNS = 2_000_000;
    private static final long TURN_WAIT_NANOS = 1_000_000;
    private static final ArenaOptions ARENA =
            new ArenaOptions(16L * MIB, 16L * MIB, MIB, MIB, Runnable::run);

    final PoolShape shape;
    final Simulation simulation;
    final Reactor reactor;
    final List<SimulatedDisk> disks = new ArrayList<>();
    private final SimulatedKernel host;
    private final List<BlockDevice> devices = new ArrayList<>();
    private final PoolOptions options;
    PoolCore core;
    Volumes volumes;
    Snapshots snapshots;
    LayerDeleter deleter;

    /**
     * @param contents of each disk by MiB; null for blank ones
     */
    PoolWorld(long seed, PoolShape shape, List<byte[][]> contents) {
        this.shape = shape;
        simulation = new Simulation(seed);
        host = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT).addHost("10.0.0.1");
        reactor = new Reactor("pool", 0, host, ReactorOptions.DEFAULT.withArena(ARENA));
        reactor.open();
        options =
                new PoolOptions(
                        "node-1", 16 << 20, StallLimits.DEFAULT, shape.punchBytesPerSecond());
        for (int i = 0; i < shape.disks() + shape.spares(); i++) {
            long bytes = (long) shape.diskMib() * MIB;
            SimulatedDisk disk =
                    shape.files()
                            ? SimulatedDisk.file(bytes)
                            : SimulatedDisk.blockDevice(bytes, shape.blockBytes());
            for (int mib = 0; contents != null && mib < shape.diskMib(); mib++) {
                if (contents.get(i)[mib] != null) {
                    disk.plant((long) mib * MIB, contents.get(i)[mib]);
                }
            }
            disks.add(disk);
            host.attach("/dev/disk" + i, disk);
        }
    }

    /** Makes the pool on the first disks. */
    void create() {
        List<UUID> uuids = new ArrayList<>();
        for (int i = 0; i < shape.disks(); i++) {
            devices.add(openDisk(i));
            uuids.add(new UUID(7, i));
        }
        NewPool pool = new NewPool(new UUID(1, 2), "pool", PoolShape.CLUSTER_BYTES, 0, uuids);
        opened(done -> PoolCreator.create(reactor, devices, pool, options, done));
    }

    /** Opens the pool that is on the first disks. */
    void open(int count) {
        for (int i = devices.size(); i < count; i++) {
            devices.add(openDisk(i));
        }
        opened(done -> PoolOpener.open(reactor, devices, LoadOptions.ANY, false, options, done));
    }

    private void opened(Consumer<PoolOpened> start) {
        CompletableFuture<PoolCore> opened = new CompletableFuture<>();
        start.accept(
                new PoolOpened() {
                    @Override
                    public void opened(PoolCore pool) {
                        opened.complete(pool);
                    }

                    @Override
                    public void failed(RuntimeException why) {
                        opened.completeExceptionally(why);
                    }
                });
        core = await(opened);
        volumes = new Volumes(core);
        deleter = new LayerDeleter(volumes);
        snapshots = new Snapshots(volumes, deleter);
        volumes.open();
        snapshots.open();
    }

    /** Closes the pool in order; {@link #open} may follow. */
    void close() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        deleter.stop(() -> stopped.complete(null));
        await(stopped);
        await(volumes.close());
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        core.close(closed::complete);
        if (!await(closed)) {
            throw new CrashFailure("the pool could not be closed: " + core.faultReason());
        }
    }

    int diskCount() {
        return devices.size();
    }

    /** Another disk for the pool. */
    CompletableFuture<Boolean> addDisk() {
        int index = devices.size();
        BlockDevice device = openDisk(index);
        devices.add(device);
        CompletableFuture<Boolean> added = new CompletableFuture<>();
        core.growth().add(device, new UUID(7, index), added::complete);
        return added;
    }

    private BlockDevice openDisk(int index) {
        DeviceUri uri = DeviceUri.parse("aio:///dev/disk" + index);
        return await(new FileDeviceFactory(host, "node-1").open(uri, reactor));
    }

    <T> T await(CompletableFuture<T> future) {
        turnUntil("the call is answered", future::isDone);
        return future.join();
    }

    void turn() {
        reactor.turn(TURN_WAIT_NANOS);
    }

    void turnUntil(String what, BooleanSupplier condition) {
        for (int turn = 0; turn < MAX_TURNS; turn++) {
            if (condition.getAsBoolean()) {
                return;
            }
            turn();
        }
        throw new CrashFailure("not after %d turns: %s".formatted(MAX_TURNS, what));
    }

    /** Content of a disk by MiB as readers see it, null for zeros. */
    byte[][] content(int disk) {
        byte[][] content = new byte[shape.diskMib()][];
        byte[] zeros = new byte[MIB];
        for (int mib = 0; mib < content.length; mib++) {
            byte[] bytes = disks.get(disk).read((long) mib * MIB, MIB);
            content[mib] = Arrays.equals(bytes, zeros) ? null : bytes;
        }
        return content;
    }

    /** The host is gone with all it had. */
    void stop() {
        host.stop();
    }
}
