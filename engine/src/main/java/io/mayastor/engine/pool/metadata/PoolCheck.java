package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import io.mayastor.engine.pool.metadata.PoolReport.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves every invariant of a pool, without writing: of one on disks, which it loads as an opening
 * would, or of one in memory.
 */
public final class PoolCheck {
    private PoolCheck() {}

    /** Loads the pool on these disks and checks it. */
    public static PoolReport check(
            long[] diskBytes, LoadOptions options, LoadMemory memory, DiskReader reader) {
        LoadedPool pool;
        try {
            pool = PoolLoader.load(diskBytes, options, memory, reader);
        } catch (LoadException e) {
            return refused(e);
        }
        try (Metadata metadata = pool.metadata()) {
            return check(pool, metadata);
        }
    }

    /** The report of a pool that could not be loaded. */
    public static PoolReport refused(LoadException refusal) {
        List<Problem> problems = new ArrayList<>();
        for (String problem : refusal.problems()) {
            problems.add(new Problem("pool (" + refusal.kind() + ")", problem));
        }
        return new PoolReport(List.copyOf(problems), List.of(), null);
    }

    /** Checks a pool that was just loaded; its metadata stays open. */
    public static PoolReport check(LoadedPool pool) {
        return check(pool, pool.metadata());
    }

    private static PoolReport check(LoadedPool pool, Metadata metadata) {
        List<Problem> problems = new ArrayList<>();
        labels(pool, problems);
        LayerCheck layers = new LayerCheck(metadata, problems);
        layers.run();
        SpaceCheck space = new SpaceCheck(metadata, pool.disks(), problems);
        space.run();
        space.compare(metadata.space(), true);
        // Copies may differ after an orderly end, too: of the labels that lose or get an owner
        // then,
        // or of the next opening's first root, a crash may have cut some off.
        return new PoolReport(List.copyOf(problems), pool.notes(), figures(pool, layers, space));
    }

    /**
     * Checks the state of a pool that is in use, on its reactor.
     *
     * @param disks by disk index
     */
    public static List<Problem> check(Metadata metadata, List<MemberDisk> disks) {
        List<Problem> problems = new ArrayList<>();
        new LayerCheck(metadata, problems).run();
        SpaceCheck space = new SpaceCheck(metadata, disks, problems);
        space.run();
        space.compare(metadata.space(), false);
        return problems;
    }

    private static void labels(LoadedPool pool, List<Problem> problems) {
        Label newest = pool.label();
        for (int disk = 0; disk < pool.disks().size(); disk++) {
            Label label = pool.disks().get(disk).label();
            if (label.generation() == newest.generation()
                    && (!label.disks().equals(newest.disks())
                            || label.createdMillis() != newest.createdMillis()
                            || !label.owner().equals(newest.owner()))) {
                problems.add(
                        new Problem(
                                "disk " + disk,
                                "its label contradicts another one of generation "
                                        + label.generation()));
            }
        }
    }

    private static PoolReport.Figures figures(
            LoadedPool pool, LayerCheck layers, SpaceCheck space) {
        return new PoolReport.Figures(
                pool.label().poolName(),
                pool.root().number(),
                pool.root().epoch(),
                pool.root().closed(),
                pool.journal().lastSequence(),
                pool.figures().records(),
                pool.figures().unitsVerified(),
                pool.figures().unitsRolledBack(),
                pool.root().pages(),
                layers.count(Kind.REPLICA),
                layers.clones(),
                layers.count(Kind.SNAPSHOT),
                layers.count(Kind.DELETED),
                layers.chainDepth(),
                space.clusters(),
                space.usedClusters(),
                space.slicedClusters(),
                space.metadataClusters(),
                space.freeClusters(),
                space.slices(),
                space.wholeRegions(),
                space.partialRegions(),
                space.slicedRegions(),
                space.zeroRegions(),
                pool.metadata().memoryBytes());
    }
}
