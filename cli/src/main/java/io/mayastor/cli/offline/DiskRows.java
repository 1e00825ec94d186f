package io.mayastor.cli.offline;

import io.mayastor.cli.text.Sizes;
import io.mayastor.engine.pool.format.Label;

/** Which disks a pool has, as every report begins. */
final class DiskRows {
    private DiskRows() {}

    /** One line about the pool. */
    static String title(Label label) {
        return "pool \"%s\", UUID %s, clusters of %s, blocks of %d bytes, %s"
                .formatted(
                        label.poolName(),
                        label.pool(),
                        Sizes.format(label.clusterBytes()),
                        label.blockBytes(),
                        label.owner().isEmpty()
                                ? "exported"
                                : "last open on node \"" + label.owner() + "\"");
    }

    static Rows of(OfflinePool pool) {
        Rows rows =
                new Rows(
                        "disk",
                        "path",
                        "uuid",
                        ">size",
                        ">clusters",
                        "metadata",
                        "lost",
                        ">generation");
        for (int i = 0; i < pool.disks().size(); i++) {
            OfflineDisk disk = pool.disks().get(i);
            Label label = disk.labels().newest();
            if (label == null) {
                rows.add(i, disk, null, Rows.bytes(disk.bytes()), 0, false, false, 0);
                continue;
            }
            Label.Disk self = label.disks().get(label.diskIndex());
            rows.add(
                    i,
                    disk,
                    label.disk(),
                    Rows.bytes(label.labelledBytes()),
                    label.extents().stream().mapToInt(Label.Extent::clusters).sum(),
                    self.metadata(),
                    self.lost(),
                    label.generation());
        }
        return rows;
    }
}
