package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.device.FileDeviceFactory;
import io.mayastor.engine.pool.format.BlockHeader;
import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.JournalBlock;
import io.mayastor.engine.pool.format.JournalRecord;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.NetworkProfile;
import io.mayastor.engine.sim.Participant;
import io.mayastor.engine.sim.SimulatedDisk;
import io.mayastor.engine.sim.SimulatedKernel;
import io.mayastor.engine.sim.SimulatedNetwork;
import io.mayastor.engine.sim.Simulation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Disks with a journal in the first cluster of each, on a simulated reactor; without maps. Records
 * are removals of layers that carry a number.
 */
final class JournalWorld {
    static final int MIB = 1 << 20;
    static final int CLUSTER = 4 * MIB;
    static final int CLUSTERS_PER_DISK = 15;
    static final int DISK_BYTES = 64 * MIB;
    static final int BLOCK = 512;
    static final UUID POOL = new UUID(1, 2);
    static final long EPOCH = 3;

    final Simulation simulation;
    final SimulatedKernel host;
    final Reactor reactor;
    final List<SimulatedDisk> disks = new ArrayList<>();
    final PoolFault fault = new PoolFault();
    final GracePeriod grace = new GracePeriod();
    final PoolDisks poolDisks;
    final List<PoolDisk> excluded = new ArrayList<>();
    final JournalRing ring;
    final MetadataCopies copies;
    final Journal journal;
    final PoolSync sync;
    private final Participant participant;

    JournalWorld(long seed, int diskCount, int chunks) {
        simulation = new Simulation(seed);
        host = new SimulatedNetwork(simulation, NetworkProfile.DEFAULT).addHost("10.0.0.1");
        participant = simulation.participant("pool");
        reactor = new Reactor("pool", 0, host, Participant.REACTOR);
        participant.run(reactor);
        List<BlockDevice> devices = new ArrayList<>();
        for (int i = 0; i < diskCount; i++) {
            SimulatedDisk disk = SimulatedDisk.blockDevice(DISK_BYTES, BLOCK);
            disks.add(disk);
            host.attach("/dev/disk" + i, disk);
            devices.add(open("/dev/disk" + i));
        }
        poolDisks = new PoolDisks(reactor, grace, fault, CLUSTER, BLOCK, StallLimits.DEFAULT);
        int[] copyClusters = new int[Math.min(3, diskCount)];
        for (int i = 0; i < diskCount; i++) {
            Label.Extent extent = new Label.Extent(i * CLUSTERS_PER_DISK, CLUSTERS_PER_DISK, MIB);
            poolDisks.add(
                    new PoolDisk(i, new UUID(7, i), devices.get(i), List.of(extent), DISK_BYTES));
            if (i < copyClusters.length) {
                copyClusters[i] = i * CLUSTERS_PER_DISK;
            }
        }
        int[][] clusters = new int[chunks][];
        int[] offsets = new int[chunks];
        for (int i = 0; i < chunks; i++) {
            clusters[i] = copyClusters;
            offsets[i] = i * MIB;
        }
        ring = new JournalRing(clusters, offsets, 0, 0);
        copies =
                new MetadataCopies(
                        poolDisks,
                        fault,
                        (disk, done) -> {
                            excluded.add(disk);
                            reactor.execute(() -> done.written(true));
                        },
                        poolDisks.all().subList(0, copyClusters.length));
        journal = run(() -> new Journal(reactor, fault, copies, ring, POOL, EPOCH, 0, 0));
        sync = run(() -> new PoolSync(reactor, fault, poolDisks, journal));
    }

    private BlockDevice open(String path) {
        FileDeviceFactory factory = new FileDeviceFactory(host, "node-1");
        CompletableFuture<BlockDevice> device =
                run(() -> factory.open(DeviceUri.parse("aio://" + path), reactor));
        runUntil("the disk is open", device::isDone);
        return device.join();
    }

    /** Does something on the pool's reactor, now. */
    <T> T run(Supplier<T> action) {
        List<T> result = new ArrayList<>();
        participant.run(() -> result.add(action.get()));
        return result.getFirst();
    }

    void run(Runnable action) {
        participant.run(action);
    }

