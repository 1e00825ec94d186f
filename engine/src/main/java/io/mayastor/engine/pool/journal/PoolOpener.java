package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.metadata.DiskRead;
import io.mayastor.engine.pool.metadata.LoadMemory;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.LoadedPool.JournalEnd;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import io.mayastor.engine.pool.metadata.PoolLoader;
import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Opens the pool that is on some disks: loads and recovers it, puts the owner's name into the
 * labels, and makes a checkpoint of the next epoch durable. Before that nobody gets the pool, so
 * that no block of an old journal ever follows a new one. Owner thread: the pool's reactor.
 */
public final class PoolOpener {
    private static final int READS_AT_ONCE = 32;

    private final Reactor reactor;
    private final List<BlockDevice> devices;
    private final boolean takeOver;
    private final PoolOptions options;
    private final PoolOpened done;
    private final LoadMemory memory = new LoadMemory();
    private final PoolLoader loader;
    private Iterator<DiskRead> reads;
    private int outstanding;
    private boolean submitting;

    private PoolOpener(
            Reactor reactor,
            List<BlockDevice> devices,
            LoadOptions expected,
            boolean takeOver,
            PoolOptions options,
            PoolOpened done) {
        this.reactor = reactor;
        this.devices = List.copyOf(devices);
        this.takeOver = takeOver;
        this.options = options;
        this.done = done;
        long[] bytes =
                devices.stream()
                        .mapToLong(device -> device.blockCount() * device.blockSize())
                        .toArray();
        this.loader = new PoolLoader(bytes, expected, memory);
    }

    /**
     * Opens; the devices, all on this reactor, stay open as long as the pool is.
     *
     * @param takeOver whether a pool that another node has marked as its own may be taken
     */
    public static void open(
            Reactor reactor,
            List<BlockDevice> devices,
            LoadOptions expected,
            boolean takeOver,
            PoolOptions options,
            PoolOpened done) {
        reactor.checkOwner();
        new PoolOpener(reactor, devices, expected, takeOver, options, done).load();
    }

    private void load() {
        List<DiskRead> wanted;
        try {
            wanted = loader.next();
        } catch (RuntimeException e) {
            memory.close();
            done.failed(e);
            return;
        }
        if (wanted.isEmpty()) {
            memory.close();
            loaded(loader.result());
        } else {
            reads = wanted.iterator();
            readMore();
        }
    }

    private void readMore() {
        if (submitting) {
            return;
        }
        submitting = true;
        while (reads.hasNext() && outstanding < READS_AT_ONCE) {
            outstanding++;
            submit(reads.next());
        }
        submitting = false;
        if (outstanding == 0) {
            load();
        }
    }

    private void submit(DiskRead read) {
        BlockDevice device = devices.get(read.disk());
        BlockIo io =
                new BlockIo(ended -> {
                    if (ended.status != Status.SUCCESS) {
                        read.fail();
                    }
                    outstanding--;
                    readMore();
                });
        io.operation = BlockIo.Operation.READ;
        io.startBlock = read.offset() / device.blockSize();
        io.blocks = read.length() / device.blockSize();
        io.address = read.address();
        device.submit(io);
    }

    private void loaded(LoadedPool loaded) {
        String owner = loaded.label().owner();
        if (!owner.isEmpty() && !owner.equals(options.owner()) && !takeOver) {
            loaded.metadata().close();
            done.failed(
                    new PoolOpenException(
                            PoolOpenException.Kind.OWNED,
                            "pool %s is in use by node %s, or was not exported there; take it over only when that node surely has ended"
                                    .formatted(loaded.label().poolName(), owner)));
            return;
        }
        PoolCore core = core(loaded);
        core.labels()
                .own(
                        options.owner(),
                        owned ->
                                core.checkpointer()
                                        .request(durable -> ended(core, owned && durable)));
    }

    private PoolCore core(LoadedPool loaded) {
        Label newest = loaded.label();
        GracePeriod grace = new GracePeriod();
        PoolFault fault = new PoolFault();
        PoolDisks disks =
                new PoolDisks(
                        reactor,
                        grace,
                        fault,
                        newest.clusterBytes(),
                        newest.blockBytes(),
                        options.limits());
        List<Label> labels = new ArrayList<>();
        for (MemberDisk member : loaded.disks()) {
            Label own = member.label();
            PoolDisk disk =
                    new PoolDisk(
                            own.diskIndex(),
                            own.disk(),
                            devices.get(member.input()),
                            own.extents(),
                            own.labelledBytes());
            disks.add(disk);
            if (newest.disks().get(own.diskIndex()).lost()) {
                exclude(disk, loaded);
            } else {
                // What recovery has read may be in the disk's cache only.
                disk.dataWritten = true;
                labels.add(
                        own.with()
                                .generation(newest.generation())
                                .owner(newest.owner())
                                .disks(newest.disks())
                                .make());
            }
        }
        JournalEnd end = loaded.journal();
        int chunks = loaded.root().journalChunks().length;
        int chunk = end.offset() < DiskLayout.CHUNK ? end.chunk() : (end.chunk() + 1) % chunks;
        return new PoolCore(
                reactor,
                options,
                grace,
                fault,
                disks,
                labels,
                loaded.metadata(),
                new PoolCore.Start(
                        recovery(loaded),
                        loaded.root().epoch() + 1,
                        end.lastSequence(),
                        end.lastCrc(),
                        chunk,
                        end.position(),
                        loaded.root().number(),
                        loaded.root().slot()));
    }

    private static Recovery recovery(LoadedPool loaded) {
        LoadedPool.Figures figures = loaded.figures();
        return new Recovery(
                loaded.root().closed(),
                loaded.label().owner(),
                figures.records(),
                figures.unitsVerified(),
                figures.unitsRolledBack(),
                loaded.notes());
    }

    /** A disk that the pool has given up: it is there, and its content does not count. */
    private static void exclude(PoolDisk disk, LoadedPool loaded) {
        disk.fault("disk %s was excluded earlier".formatted(disk.device().name()));
        disk.exclude();
        loaded.metadata().closeDisk(disk.index());
        for (int holder : loaded.root().copyDisks()) {
            if (holder == disk.index() && loaded.metadata().metadataSpace().copies() > 1) {
                loaded.metadata().metadataSpace().dropCopy(holder);
            }
        }
    }

    private void ended(PoolCore core, boolean success) {
        if (success) {
            done.opened(core);
        } else {
            core.fault("it could not be opened");
            String reason = core.faultReason();
            core.close(closed ->
                    done.failed(
                            new PoolOpenException(
                                    PoolOpenException.Kind.IO,
                                    "pool %s: %s".formatted(core.name(), reason))));
        }
    }
}
