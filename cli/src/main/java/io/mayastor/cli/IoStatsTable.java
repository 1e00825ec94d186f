package io.mayastor.cli;

import io.mayastor.api.v1.IoStats;
import io.mayastor.cli.text.Durations;
import io.mayastor.cli.text.Sizes;
import io.mayastor.cli.text.Table;
import java.util.List;

/** Figures of pools and replicas as a table; the times are averages. */
final class IoStatsTable {
    private static final double NANOS = 1e9;

    private IoStatsTable() {}

    static Table of(List<IoStats> figures) {
        Table table =
                new Table(
                        "NAME",
                        ">READS",
                        ">READ",
                        ">READ_TIME",
                        ">WRITES",
                        ">WRITTEN",
                        ">WRITE_TIME",
                        ">UNMAPS",
                        ">UNMAPPED",
                        ">UNMAP_TIME");
        for (IoStats each : figures) {
            table.add(
                    each.getName(),
                    each.getNumReadOps(),
                    Sizes.format(each.getBytesRead()),
                    average(each.getReadLatencyTicks(), each.getNumReadOps(), each),
                    each.getNumWriteOps(),
                    Sizes.format(each.getBytesWritten()),
                    average(each.getWriteLatencyTicks(), each.getNumWriteOps(), each),
                    each.getNumUnmapOps(),
                    Sizes.format(each.getBytesUnmapped()),
                    average(each.getUnmapLatencyTicks(), each.getNumUnmapOps(), each));
        }
        return table;
    }

    private static String average(long ticks, long operations, IoStats of) {
        return operations == 0
                ? "-"
                : Durations.format(
                        (long) (ticks * (NANOS / Math.max(1, of.getTickRate())) / operations));
    }
}
