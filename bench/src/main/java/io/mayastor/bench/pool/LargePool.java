package io.mayastor.bench.pool;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.metadata.Geometry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.volume.Volumes;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * How long a large pool takes to open, and how much memory. {@code make} fills a pool on a sparse
 * file with replicas, each with a chain of snapshots, whose regions are mapped at random; {@code
 * open} opens it in a process of its own.
 */
final class LargePool {
    private static final int UNITS = PoolHome.CLUSTER_BYTES / Geometry.UNIT_BYTES;
    private static final int SLICES = PoolHome.CLUSTER_BYTES / Geometry.SLICE_BYTES;

    private final SplittableRandom random = new SplittableRandom(3);
    private final Metadata metadata;
    private final long places = Arena.global().allocate(8L * SLICES, 8).address();
    private long mapped;

    private LargePool(Metadata metadata) {
        this.metadata = metadata;
    }

    /**
     * @param args {@code make FILE REPLICAS SNAPSHOTS-OF-EACH REPLICA-GIB MAPPED-GIB
     *     PERCENT-PARTIAL} or {@code open FILE}
     */
    public static void main(String[] args) throws Exception {
        PoolHome home = new PoolHome();
        BlockDevice disk =
                home.disk("uring://" + Path.of(args[1]).toAbsolutePath() + "?blk_size=4096");
        if (args[0].equals("make")) {
            make(home, disk, args);
        } else {
            open(home, disk);
        }
        System.exit(0);
    }

    private static void make(PoolHome home, BlockDevice disk, String[] args) {
        PoolCore core = home.create(disk);
        LargePool pool = new LargePool(core.metadata());
        int replicas = Integer.parseInt(args[2]);
        int snapshots = Integer.parseInt(args[3]);
        long size = Long.parseLong(args[4]) << 30;
        long regions = (Long.parseLong(args[5]) << 30) / PoolHome.CLUSTER_BYTES;
        int percent = Integer.parseInt(args[6]);
        home.reactor
                .call(() -> {
                    pool.layers(replicas, snapshots, size);
                    return null;
                })
                .join();
        while (pool.mapped < regions) {
            home.reactor.call(() -> pool.regions(regions, percent)).join();
        }
        home.checkpoint(core);
        home.close(core);
        System.out.printf(
                "made: %d regions of %d layers%n", pool.mapped, replicas * (snapshots + 1));
    }

    private void layers(int replicas, int snapshots, long size) {
        for (int replica = 0; replica < replicas; replica++) {
            int parent = 0;
            for (int depth = 0; depth <= snapshots; depth++) {
                boolean top = depth == snapshots;
                LayerRecord layer =
                        LayerRecord.replica(
                                        metadata.newLayerId(),
                                        new UUID(random.nextLong(), random.nextLong()),
                                        "replica-" + replica + (top ? "" : "-snapshot-" + depth),
                                        size,
                                        false)
                                .with()
                                .kind(top ? LayerRecord.Kind.REPLICA : LayerRecord.Kind.SNAPSHOT)
                                .parent(parent)
                                .make();
                PoolHome.require(metadata.prepare(metadata.pagesFor(layer)), "room");
                metadata.putLayer(0, layer);
                parent = layer.id();
            }
        }
    }

    /** Some regions more, so that the reactor can do other things between. */
    private Void regions(long wanted, int percentPartial) {
        int layers = metadata.layers().size();
        for (int i = 0; i < 10_000 && mapped < wanted; i++) {
            Layer layer = metadata.layer(1 + random.nextInt(layers));
            int region = random.nextInt(layer.regions());
            if (metadata.entry(layer, region) != 0) {
                continue;
            }
            PoolHome.require(metadata.prepare(metadata.pagesPerChange()), "room");
            if (random.nextInt(100) >= percentPartial) {
                metadata.units(0, layer, region, 0, UNITS, metadata.allocateCluster(false), 0);
            } else if (layer.parent() == null) {
                int count = 1 + random.nextInt(UNITS / 2);
                int first = random.nextInt(UNITS / 2);
                metadata.units(0, layer, region, first, count, metadata.allocateCluster(false), 0);
            } else {
                int slices = 1 + random.nextInt(SLICES / 2);
                int first = random.nextInt(SLICES / 2);
                for (int slice = 0; slice < slices; slice++) {
                    long place = metadata.allocateSlice();
                    PoolHome.require(place != Place.NONE, "space");
                    Memory.putLong(places + (long) Place.BYTES * slice, place);
                }
                int units = Geometry.UNITS_PER_SLICE;
                metadata.units(0, layer, region, first * units, slices * units, 0, places);
            }
            mapped++;
        }
        return null;
    }

    private static void open(PoolHome home, BlockDevice disk) throws Exception {
        long residentBefore = PoolHome.residentMib();
        long begun = System.nanoTime();
        PoolCore core = home.open(disk);
        long millis = (System.nanoTime() - begun) / 1_000_000;
        long pool = core.metadata().memoryBytes();
        long residentOpen = PoolHome.residentMib();
        Volumes volumes = new Volumes(core);
        begun = System.nanoTime();
        home.reactor
                .call(() -> {
                    volumes.open();
                    return null;
                })
                .join();
        long volumesMillis = (System.nanoTime() - begun) / 1_000_000;
        long regions = core.metadata().layers().stream().mapToLong(Layer::mappedRegions).sum();
        System.out.println(
                "| layers | regions mapped | file read MiB | open ms | + volumes ms | metadata MiB | pages MiB | RSS before MiB | RSS open MiB | RSS with volumes MiB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        System.out.printf(
                "| %d | %d | %d | %d | %d | %.1f | %.1f | %d | %d | %d |%n",
                core.metadata().layers().size(),
                regions,
                readMib(),
                millis,
                volumesMillis,
                pool / 1048576.0,
                core.metadata().pageMemoryBytes() / 1048576.0,
                residentBefore,
                residentOpen,
                PoolHome.residentMib());
        home.close(core);
    }

    /** What the process has read from disks. */
    private static long readMib() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
            if (line.startsWith("read_bytes:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 20;
            }
        }
        return 0;
    }
}
