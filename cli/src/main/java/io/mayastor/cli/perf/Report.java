package io.mayastor.cli.perf;

import io.mayastor.cli.text.Durations;
import io.mayastor.cli.text.Json;
import io.mayastor.cli.text.Table;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a run has measured. Latencies are nanoseconds from the submission of a request to its
 * completion.
 *
 * @param nanos length of the measured part
 * @param verifiedBlocks blocks read and found right; 0 without verify mode
 */
public record Report(
        Workload workload,
        int blockBytes,
        long nanos,
        Histogram reads,
        Histogram writes,
        long verifiedBlocks) {
    private static final double SECOND = 1e9;
    private static final double MIB = 1 << 20;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    public Table toTable() {
        Table table =
                new Table(
                        "", ">IOPS", ">MIB/S", ">MEAN", ">P50", ">P90", ">P99", ">P99.9", ">P99.99",
                        ">MAX");
        addRow(table, "read", reads);
        addRow(table, "write", writes);
        if (reads.getTotalCount() > 0 && writes.getTotalCount() > 0) {
            addRow(table, "total", total());
        }
        return table;
    }

    /** What was run, for the line above the table. */
    public String title() {
        return String.format(
                Locale.ROOT,
                "%s, %s blocks, %d%% reads, queue depth %d, %d connection%s, %.1f s",
                workload.random() ? "random" : "sequential",
                io.mayastor.cli.text.Sizes.format(workload.ioBytes()),
                workload.readPercent(),
                workload.queueDepth(),
                workload.connections(),
                workload.connections() == 1 ? "" : "s",
                nanos / SECOND);
    }

    public String toJson() {
        Json json = new Json();
        json.object(() -> {
            json.field("seconds", nanos / SECOND)
                    .field("queue_depth", workload.queueDepth())
                    .field("block_size", workload.ioBytes())
                    .field("read_percent", workload.readPercent())
                    .field("pattern", workload.random() ? "random" : "sequential")
                    .field("connections", workload.connections())
                    .field("verified_blocks", verifiedBlocks)
                    .field("device_block_size", blockBytes);
            json.name("read").object(() -> fields(json, reads));
            json.name("write").object(() -> fields(json, writes));
            json.name("total").object(() -> fields(json, total()));
        });
        return json.toString();
    }

    private Histogram total() {
        Histogram total = reads.copy();
        total.add(writes);
        return total;
    }

    private void addRow(Table table, String name, Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return;
        }
        Object[] cells = new Object[5 + PERCENTILES.length];
        cells[0] = name;
        cells[1] = String.format(Locale.ROOT, "%.0f", perSecond(histogram));
        cells[2] =
                String.format(Locale.ROOT, "%.1f", perSecond(histogram) * workload.ioBytes() / MIB);
        cells[3] = Durations.format((long) histogram.getMean());
        for (int i = 0; i < PERCENTILES.length; i++) {
            cells[4 + i] = Durations.format(histogram.getValueAtPercentile(PERCENTILES[i]));
        }
        cells[4 + PERCENTILES.length] = Durations.format(histogram.getMaxValue());
        table.add(cells);
    }

    private void fields(Json json, Histogram histogram) {
        json.field("operations", histogram.getTotalCount())
                .field("iops", perSecond(histogram))
                .field("bytes_per_second", perSecond(histogram) * workload.ioBytes())
                .field("mean_ns", histogram.getMean())
                .field("min_ns", histogram.getTotalCount() == 0 ? 0 : histogram.getMinValue());
        for (double percentile : PERCENTILES) {
            json.field(
                    "p" + (percentile + "_ns").replace(".0_", "_"),
                    histogram.getValueAtPercentile(percentile));
        }
        json.field("max_ns", histogram.getMaxValue());
    }

    private double perSecond(Histogram histogram) {
        return histogram.getTotalCount() * SECOND / nanos;
    }
}
