package io.mayastor.cli.offline;

import io.mayastor.cli.text.Json;
import io.mayastor.cli.text.Sizes;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.metadata.LoadException;
import io.mayastor.engine.pool.metadata.LoadedPool;
import io.mayastor.engine.pool.metadata.Metadata;
import io.mayastor.engine.pool.metadata.PoolCheck;
import io.mayastor.engine.pool.metadata.PoolReport;
import io.mayastor.engine.pool.metadata.PoolReport.Figures;
import io.mayastor.engine.pool.metadata.PoolReport.Problem;
import java.util.ArrayList;
import java.util.List;

/** What the check of a pool found, for people and for programs. */
public final class CheckReport {
    private final OfflinePool pool;
    private final Label label;
    private final List<Problem> problems;
    private final List<String> notes;
    private final Figures figures;

    private CheckReport(OfflinePool pool, PoolReport report) {
        this.pool = pool;
        label = pool.label();
        figures = report.figures();
        problems = new ArrayList<>();
        pool.failedReads().forEach(failed -> problems.add(new Problem("read", failed)));
        problems.addAll(report.problems());
        notes = report.notes();
    }

    /**
     * Loads the pool and checks it.
     *
     * @throws UnreadableException when these are not all disks of one pool
     */
    public static CheckReport of(OfflinePool pool) {
        LoadedPool loaded;
        try {
            loaded = pool.load((position, first, durable, records) -> {});
        } catch (LoadException e) {
            return new CheckReport(pool, PoolCheck.refused(e));
        }
        try (Metadata metadata = loaded.metadata()) {
            return new CheckReport(pool, PoolCheck.check(loaded));
        }
    }

    /** Whether every invariant holds. */
    public boolean isSound() {
        return problems.isEmpty();
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(DiskRows.title(label)).append("\n\n");
        text.append(DiskRows.of(pool).table().toText(true)).append('\n');
        if (figures != null) {
            figures(text);
        }
        notes.forEach(note -> line(text, "note", pool.named(note)));
        problems.forEach(each -> line(text, "problem", each.where() + ": " + named(each)));
        text.append('\n');
        return text.append(
                        isSound()
                                ? "clean: every invariant holds"
                                : problems.size() == 1
                                        ? "1 problem"
                                        : problems.size() + " problems")
                .toString();
    }

    private String named(Problem problem) {
        return pool.named(problem.what());
    }

    private void figures(StringBuilder text) {
        line(
                text,
                "checkpoint",
                "%d of epoch %d, %d pages, %s"
                        .formatted(
                                figures.checkpoint(),
                                figures.epoch(),
                                figures.pages(),
                                figures.closedInOrder()
                                        ? "closed in order"
                                        : "not closed: an engine ended without doing so"));
        line(
                text,
                "journal",
                "%d records since, the last is %d; data of %d units compared, %d of them as before"
                        .formatted(
                                figures.records(),
                                figures.lastRecord(),
                                figures.unitsVerified(),
                                figures.unitsRolledBack()));
        line(
                text,
                "layers",
                "%d replicas (%d are clones), %d snapshots, %d waiting to be merged; longest chain %d"
                        .formatted(
                                figures.replicas(),
                                figures.clones(),
                                figures.snapshots(),
                                figures.deleted(),
                                figures.chainDepth()));
        line(
                text,
                "regions",
                "%d whole, %d partial, %d sliced, %d zero"
                        .formatted(
                                figures.wholeRegions(),
                                figures.partialRegions(),
                                figures.slicedRegions(),
                                figures.zeroRegions()));
        line(
                text,
                "clusters",
                "%d: %d used, %d sliced (%d slices), %d metadata, %d free"
                        .formatted(
                                figures.clusters(),
                                figures.usedClusters(),
                                figures.slicedClusters(),
                                figures.slices(),
                                figures.metadataClusters(),
                                figures.freeClusters()));
        line(text, "memory", Sizes.format(figures.memoryBytes()) + " when it is open");
    }

    private static void line(StringBuilder text, String name, String what) {
        text.append("%-12s%s%n".formatted(name, what));
    }

    public Json json() {
        Json json = new Json();
        return json.object(() -> {
            json.field("pool", label.poolName()).field("uuid", label.pool().toString());
            json.field("owner", label.owner());
            json.name("sound").value(isSound());
            DiskRows.of(pool).json(json, "disks");
            if (figures != null) {
                json.name("figures").object(() -> figures(json));
            }
            json.array("notes", pool.named(notes), json::value);
            json.array(
                    "problems",
                    problems,
                    each ->
                            json.object(() ->
                                    json.field("where", each.where()).field("what", named(each))));
        });
    }

    private void figures(Json json) {
        json.field("checkpoint", figures.checkpoint()).field("epoch", figures.epoch());
        json.name("closed_in_order").value(figures.closedInOrder());
        json.field("pages", figures.pages())
                .field("records", figures.records())
                .field("last_record", figures.lastRecord())
                .field("units_verified", figures.unitsVerified())
                .field("units_rolled_back", figures.unitsRolledBack())
                .field("replicas", figures.replicas())
                .field("clones", figures.clones())
                .field("snapshots", figures.snapshots())
                .field("deleted", figures.deleted())
                .field("chain_depth", figures.chainDepth())
                .field("clusters", figures.clusters())
                .field("used_clusters", figures.usedClusters())
                .field("sliced_clusters", figures.slicedClusters())
                .field("metadata_clusters", figures.metadataClusters())
                .field("free_clusters", figures.freeClusters())
                .field("slices", figures.slices())
                .field("whole_regions", figures.wholeRegions())
                .field("partial_regions", figures.partialRegions())
                .field("sliced_regions", figures.slicedRegions())
                .field("zero_regions", figures.zeroRegions())
                .field("memory_bytes", figures.memoryBytes());
    }
}
