package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.ring.Memory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;

/** Both root slots of each disk that holds metadata. */
final class RootRows {
    private static final int COLUMNS = 13;

    private final Label label;
    private final Rows rows =
            new Rows(
                    "disk",
                    "slot",
                    ">number",
                    ">epoch",
                    ">last_record",
                    "closed",
                    ">pages",
                    ">metadata_clusters",
                    ">page_chunks",
                    ">journal_chunks",
                    "journal_start",
                    "copies_on",
                    "problem");

    private RootRows(Label label) {
        this.label = label;
    }

    static Rows of(OfflinePool pool, Label label) {
        RootRows roots = new RootRows(label);
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(DiskLayout.MAX_ROOT, Memory.PAGE).address();
            for (int i = 0; i < pool.disks().size(); i++) {
                OfflineDisk disk = pool.disks().get(i);
                Label own = disk.labels().newest();
                if (own == null || !own.disks().get(own.diskIndex()).metadata()) {
                    continue;
                }
                for (int slot = 0; slot < DiskLayout.ROOT_SLOTS; slot++) {
                    roots.read(i, disk, slot, address);
                }
            }
        }
        return roots.rows;
    }

    private void read(int index, OfflineDisk disk, int slot, long address) {
        try {
            disk.read(DiskLayout.rootOffset(slot), address, DiskLayout.MAX_ROOT);
            add(
                    index,
                    Root.decode(
                            new Checksum(),
                            address,
                            DiskLayout.MAX_ROOT,
                            label.pool(),
                            slot,
                            label.clusterBytes()));
        } catch (IOException | FormatException e) {
            Object[] row = new Object[COLUMNS];
            row[0] = index;
            row[1] = slot;
            row[COLUMNS - 1] = e.getMessage();
            rows.add(row);
        }
    }

    private void add(int disk, Root root) {
        rows.add(
                disk,
                root.slot(),
                root.number(),
                root.epoch(),
                root.lastRecord(),
                root.closed(),
                root.pages(),
                root.metadataClusters().length,
                root.pageChunks().length,
                root.journalChunks().length,
                "chunk %d at %d".formatted(root.journalChunk(), root.journalOffset()),
                Arrays.toString(root.copyDisks()),
                null);
    }
}
