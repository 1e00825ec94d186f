package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.crash.DiskLog.Event;
import io.mayastor.engine.pool.crash.DiskLog.Kind;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.metadata.LoadMemory;
import io.mayastor.engine.pool.metadata.LoadOptions;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.PoolCheck;
import io.mayastor.engine.pool.metadata.PoolLoader;
import io.mayastor.engine.pool.metadata.PoolReport;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Goes through a recorded run event by event, and at each looks at what some crashes there would
 * leave: the pool must load, its check must be clean, and all volumes must read as promised.
 */
final class CrashWalk implements AutoCloseable {
    /** Told of a point that is good, while its images are there. */
    interface Visitor {
        void visit(CrashPoint point, DiskImage[] images, LoadedPool pool);
    }

    private final PoolRun run;
    private final CrashCoverage coverage;
    private final Arena arena = Arena.ofConfined();
    private final LoadMemory memory = new LoadMemory();
    private final DiskState[] disks;
    private final long[] diskBytes;
    private final Promises promises;

    CrashWalk(PoolRun run, CrashCoverage coverage) {
        this.run = run;
        this.coverage = coverage;
        disks = new DiskState[run.initial().size()];
        diskBytes = new long[disks.length];
        for (int i = 0; i < disks.length; i++) {
            disks[i] = new DiskState(arena, run.initial().get(i), run.atomicBytes());
            diskBytes[i] = disks[i].sizeBytes();
        }
        promises = new Promises(run.history());
    }

    /**
     * Looks at all points.
     *
     * @param looks at each state with some of what is in flight; what a write leaves is looked at
     *     alone, too
     */
    void all(int looks, Visitor visitor) {
        List<Event> events = run.log().events;
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            disks[event.disk].apply(event);
            if (isPoint(event)) {
                boolean stored = event.kind == Kind.STORED || event.kind == Kind.CLEARED;
                for (int look = stored ? 0 : 1; look <= looks; look++) {
                    look(new CrashPoint(i + 1, look), visitor);
                }
            }
        }
    }

    /** Looks at one point. */
    void one(CrashPoint point, Visitor visitor) {
        List<Event> events = run.log().events;
        for (int i = 0; i < point.events(); i++) {
            disks[events.get(i).disk].apply(events.get(i));
        }
        look(point, visitor);
    }

    /** A write that has ended is stored at once: between the two there is no state to find. */
    private static boolean isPoint(Event event) {
        return event.kind != Kind.ENDED;
    }

    private void look(CrashPoint point, Visitor visitor) {
        List<Event> events = run.log().events;
        SplittableRandom random =
                new SplittableRandom(
                        run.seed() * 0x9E3779B97F4A7C15L
                                ^ ((long) point.events() << 8 | point.look()));
        DiskImage[] images = new DiskImage[disks.length];
        for (int i = 0; i < disks.length; i++) {
            images[i] = disks[i].after(point.crash(), point.isPrefix(), random, coverage);
        }
        long moment =
                point.events() < events.size()
                        ? events.get(point.events()).moment - 1
                        : run.history().moment();
        coverage.points.incrementAndGet();
        try {
            verify(point, images, moment, visitor);
        } catch (RuntimeException | AssertionError e) {
            throw new CrashFailure(
                    "%s after event %s of %d (%s): %s [see it again with %s -Dmayastor.crash.point=%s]"
                            .formatted(
                                    point.crash(),
                                    point,
                                    events.size(),
                                    events.get(point.events() - 1),
                                    e.getMessage(),
                                    run.name(),
                                    point),
                    e);
        } finally {
            for (DiskState disk : disks) {
                disk.back();
            }
        }
    }

    private void verify(CrashPoint point, DiskImage[] images, long moment, Visitor visitor) {
        LoadedPool pool = load(images, moment);
        try (Metadata metadata = pool.metadata()) {
            PoolReport report = PoolCheck.check(pool);
            if (!report.problems().isEmpty()) {
                throw new CrashFailure("the check finds " + report.problems());
            }
            LoadedPool.Figures figures = pool.figures();
            coverage.recordsReplayed.addAndGet(figures.records());
            coverage.unitsVerified.addAndGet(figures.unitsVerified());
            coverage.unitsRolledBack.addAndGet(figures.unitsRolledBack());
            promises.verify(pool, new PoolReading(pool, images), point.crash(), moment, coverage);
            visitor.visit(point, images, pool);
        }
    }

    /** While a disk is being added, the pool is on the old ones or on all. */
    private LoadedPool load(DiskImage[] images, long moment) {
        int surely = run.history().disksAcknowledged(moment);
        int perhaps = run.history().disksAsked(moment);
        try {
            return load(images, surely);
        } catch (LoadException e) {
            if (e.kind() == LoadException.Kind.MISSING_DISK && perhaps > surely) {
                return load(images, perhaps);
            }
            throw e;
        }
    }

    private LoadedPool load(DiskImage[] images, int count) {
        return PoolLoader.load(
                Arrays.copyOf(diskBytes, count),
                LoadOptions.ANY,
                memory,
                (disk, offset, address, length) ->
                        Memory.copy(images[disk].address() + offset, address, length));
    }

    @Override
    public void close() {
        memory.close();
        arena.close();
    }
}
