package io.mayastor.cli;

import io.mayastor.api.ext.v1.PoolDetails;
import io.mayastor.api.v1.Pool;
import io.mayastor.api.v1.PoolMetadataInfo;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.util.List;
import java.util.Locale;

/** Pools as tables. */
final class PoolTables {
    private PoolTables() {}

    static Table of(List<Pool> pools) {
        Table table =
                new Table(
                        "NAME",
                        "UUID",
                        "STATE",
                        ">CAPACITY",
                        ">USED",
                        ">USED%",
                        ">CLUSTER_SIZE",
                        ">PAGE_SIZE",
                        ">MD_PAGE_SIZE",
                        ">MD_PAGES",
                        ">MD_USED_PAGES",
                        ">MD_USED%",
                        "DISKS",
                        ">DISK_CAPACITY");
        for (Pool each : pools) {
            PoolMetadataInfo metadata = each.getMdInfo();
            table.add(
                    each.getName(),
                    each.getUuid(),
                    state(each),
                    Sizes.format(each.getCapacity()),
                    Sizes.format(each.getUsed()),
                    percent(each.getUsed(), each.getCapacity()),
                    Sizes.format(each.getClusterSize()),
                    Sizes.format(each.getPageSize()),
                    Sizes.format(metadata.getMdPageSize()),
                    metadata.getMdPages(),
                    metadata.getMdUsedPages(),
                    percent(metadata.getMdUsedPages(), metadata.getMdPages()),
                    String.join(",", each.getDisksList()),
                    Sizes.format(each.getDiskCapacity()));
        }
        return table;
    }

    static Table of(PoolDetails details) {
        Table table = new Table("WHAT", ">VALUE");
        table.add("not online because", details.getReason().isEmpty() ? "-" : details.getReason());
        table.add("still to be deleted", Sizes.format(details.getPendingDeletionBytes()));
        table.add("clusters not yet free again", details.getDyingClusters());
        table.add("memory of the metadata", Sizes.format(details.getMetadataMemoryBytes()));
        table.add("journal, records", details.getJournal().getRecords());
        table.add("journal, blocks", details.getJournal().getBlocks());
        table.add("journal, written", Sizes.format(details.getJournal().getBytes()));
        table.add("journal, in use", Sizes.format(details.getJournal().getUsedBytes()));
        table.add("journal, size", Sizes.format(details.getJournal().getCapacityBytes()));
        table.add("checkpoints", details.getJournal().getCheckpoints());
        table.add("pages written by checkpoints", details.getJournal().getCheckpointPages());
        table.add("flushes of the disks", details.getJournal().getSynchronisations());
        table.add("last record", details.getJournal().getLastSequence());
        table.add("last durable record", details.getJournal().getDurableSequence());
        return table;
    }

    private static String state(Pool pool) {
        return pool.getState().name().replace("POOL_", "").toLowerCase(Locale.ROOT);
    }

    private static String percent(long part, long whole) {
        return whole == 0 ? "-" : Math.round(100.0 * part / whole) + "%";
    }
}
