package io.mayastor.server.logging;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes one line per record and bounds how many there are: beyond {@link #LINES_PER_SECOND}, lines
 * below ERROR are counted instead, and the count is told when the second is over. Any thread.
 */
final class LineHandler extends Handler {
    static final int LINES_PER_SECOND = 200;

    private static final long SECOND_NANOS = 1_000_000_000;

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private long secondStarted;
    private int linesInSecond;
    private long suppressed;

    LineHandler(PrintStream out, Formatter lines, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        secondStarted = nanoTime.getAsLong();
        setFormatter(lines);
        setLevel(Level.ALL);
    }

    @Override
    public synchronized void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - secondStarted >= SECOND_NANOS) {
            tellSuppressed();
            secondStarted = now;
            linesInSecond = 0;
        }
        if (linesInSecond >= LINES_PER_SECOND
                && record.getLevel().intValue() < Level.SEVERE.intValue()) {
            suppressed++;
            return;
        }
        linesInSecond++;
        print(record);
    }

    @Override
    public synchronized void flush() {
        out.flush();
    }

    @Override
    public synchronized void close() {
        tellSuppressed();
        flush();
    }

    private void tellSuppressed() {
        if (suppressed > 0) {
            print(
                    new LogRecord(
                            Level.WARNING,
                            suppressed
                                    + " log lines left out: more than "
                                    + LINES_PER_SECOND
                                    + " in a second"));
            suppressed = 0;
        }
    }

    private void print(LogRecord record) {
        out.print(getFormatter().format(record));
        out.flush();
    }
}
