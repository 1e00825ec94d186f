package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.metadata.LoadMemory;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.PoolCheck;
import io.mayastor.engine.pool.metadata.PoolLoader;
import io.mayastor.engine.pool.metadata.PoolReport;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.sim.DiskFault;
import io.mayastor.engine.sim.DiskFault.Effect;
import io.mayastor.engine.sim.DiskFault.Kind;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A load on a pool whose disk misbehaves once, and the pool as it is found when the engine has then
 * died. Hosts may be told errors; what they were told is done must be there.
 */
final class FaultyRun {
    private static final long MIB = 1 << 20;
    private static final long STALL_NANOS = 12_000_000_000L;

    /** What happens. */
    enum Mishap {
        WRITE_FAILS,
        WRITE_IS_TORN,
        FLUSH_FAILS,
        FLUSH_IS_LOST,
        READ_FAILS,
        DISK_STALLS,
        /** Lands beside its place and reports success: of the journal, which knows its place. */
        METADATA_IS_MISDIRECTED,
        METADATA_HAS_A_WRONG_BIT;

        DiskFault fault(SplittableRandom random) {
            DiskFault fault =
                    switch (this) {
                        case WRITE_FAILS -> DiskFault.every(Kind.WRITE, DiskFault.ioError());
                        case WRITE_IS_TORN -> DiskFault.every(Kind.WRITE, new Effect.Tear());
                        case FLUSH_FAILS -> DiskFault.every(Kind.FLUSH, DiskFault.ioError());
                        case FLUSH_IS_LOST -> DiskFault.every(Kind.FLUSH, new Effect.Lose());
                        case READ_FAILS -> DiskFault.every(Kind.READ, DiskFault.ioError());
                        case DISK_STALLS ->
                                DiskFault.every(Kind.WRITE, new Effect.Delay(STALL_NANOS));
                        case METADATA_IS_MISDIRECTED ->
                                DiskFault.every(Kind.WRITE, new Effect.Misdirect(8192))
                                        .within(MIB, 2 * MIB);
                        case METADATA_HAS_A_WRONG_BIT ->
                                DiskFault.every(Kind.WRITE, new Effect.FlipBit())
                                        .within(MIB, 2 * MIB);
                    };
            return fault.withChance(0.05).atMost(isSilent() ? 1 : 1 + random.nextInt(3));
        }

        /** The disk has said that it is done, and it is not: then the pool may be refused. */
        boolean isSilent() {
            return this == METADATA_IS_MISDIRECTED || this == METADATA_HAS_A_WRONG_BIT;
        }
    }

    private final Mishap mishap;
    private final History history;
    private final List<byte[][]> contents = new ArrayList<>();

    /** Whether the pool was refused afterwards. */
    boolean refused;

    private FaultyRun(Mishap mishap, History history) {
        this.mishap = mishap;
        this.history = history;
    }

    static FaultyRun run(long seed, int operations) {
        SplittableRandom random = new SplittableRandom(seed);
        Mishap mishap = Mishap.values()[(int) (seed % Mishap.values().length)];
        PoolShape drawn = PoolShape.of(random);
        PoolShape shape =
                new PoolShape(
                        1, 0, 32, drawn.blockBytes(), drawn.files(), drawn.punchBytesPerSecond());
        PoolWorld world = new PoolWorld(seed, shape, null);
        try {
            world.create();
            FaultyRun run =
                    new FaultyRun(mishap, new History(shape.blockBytes(), shape.mostBlocks()));
            Load load = new Load(world, run.history, random, 3);
            load.run(operations / 2);
            load.mayFail();
            world.disks.getFirst().inject(mishap.fault(random));
            load.run(operations / 2);
            load.verify();
            run.contents.add(world.content(0));
            run.verify();
            return run;
        } catch (RuntimeException | AssertionError e) {
            throw new CrashFailure(
                    "%s: %s [see it again with -Dmayastor.sim.seed=%d]"
                            .formatted(mishap, e.getMessage(), seed),
                    e);
        } finally {
            world.stop();
        }
    }

    private void verify() {
        try (Arena arena = Arena.ofConfined();
                LoadMemory memory = new LoadMemory()) {
            DiskImage[] images = {new DiskImage(arena, contents.getFirst())};
            LoadedPool pool;
            try {
                pool =
                        PoolLoader.load(
                                new long[] {images[0].sizeBytes()},
                                LoadOptions.ANY,
                                memory,
                                (disk, offset, address, length) ->
                                        Memory.copy(
                                                images[disk].address() + offset, address, length));
            } catch (LoadException e) {
                refused = true;
                if (mishap.isSilent()) {
                    return;
                }
                throw e;
            }
            try (Metadata metadata = pool.metadata()) {
                verify(pool, new PoolReading(pool, images));
            }
        }
    }

    private void verify(LoadedPool pool, PoolReading reading) {
        PoolReport report = PoolCheck.check(pool);
        if (!report.problems().isEmpty()) {
            throw new CrashFailure("the check finds " + report.problems());
        }
        if (mishap.isSilent()) {
            nothingIsForeign(pool, reading);
        } else {
            new Promises(history)
                    .verify(pool, reading, Crash.PROCESS, history.moment(), new CrashCoverage());
        }
    }

    private void nothingIsForeign(LoadedPool pool, PoolReading reading) {
        for (Layer layer : pool.metadata().layers()) {
            ModelVolume volume = history.volumes.get(layer.record().uuid());
            if (volume != null && Promises.isVisible(layer.record())) {
                nothingIsForeign(volume, layer, reading);
            }
        }
    }

    private void nothingIsForeign(ModelVolume volume, Layer layer, PoolReading reading) {
        int perUnit = 4096 / history.blockBytes;
        int blocks = (int) (layer.record().sizeBytes() / history.blockBytes);
        for (int block = 0; block < blocks; block++) {
            long unit = reading.unit(layer, block / perUnit);
            long at = unit + (long) (block % perUnit) * history.blockBytes;
            long tag = unit == 0 ? Change.ZEROS : Memory.getLong(at);
            if (!volume.knows(block, tag)) {
                throw new CrashFailure(
                        "block %d of %s reads 0x%x (by %s), which is foreign to it: %s"
                                .formatted(
                                        block,
                                        volume.name,
                                        tag,
                                        history.author(tag),
                                        volume.story(block)));
            }
        }
    }

    /** For a process of its own: first seed, number of seeds, operations of each. */
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        int refusals = 0;
        for (long seed = first; seed < first + Long.parseLong(arguments[1]); seed++) {
            refusals += run(seed, Integer.parseInt(arguments[2])).refused ? 1 : 0;
        }
        System.out.println(refusals + " refused");
    }
}