    void runUntil(String what, BooleanSupplier condition) {
        simulation.runUntil(what, condition, 1_000_000);
    }

    /** Appends an entry; complete at once when it is recorded. */
    Change append(int number, int records) {
        Change change = new Change(number, records, true);
        run(() -> journal.append(change));
        return change;
    }

    Synced synchronise() {
        Synced waiter = new Synced();
        run(() -> sync.request(waiter));
        return waiter;
    }

    /** A request on a cluster, with a buffer of the arena. */
    Request request(Operation operation, int cluster, long offset, int lengthBytes) {
        Request request = new Request();
        request.io.operation = operation;
        request.io.blocks = lengthBytes / BLOCK;
        run(() -> {
            if (operation == Operation.READ || operation == Operation.WRITE) {
                request.io.address = reactor.arena().allocate(lengthBytes);
                Memory.zero(request.io.address, lengthBytes);
            }
            poolDisks.submit(request.io, cluster, offset);
        });
        return request;
    }

    /** What an opening would read from the first copy. */
    static Found read(SimulatedDisk disk, int chunks) {
        Found found = new Found();
        Checksum checksum = new Checksum();
        try (Arena arena = Arena.ofConfined()) {
            int size = chunks * MIB;
            MemorySegment memory = arena.allocate(size, Memory.PAGE);
            MemorySegment.copy(disk.read(MIB, size), 0, memory, ValueLayout.JAVA_BYTE, 0, size);
            int at = 0;
            int previous = 0;
            long next = 1;
            long position = 0;
            while (true) {
                int room = MIB - at % MIB;
                if (!follows(checksum, memory.address() + at, room, position, next, previous)) {
                    at = (at + room) % size;
                    position += room;
                    if (!follows(checksum, memory.address() + at, MIB, position, next, previous)) {
                        return found;
                    }
                }
                long block = memory.address() + at;
                for (JournalRecord record : JournalBlock.records(block)) {
                    found.numbers.add(((JournalRecord.RemoveLayer) record).layer());
                }
                found.durable = Math.max(found.durable, JournalBlock.durableSequence(block));
                found.blocks++;
                next += JournalBlock.count(block);
                previous = BlockHeader.crc(block);
                int length = BlockHeader.length(block);
                position += length;
                at = (at + length) % size;
            }
        }
    }

    private static boolean follows(
            Checksum checksum, long block, int room, long position, long next, int previous) {
        return JournalBlock.problem(checksum, block, room, POOL) == null
                && JournalBlock.position(block) == position
                && JournalBlock.firstSequence(block) == next
                && JournalBlock.previousCrc(block) == previous;
    }

    /** Records in the journal of a disk. */
    static final class Found {
        final List<Integer> numbers = new ArrayList<>();
        long durable;
        int blocks;
    }

    /** An entry of some records with the same number. */
    final class Change extends JournalEntry {
        final int number;
        private final int records;
        private final boolean completeAtOnce;
        Integer status;

        Change(int number, int records, boolean completeAtOnce) {
            this.number = number;
            this.records = records;
            this.completeAtOnce = completeAtOnce;
        }

        @Override
        protected int recordBytes() {
            return records * RecordWriter.REMOVE_LAYER_BYTES;
        }

        @Override
        protected int records() {
            return records;
        }

        @Override
        protected void encode(long address) {
            long at = address;
            for (int i = 0; i < records; i++) {
                at += RecordWriter.removeLayer(at, number);
            }
        }

        @Override
        protected void recorded(int withStatus) {
            status = withStatus;
            if (withStatus == 0 && completeAtOnce) {
                journal.complete(this);
            }
        }

        boolean isTold() {
            return status != null;
        }
    }

    /** Waits for a synchronisation. */
    static final class Synced extends SyncWaiter {
        Integer status;

        @Override
        protected void synced(int withStatus) {
            status = withStatus;
        }

        boolean isTold() {
            return status != null;
        }
    }

    /** A request that notes its end. */
    static final class Request {
        int completions;
        final BlockIo io = new BlockIo(done -> completions++);

        boolean isDone() {
            return completions > 0;
        }
    }
}
