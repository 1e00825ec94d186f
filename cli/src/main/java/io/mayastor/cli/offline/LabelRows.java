package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.Label;
import java.util.stream.Collectors;

/** Both labels of each disk. */
final class LabelRows {
    private LabelRows() {}

    static Rows of(OfflinePool pool) {
        Rows rows =
                new Rows(
                        "disk",
                        "where",
                        ">generation",
                        ">epoch",
                        "pool",
                        "index",
                        "owner",
                        "extents",
                        "problem");
        for (int i = 0; i < pool.disks().size(); i++) {
            Labels labels = pool.disks().get(i).labels();
            add(rows, i, "front", labels.front(), labels.frontProblem());
            add(rows, i, "end", labels.end(), labels.endProblem());
        }
        return rows;
    }

    private static void add(Rows rows, int disk, String where, Label label, String problem) {
        if (label == null) {
            rows.add(disk, where, null, null, null, null, null, null, problem);
            return;
        }
        rows.add(
                disk,
                where,
                label.generation(),
                label.epoch(),
                label.pool(),
                "%d of %d".formatted(label.diskIndex(), label.disks().size()),
                label.owner(),
                label.extents().stream().map(LabelRows::text).collect(Collectors.joining(" ")),
                null);
    }

    private static String text(Label.Extent extent) {
        return "%d-%d@%d"
                .formatted(extent.firstCluster(), extent.endCluster() - 1, extent.byteOffset());
    }
}
