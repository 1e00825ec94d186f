package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.reactor.Reactor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a pool on blank disks: zeros into both root slots and the whole journal (really written, so
 * that no journal write has to allocate), the first root, and at last the labels, without which
 * nobody takes the rest for a pool. Owner thread: the pool's reactor.
 */
public final class PoolCreator {
    private final Reactor reactor;
    private final PoolCore core;
    private final PoolOptions options;
    private final PoolOpened done;
    private final MemorySegment zeros;
    private final CopyIo zeroing;
    private int nextChunk;

    private PoolCreator(Reactor reactor, PoolCore core, PoolOptions options, PoolOpened done) {
        this.reactor = reactor;
        this.core = core;
        this.options = options;
        this.done = done;
        this.zeros = reactor.kernel().map(DiskLayout.CHUNK, true);
        this.zeroing =
                new CopyIo(core.copies()) {
                    @Override
                    protected void done(int status) {
                        zeroed(status);
                    }
                };
    }

    /** Makes the pool; the devices, all on this reactor, stay open as long as it is. */
    public static void create(
            Reactor reactor,
            List<BlockDevice> devices,
            NewPool pool,
            PoolOptions options,
            PoolOpened done) {
        reactor.checkOwner();
        PoolCore core;
        try {
            core = core(reactor, devices, pool, options);
        } catch (RuntimeException e) {
            done.failed(e);
            return;
        }
        new PoolCreator(reactor, core, options, done).begin();
    }

    private static PoolCore core(
            Reactor reactor, List<BlockDevice> devices, NewPool pool, PoolOptions options) {
        List<Label> labels = labels(devices, pool);
        GracePeriod grace = new GracePeriod();
        PoolFault fault = new PoolFault();
        PoolDisks disks =
                new PoolDisks(
                        reactor,
                        grace,
                        fault,
                        pool.clusterBytes(),
                        labels.getFirst().blockBytes(),
                        options.limits());
        Metadata metadata =
                new Metadata(
                        Geometry.of(pool.clusterBytes()), pool.uuid(), options.pageMemoryBytes());
        long clusters = 0;
        for (Label label : labels) {
            BlockDevice device = devices.get(label.diskIndex());
            disks.add(
                    new PoolDisk(
                            label.diskIndex(),
                            label.disk(),
                            device,
                            label.extents(),
                            label.labelledBytes()));
            Label.Extent extent = label.extents().getFirst();
            metadata.addExtent(label.diskIndex(), extent.firstCluster(), extent.clusters());
            clusters += extent.clusters();
        }
        int[] copies = new int[Math.min(Root.MAX_COPIES, labels.size())];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = i;
        }
        metadata.metadataSpace().copies(copies);
        int chunks = JournalRing.chunks(clusters * pool.clusterBytes());
        for (int i = 0; i < chunks; i++) {
            if (!metadata.metadataSpace().addJournalChunk()) {
                metadata.close();
                throw invalid("pool %s has no room for its journal", pool.name());
            }
        }
        return new PoolCore(
                reactor,
                options,
                grace,
                fault,
                disks,
                labels,
                metadata,
                new PoolCore.Start(Recovery.NONE, 1, 0, 0, 0, 0, 0, 1));
    }

    private static List<Label> labels(List<BlockDevice> devices, NewPool pool) {
        if (devices.isEmpty()
                || devices.size() > Label.MAX_DISKS
                || devices.size() != pool.disks().size()) {
            throw invalid("a pool has 1 to %s disks", Integer.toString(Label.MAX_DISKS));
        }
        int blockBytes = 0;
        List<Label.Disk> all = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            blockBytes = Math.max(blockBytes, devices.get(i).blockSize());
            all.add(new Label.Disk(pool.disks().get(i), i < Root.MAX_COPIES, false));
        }
        List<Label> labels = new ArrayList<>();
        long nextCluster = 0;
        for (int i = 0; i < devices.size(); i++) {
            BlockDevice device = devices.get(i);
            long bytes = DiskExtents.labelledBytes(device.blockCount() * device.blockSize());
            Label.Extent extent = DiskExtents.first(nextCluster, bytes, pool.clusterBytes());
            if (extent == null) {
                throw invalid("disk %s is too small for a cluster", device.name());
            }
            nextCluster = extent.endCluster();
            labels.add(
                    new Label(
                            pool.uuid(),
                            0,
                            1,
                            pool.disks().get(i),
                            i,
                            0,
                            pool.clusterBytes(),
                            blockBytes,
                            bytes,
                            pool.createdMillis(),
                            pool.name(),
                            "",
                            List.of(extent),
                            all));
        }
        return labels;
    }

    private static PoolOpenException invalid(String format, String about) {
        return new PoolOpenException(PoolOpenException.Kind.INVALID, format.formatted(about));
    }

    private void begin() {
        zeroing.writeAt(
                DiskLayout.rootOffset(0),
                zeros.address(),
                DiskLayout.ROOT_SLOTS * DiskLayout.MAX_ROOT);
    }

    private void zeroed(int status) {
        JournalRing ring = core.journal().ring();
        if (status != Status.SUCCESS) {
            core.fault("the journal could not be written");
            ended(false);
        } else if (nextChunk < ring.chunks()) {
            int chunk = nextChunk++;
            zeroing.write(
                    ring.clusters(chunk), ring.offset(chunk), zeros.address(), DiskLayout.CHUNK);
        } else {
            core.checkpointer()
                    .request(durable -> {
                        if (durable) {
                            core.labels().own(options.owner(), this::ended);
                        } else {
                            ended(false);
                        }
                    });
        }
    }

    private void ended(boolean success) {
        if (!zeroing.bufferIsLost()) {
            reactor.kernel().unmap(zeros);
        }
        if (success) {
            done.opened(core);
            return;
        }
        core.fault("it could not be written");
        String reason = core.faultReason();
        core.close(closed ->
                done.failed(
                        new PoolOpenException(
                                PoolOpenException.Kind.IO,
                                "pool %s: %s".formatted(core.name(), reason))));
    }
}
