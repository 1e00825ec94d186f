package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.Participant;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import io.mayastor.engine.sim.Survival;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A host with disks and a pool on them that can be made, opened, closed, killed and cut off power.
 * One layer stands for all volumes; a write puts one unit into a fresh region of it.
 */
final class PoolWorld {
    static final int MIB = 1 << 20;
    static final int CLUSTER = MIB;
    static final int UNIT = 4096;
    static final int LAYER = 1;
    static final UUID UUID_OF_POOL = new UUID(11, 12);

    final Simulation simulation;
    SimulatedKernel host;
    Reactor reactor;
    List<BlockDevice> devices = new ArrayList<>();
    PoolCore core;
    RuntimeException failure;
    private final int diskCount;
    private final Checksum checksum = new Checksum();
    private Participant participant;
    private int starts;

    PoolWorld(long seed, int diskCount, int diskMib) {
        this(seed, diskCount, diskMib, 512);
    }

    PoolWorld(long seed, int diskCount, int diskMib, int blockBytes) {
        simulation = new Simulation(seed);
        this.diskCount = diskCount;
        host = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT).addHost("10.0.0.1");
        for (int i = 0; i < diskCount; i++) {
            host.attach(path(i), SimulatedDisk.blockDevice((long) diskMib * MIB, blockBytes));
        }
        start();
    }

    static String path(int disk) {
        return "/dev/disk" + disk;
    }

    SimulatedDisk disk(int index) {
        return host.disk(path(index));
    }

    private void start() {
        participant = simulation.participant("pool " + starts);
        reactor = new Reactor("pool " + starts++, 0, host, Participant.REACTOR);
        participant.run(reactor);
        core = null;
        devices = new ArrayList<>();
        for (int i = 0; i < diskCount; i++) {
            devices.add(device(path(i)));
        }
    }

    BlockDevice device(String path) {
        FileDeviceFactory factory = new FileDeviceFactory(host, "node-1");
        CompletableFuture<BlockDevice> device =
                run(() -> factory.open(DeviceUri.parse("aio://" + path), reactor));
        runUntil("the disk is open", device::isDone);
        return device.join();
    }

    /** Power goes; the next host finds what the disks kept. */
    void cut(Survival survival) {
        participant.stop();
        host = host.crash(survival);
        start();
    }

    /** The process ends; the disks keep all they were given. */
    void kill() {
        participant.stop();
        host.kill();
        start();
    }

    <T> T run(Supplier<T> action) {
        List<T> result = new ArrayList<>();
        participant.run(() -> result.add(action.get()));
        return result.getFirst();
    }

    void run(Runnable action) {
        participant.run(action);
    }

    void runUntil(String what, BooleanSupplier condition) {
        simulation.runUntil(what, condition, 2_000_000);
    }

    static PoolOptions options(String owner) {
        return new PoolOptions(owner, 64 * MIB, StallLimits.DEFAULT, 0);
    }

    private final class Ended implements PoolOpened {
        private boolean ended;

        @Override
        public void opened(PoolCore opened) {
            ended = true;
            core = opened;
        }

        @Override
        public void failed(RuntimeException why) {
            ended = true;
            failure = why;
        }
    }

    private Ended begin() {
        core = null;
        failure = null;
        return new Ended();
    }

    /** Makes the pool with its layer; {@link #failure} tells why not. */
    void create() {
        List<UUID> uuids = new ArrayList<>();
        for (int i = 0; i < diskCount; i++) {
            uuids.add(new UUID(21, i));
        }
        Ended ended = begin();
        run(() ->
                PoolCreator.create(
                        reactor,
                        devices,
                        new NewPool(UUID_OF_POOL, "pool-1", CLUSTER, 5, uuids),
                        options("node-1"),
                        ended));
        runUntil("the pool is made", () -> ended.ended);
    }

    void open() {
        open("node-1", false);
    }

    /** Opens the pool; {@link #failure} tells why not. */
    void open(String owner, boolean takeOver) {
        Ended ended = startOpening(owner, takeOver);
        runUntil("the pool is open", () -> ended.ended);
    }

    void openOrThrow() {
        open();
        if (failure != null) {
            throw simulation.failure("the pool can not be opened", failure);
        }
    }

    Ended startOpening(String owner, boolean takeOver) {
        Ended ended = begin();
        run(() ->
                PoolOpener.open(
                        reactor,
                        devices,
                        new LoadOptions(UUID_OF_POOL, "pool-1", 64 * MIB),
                        takeOver,
                        options(owner),
                        ended));
        return ended;
    }

    /** Closes the pool and its disks; whether all was written. */
    boolean close() {
        Boolean[] closed = new Boolean[1];
        run(() -> core.close(success -> closed[0] = success));
        runUntil("the pool is closed", () -> closed[0] != null);
        return closed[0];
    }

    /** The layer of all writes. */
    void makeLayer(int regions) {
        LayerRecord record =
                LayerRecord.replica(
                        LAYER, new UUID(31, 1), "volume", (long) regions * CLUSTER, false);
        PutLayer put = new PutLayer(record);
        run(() -> {
            core.metadata().newLayerId();
            core.journal().append(put);
        });
        runUntil("the layer is made", put::isDone);
    }

    Layer layer() {
        return core.metadata().layer(LAYER);
    }

    UnitWrite write(int region, int seed) {
        UnitWrite write = new UnitWrite(region, seed);
        run(write::start);
        return write;
    }

    JournalWorld.Synced synchronise() {
        JournalWorld.Synced waiter = new JournalWorld.Synced();
        run(() -> core.sync().request(waiter));
        return waiter;
    }

    boolean checkpoint() {
        Boolean[] ended = new Boolean[1];
        run(() -> core.checkpointer().request(success -> ended[0] = success));
        runUntil("the checkpoint ends", () -> ended[0] != null);
        return ended[0];
    }

    /**
     * The seed of what each 512 bytes of the region's unit hold: 0 nothing, -1 something that
     * nobody wrote.
     */
    int[] contents(int region) {
        int[] seeds = new int[UNIT / 512];
        int entry = core.metadata().entry(layer(), region);
        if (entry == MapEntry.ABSENT) {
            return seeds;
        }
        long place = core.metadata().place(entry, 0);
        PoolDisk disk = core.disks().holder(Place.cluster(place));
        byte[] bytes = disk(disk.index()).read(core.disks().byteOffset(Place.cluster(place)), UNIT);
        MemorySegment read = MemorySegment.ofArray(bytes);
        for (int at = 0; at < UNIT; at += 4) {
            int seed = read.get(ValueLayout.JAVA_INT_UNALIGNED, at) - at * 7;
            boolean same = at % 512 == 0 || seeds[at / 512] == seed;
            seeds[at / 512] = same ? seed : -1;
        }
        return seeds;
    }

    /** The seed of what the whole unit holds. */
    int content(int region) {
        int[] seeds = contents(region);
        return Arrays.stream(seeds).allMatch(seed -> seed == seeds[0]) ? seeds[0] : -1;
    }

    /** A record of a layer. */
    final class PutLayer extends JournalEntry {
        private final LayerRecord record;
        private final byte[] encoded;
        private boolean done;

        PutLayer(LayerRecord record) {
            this.record = record;
            this.encoded = record.encoded();
        }

        @Override
        protected int recordBytes() {
            return RecordWriter.putLayerBytes(encoded.length);
        }

        @Override
        protected int records() {
            return 1;
        }

        @Override
        protected void encode(long address) {
            RecordWriter.putLayer(address, record.id(), encoded);
        }

        @Override
        protected void recorded(int status) {
            if (status == 0) {
                core.metadata().putLayer(sequence(), record);
                core.journal().complete(this);
            }
            done = true;
        }

        boolean isDone() {
            return done;
        }
    }

    /**
     * A write to the first unit of a region. The first one: data and record in parallel. Later
     * ones: in place, or, while the unit may not be overwritten like that, the record before the
     * data.
     */
    final class UnitWrite extends JournalEntry {
        final int region;
        final int seed;
        Integer status;
        private final BlockIo io = new BlockIo(done -> ended(done.status));
        private final SyncWaiter settled =
                new SyncWaiter() {
                    @Override
                    protected void synced(int withStatus) {
                        if (withStatus == 0) {
                            start();
                        } else {
                            status = withStatus;
                        }
                    }
                };
        private int cluster;
        private int outstanding;
        private int worst;
        private boolean withRecord;
        private boolean recordFirst;
        private boolean recorded;
        private int crc;

        UnitWrite(int region, int seed) {
            this.region = region;
            this.seed = seed;
        }

        void start() {
            int entry = core.metadata().entry(layer(), region);
            boolean first = entry == MapEntry.ABSENT;
            cluster =
                    first
                            ? core.metadata().allocateCluster(false)
                            : Place.cluster(core.metadata().place(entry, 0));
            if (cluster < 0) {
                status = -1;
                return;
            }
            if (!first && core.undurable().mustSettle(LAYER, firstUnit(), 1)) {
                core.sync().request(settled);
                return;
            }
            recordFirst = !first && core.undurable().contains(LAYER, firstUnit(), 1);
            withRecord = first || recordFirst;
            outstanding = first || recordFirst ? 2 : 1;
            io.operation = Operation.WRITE;
            io.blocks = UNIT / core.blockBytes();
            io.address = reactor.arena().allocate(UNIT);
            for (int at = 0; at < UNIT; at += 4) {
                Memory.putInt(io.address + at, seed + at * 7);
            }
            crc = checksum.of(io.address, UNIT);
            if (!recordFirst) {
                core.disks().submit(io, cluster, 0);
            }
            if (withRecord) {
                core.journal().append(this);
            }
        }

        private long firstUnit() {
            return core.metadata().geometry().firstUnit(region);
        }

        @Override
        protected int recordBytes() {
            return RecordWriter.unitsBytes(1, 0);
        }

        @Override
        protected int records() {
            return 1;
        }

        @Override
        protected void encode(long address) {
            RecordWriter.units(address, LAYER, region, 0, 1, cluster);
            Memory.putInt(RecordWriter.crcsAt(address, 0), crc);
        }

        @Override
        protected void recorded(int withStatus) {
            recorded = withStatus == 0;
            if (recordFirst && core.undurable().mustSettle(LAYER, firstUnit(), 1)) {
                core.undurable().add(LAYER, firstUnit(), 1, sequence());
                core.journal().complete(this);
                recorded = false;
                reactor.arena().free(io.address, UNIT);
                start();
                return;
            }
            if (recordFirst) {
                core.disks().submit(io, cluster, 0);
            }
            ended(withStatus);
        }

        private void ended(int withStatus) {
            worst = withStatus == 0 ? worst : withStatus;
            if (--outstanding > 0) {
                return;
            }
            reactor.arena().free(io.address, UNIT);
            if (worst == 0 && withRecord) {
                core.metadata().units(sequence(), layer(), region, 0, 1, cluster, 0);
                core.undurable().add(LAYER, firstUnit(), 1, sequence());
            }
            if (recorded) {
                core.journal().complete(this);
            }
            status = worst;
        }

        boolean isDone() {
            return status != null;
        }
    }
}
