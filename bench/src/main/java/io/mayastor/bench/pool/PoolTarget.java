package io.mayastor.bench.pool;

import com.sun.management.ThreadMXBean;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.pool.journal.PoolCore;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.Space;
import io.mayastor.engine.pool.volume.LayerDeleter;
import io.mayastor.engine.pool.volume.Replica;
import io.mayastor.engine.pool.volume.Snapshots;
import io.mayastor.engine.pool.volume.Volumes;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.engine.target.SubsystemConfig;
import io.mayastor.engine.target.Target;
import io.mayastor.engine.target.TargetOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A target with a pool and a raw file, for {@code bench/pools}: it does what lines of its input
 * say, and prints one line for each. Subsystems are named {@link #NQN} and the name.
 *
 * <ul>
 *   <li>{@code raw NAME URI}: a device beside the pool
 *   <li>{@code replica NAME MIB}: a thin replica
 *   <li>{@code map NAME PERCENT}: its regions get clusters as if they had been written
 *   <li>{@code snapshot NAME COUNT}: takes snapshots; microseconds each held writes, and took
 *   <li>{@code destroy NAME}: milliseconds until the answer
 *   <li>{@code figures}: journal blocks, records, clusters and slices in use, deleted layers not
 *       gone yet, bytes that the reactor's thread has allocated
 * </ul>
 */
final class PoolTarget {
    static final String NQN = "nqn.2026-01.io.mayastor.bench:";

    private static final int UNITS = 1024;

    private final PoolHome home = new PoolHome();
    private final Target target = new Target(TargetOptions.DEFAULT, List.of(home.reactor));
    private final Map<String, UUID> replicas = new HashMap<>();
    private final PoolCore core;
    private final Metadata metadata;
    private final Volumes volumes;
    private final LayerDeleter deleter;
    private final Snapshots snapshots;
    private int names;

    private PoolTarget(String poolUri) {
        core = home.create(home.disk(poolUri));
        metadata = core.metadata();
        volumes = new Volumes(core);
        deleter = on(() -> new LayerDeleter(volumes));
        snapshots = new Snapshots(volumes, deleter);
        target.start().join();
    }

    /**
     * @param args port, URI of the pool's disk
     */
    public static void main(String[] args) throws Exception {
        PoolTarget pool = new PoolTarget(args[1]);
        pool.target.addPortal(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]))).join();
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(pool.run(line.split(" ")));
        }
        System.exit(0);
    }

    private String run(String[] words) {
        return switch (words[0]) {
            case "raw" -> share(words[1], home.disk(words[2]));
            case "replica" -> share(words[1], create(words[1], Long.parseLong(words[2]) << 20));
            case "map" -> map(words[1], Integer.parseInt(words[2]));
            case "snapshot" -> snapshot(words[1], Integer.parseInt(words[2]));
            case "destroy" -> destroy(words[1]);
            case "figures" -> figures();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private <T> T on(Callable<T> task) {
        return home.reactor.call(task).join();
    }

    private <T> T await(Callable<CompletableFuture<T>> task) {
        return on(task).join();
    }

    private String share(String name, BlockDevice device) {
        target.addSubsystem(
                        new SubsystemConfig(
                                NQN + name,
                                "BENCH",
                                SubsystemConfig.MODEL,
                                device,
                                device.uuid(),
                                Set.of(),
                                1,
                                SubsystemConfig.MAX_CONTROLLER_ID,
                                AnaState.OPTIMIZED,
                                ReservationStore.VOLATILE))
                .join();
        return NQN + name;
    }

    private Replica create(String name, long bytes) {
        UUID uuid = UUID.randomUUID();
        replicas.put(name, uuid);
        return await(() -> volumes.create(uuid, name, bytes, false, null));
    }

    private String map(String name, int percent) {
        Layer layer = on(() -> volumes.replica(replicas.get(name)).orElseThrow().layer());
        int regions = (int) (layer.regions() * (long) percent / 100);
        for (int first = 0; first < regions; first += 1000) {
            int from = first;
            int to = Math.min(regions, first + 1000);
            on(() -> {
                for (int region = from; region < to; region++) {
                    PoolHome.require(metadata.prepare(metadata.pagesPerChange()), "room");
                    int cluster = metadata.allocateCluster(false);
                    metadata.units(0, layer, region, 0, UNITS, cluster, 0);
                }
                return null;
            });
        }
        home.checkpoint(core);
        return "%d regions".formatted(regions);
    }

    private String snapshot(String name, int count) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            String snapshot = name + "-" + names++;
            Snapshots.Taken taken =
                    await(() ->
                            snapshots.take(
                                    replicas.get(name),
                                    UUID.randomUUID(),
                                    snapshot,
                                    null,
                                    null,
                                    "2026-01-01T00:00:00Z"));
            line.append(taken.holdNanos() / 1000).append(' ');
            line.append((System.nanoTime() - begun) / 1000).append(' ');
        }
        return line.toString().strip();
    }

    private String destroy(String name) {
        target.removeSubsystem(NQN + name).join();
        long begun = System.nanoTime();
        UUID uuid = replicas.remove(name);
        await(() -> volumes.destroy(uuid));
        return "%.1f ms".formatted((System.nanoTime() - begun) / 1e6);
    }

    private String figures() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (long id : threads.getAllThreadIds()) {
            if (threads.getThreadInfo(id).getThreadName().startsWith("reactor")) {
                allocated += threads.getThreadAllocatedBytes(id);
            }
        }
        long bytes = allocated;
        return on(() -> {
            Space space = metadata.space();
            return "blocks %d records %d clusters %d sliced %d slices %d metadata %d pending %d allocated %d"
                    .formatted(
                            core.journal().blocks(),
                            core.journal().records(),
                            space.mapped(),
                            space.sliced(),
                            space.mappedSlices(),
                            space.metadata(),
                            deleter.pendingLayers(),
                            bytes);
        });
    }
}
