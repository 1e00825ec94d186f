package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A recorded run.
 *
 * @param name how to make it again
 * @param initial content of each disk by MiB when the log begins, null for zeros
 * @param log what the disks were given since
 * @param history what hosts asked and were told
 */
record PoolRun(
        long seed,
        String name,
        PoolShape shape,
        List<byte[][]> initial,
        DiskLog log,
        History history) {
    private static final int UNIT = 4096;

    /** What a power cut never tears. */
    int atomicBytes() {
        return shape.files() ? 512 : shape.blockBytes();
    }

    /** A new pool with so many operations. */
    static PoolRun record(long seed, int operations) {
        SplittableRandom random = new SplittableRandom(seed);
        PoolShape shape = PoolShape.of(random);
        PoolWorld world = new PoolWorld(seed, shape, null);
        try {
            world.create();
            History history = new History(shape.blockBytes(), shape.mostBlocks());
            for (int i = 0; i < shape.disks(); i++) {
                history.diskAsked();
                history.diskAcknowledged();
            }
            String name = "-Dmayastor.sim.seed=" + seed;
            PoolRun run = begin(seed, name, world, history);
            Load load = new Load(world, history, random, 3);
            load.run(operations);
            load.readAll();
            load.verify();
            return run;
        } catch (RuntimeException | AssertionError e) {
            throw failed(seed, e);
        } finally {
            world.stop();
        }
    }

    /**
     * The pool after a crash of this run is opened and used on, from the first write of recovery.
     */
    PoolRun after(CrashPoint point, DiskImage[] images, LoadedPool pool, int operations) {
        List<byte[][]> contents = new ArrayList<>();
        for (DiskImage image : images) {
            contents.add(image.copy());
        }
        History next = History.after(history, found(pool, images));
        for (int i = 0; i < pool.disks().size(); i++) {
            next.diskAsked();
            next.diskAcknowledged();
        }
        long nextSeed = seed ^ (long) point.events() << 20 ^ point.look();
        PoolWorld world = new PoolWorld(nextSeed, shape, contents);
        try {
            PoolRun run = begin(nextSeed, name + " -Dmayastor.crash.first=" + point, world, next);
            world.open(pool.disks().size());
            Load load =
                    new Load(world, next, new SplittableRandom(nextSeed), 1000 + point.events());
            load.adopt();
            load.readAll();
            load.run(operations);
            load.readAll();
            load.verify();
            return run;
        } catch (RuntimeException | AssertionError e) {
            throw new CrashFailure("gone on after " + point + ": " + e.getMessage(), e);
        } finally {
            world.stop();
        }
    }

    private static PoolRun begin(long seed, String name, PoolWorld world, History history) {
        DiskLog log = new DiskLog(history);
        List<byte[][]> initial = new ArrayList<>();
        for (int i = 0; i < world.disks.size(); i++) {
            initial.add(world.content(i));
            log.record(i, world.disks.get(i));
        }
        return new PoolRun(seed, name, world.shape, initial, log, history);
    }

    static CrashFailure failed(long seed, Throwable failure) {
        return new CrashFailure(
                "%s [see it again with -Dmayastor.sim.seed=%d]"
                        .formatted(failure.getMessage(), seed),
                failure);
    }

    private Map<UUID, long[]> found(LoadedPool pool, DiskImage[] images) {
        PoolReading reading = new PoolReading(pool, images);
        Map<UUID, long[]> found = new LinkedHashMap<>();
        int perUnit = UNIT / history.blockBytes;
        for (Layer layer : pool.metadata().layers()) {
            if (!Promises.isVisible(layer.record())) {
                continue;
            }
            long[] tags = new long[(int) (layer.record().sizeBytes() / history.blockBytes)];
            for (int block = 0; block < tags.length; block++) {
                long address = reading.unit(layer, block / perUnit);
                long inUnit = (long) (block % perUnit) * history.blockBytes;
                tags[block] = address == 0 ? Change.ZEROS : Memory.getLong(address + inUnit);
            }
            found.put(layer.record().uuid(), tags);
        }
        return found;
    }
}
