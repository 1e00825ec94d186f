package io.mayastor.cli.perf;

import io.mayastor.cli.text.Durations;
import java.io.PrintWriter;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One line of a terminal that is written over each second while a run goes on. */
final class LiveLine {
    private static final double MIB = 1 << 20;
    private static final String CLEAR_TO_END = "\u001b[K";

    private final PrintWriter out;
    private final int ioBytes;

    LiveLine(PrintWriter out, int ioBytes) {
        this.out = out;
        this.ioBytes = ioBytes;
    }

    /**
     * @param sinceStartNanos time of the run so far
     * @param intervalNanos length of the interval that the histograms cover
     */
    void show(long sinceStartNanos, long intervalNanos, Histogram reads, Histogram writes) {
        out.print(
                "\r"
                        + String.format(Locale.ROOT, "%6.1f s", sinceStartNanos / 1e9)
                        + part("read", reads, intervalNanos)
                        + part("write", writes, intervalNanos)
                        + CLEAR_TO_END);
        out.flush();
    }

    void clear() {
        out.print("\r" + CLEAR_TO_END);
        out.flush();
    }

    private String part(String name, Histogram histogram, long intervalNanos) {
        if (histogram.getTotalCount() == 0) {
            return "";
        }
        double perSecond = histogram.getTotalCount() * 1e9 / intervalNanos;
        return String.format(
                Locale.ROOT,
                "   %s %.1fk IOPS %.0f MiB/s p99 %s",
                name,
                perSecond / 1000,
                perSecond * ioBytes / MIB,
                Durations.format(histogram.getValueAtPercentile(99)));
    }
}
