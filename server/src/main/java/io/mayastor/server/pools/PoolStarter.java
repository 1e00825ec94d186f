package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.pool.PoolSpec;
import io.mayastor.engine.pool.journal.NewPool;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.journal.PoolCreator;
import io.mayastor.engine.pool.journal.PoolOpened;
import io.mayastor.engine.pool.journal.PoolOpener;
import io.mayastor.engine.pool.journal.PoolOptions;
import io.mayastor.engine.pool.journal.StallLimits;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.server.config.PoolLimits;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Takes disks, looks at what they carry, and makes or opens the pool. Management threads. */
final class PoolStarter {
    /** What may be done with the disks. */
    enum Mode {
        /** Make a pool on blank disks, open one of this name. */
        CREATE_OR_OPEN,
        /** Open one of this name. */
        OPEN,
        /** Make a pool on blank disks, open one of whatever name. */
        OPEN_ANY_OR_CREATE
    }

    private static final System.Logger LOG = System.getLogger(PoolStarter.class.getPackageName());
    private static final int DEFAULT_CLUSTER_BYTES = 4 << 20;
    private static final String OURS = "a mayastor pool";

    private final DeviceRegistry devices;
    private final PoolOptions options;
    private final Clock clock;

    PoolStarter(DeviceRegistry devices, String owner, PoolLimits limits, Clock clock) {
        this.devices = devices;
        this.clock = clock;
        this.options =
                new PoolOptions(
                        owner,
                        limits.pageMemoryBytes(),
                        new StallLimits(
                                StallLimits.DEFAULT.suspectNanos(), limits.diskStall().toNanos()),
                        limits.punchBytesPerSecond());
    }

    OpenPool start(PoolSpec spec, Mode mode, Reactor reactor) {
        List<DiskLease> disks =
                new ArrayList<>(
                        DiskLease.take(devices, claimant(spec.name()), spec.diskUris(), reactor));
        try {
            List<Optional<String>> found =
                    disks.stream().map(disk -> new RawDisk(disk.device()).contents()).toList();
            boolean ours = found.stream().anyMatch(Optional.of(OURS)::equals);
            boolean wipes = disks.stream().allMatch(DiskLease::wipe);
            PoolCore core;
            if (mode == Mode.OPEN || (ours && !wipes)) {
                core = open(spec, mode, disks, reactor);
            } else {
                requireBlank(disks, found);
                core = create(spec, disks, reactor);
            }
            return started(core, disks);
        } catch (RuntimeException e) {
            disks.forEach(DiskLease::giveBack);
            throw e;
        }
    }

    /** A core without volumes gives its memory and timers back before the disks go. */
    private static OpenPool started(PoolCore core, List<DiskLease> disks) {
        try {
            return Answers.await(core.reactor().call(() -> OpenPool.start(core, disks)));
        } catch (RuntimeException e) {
            CompletableFuture<Boolean> closed = new CompletableFuture<>();
            core.reactor().execute(() -> core.close(closed::complete));
            Answers.await(closed);
            throw e;
        }
    }

    private static String claimant(String pool) {
        return "pool " + pool;
    }

    private static void requireBlank(List<DiskLease> disks, List<Optional<String>> found) {
        for (int i = 0; i < disks.size(); i++) {
            requireBlank(disks.get(i), found.get(i));
        }
    }

    private static void requireBlank(DiskLease disk, Optional<String> found) {
        if (found.isEmpty()) {
            return;
        }
        if (!disk.wipe()) {
            throw new PoolException(
                    Kind.DISK_IN_USE,
                    "disks: %1$s is not blank, it carries %2$s; to overwrite it, name it as %1$s%3$swipe=yes"
                            .formatted(
                                    disk.uri(), found.get(), disk.uri().contains("?") ? "&" : "?"));
        }
        LOG.log(Level.WARNING, "disk {0} is wiped; it carried {1}", disk.uri(), found.get());
        new RawDisk(disk.device()).clear();
    }

    private PoolCore open(PoolSpec spec, Mode mode, List<DiskLease> disks, Reactor reactor) {
        String name = mode == Mode.OPEN_ANY_OR_CREATE ? null : spec.name();
        LoadOptions expected =
                new LoadOptions(spec.uuid().orElse(null), name, options.pageMemoryBytes());
        boolean takeover = disks.stream().allMatch(DiskLease::takeover);
        Opened opened = new Opened();
        reactor.execute(() ->
                PoolOpener.open(reactor, devices(disks), expected, takeover, options, opened));
        try {
            return Answers.await(opened.core);
        } catch (PoolException e) {
            throw spec.degraded() ? withoutDisks(e) : e;
        }
    }

    /** The extents of a disk are in its own label alone. */
    private static PoolException withoutDisks(PoolException refused) {
        boolean missing =
                refused.getCause() instanceof LoadException load
                        && load.kind() == LoadException.Kind.MISSING_DISK;
        return missing
                ? new PoolException(
                        Kind.PRECONDITION,
                        refused.getMessage()
                                + "; this version can not open a pool without all its disks",
                        refused)
                : refused;
    }

    private PoolCore create(PoolSpec spec, List<DiskLease> disks, Reactor reactor) {
        NewPool pool =
                new NewPool(
                        spec.uuid().orElseGet(UUID::randomUUID),
                        spec.name(),
                        spec.clusterBytes() == 0 ? DEFAULT_CLUSTER_BYTES : spec.clusterBytes(),
                        clock.millis(),
                        disks.stream().map(disk -> UUID.randomUUID()).toList());
        Opened opened = new Opened();
        reactor.execute(() -> PoolCreator.create(reactor, devices(disks), pool, options, opened));
        return Answers.await(opened.core);
    }

    private static List<BlockDevice> devices(List<DiskLease> disks) {
        return disks.stream().map(DiskLease::device).toList();
    }

    /** A blank disk becomes part of an open pool. */
    void addDisk(OpenPool pool, PoolDiskUri uri) {
        DiskLease disk = DiskLease.take(devices, claimant(pool.name()), uri, pool.core().reactor());
        boolean added = false;
        try {
            requireBlank(disk, new RawDisk(disk.device()).contents());
            CompletableFuture<Boolean> written = new CompletableFuture<>();
            try {
                pool.onReactor(() -> {
                    pool.core().growth().add(disk.device(), UUID.randomUUID(), written::complete);
                    return null;
                });
            } catch (IllegalArgumentException e) {
                throw new PoolException(Kind.INVALID, "disk: " + e.getMessage(), e);
            }
            added = Answers.await(written);
            if (!added) {
                throw new PoolException(
                        Kind.IO,
                        "the labels of pool %s could not be written".formatted(pool.name()));
            }
            pool.disks().add(disk);
        } finally {
            if (!added) {
                disk.giveBack();
            }
        }
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
