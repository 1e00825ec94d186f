package io.mayastor.cli.text;

import java.io.PrintWriter;

/** One line of a terminal that shows how much of a long work is done; written over until closed. */
public final class ProgressBar implements AutoCloseable {
    private static final int CELLS = 40;
    private static final String CLEAR_TO_END = "\u001b[K";

    private final PrintWriter out;
    private final boolean shown;
    private final String what;
    private String last = "";

    /**
     * @param shown false where nobody looks: nothing is written then
     */
    public ProgressBar(PrintWriter out, boolean shown, String what) {
        this.out = out;
        this.shown = shown;
        this.what = what;
    }

    public void show(long doneBytes, long totalBytes) {
        String line = line(doneBytes, totalBytes);
        if (shown && !line.equals(last)) {
            out.print("\r" + line + CLEAR_TO_END);
            out.flush();
            last = line;
        }
    }

    private String line(long done, long total) {
        double part = total == 0 ? 1 : Math.clamp((double) done / total, 0, 1);
        int full = (int) (part * CELLS);
        return what
                + " ["
                + "#".repeat(full)
                + ".".repeat(CELLS - full)
                + "] "
                + (int) (part * 100)
                + "%  "
                + Sizes.format(done)
                + " of "
                + Sizes.format(total);
    }

    /** The line disappears. */
    @Override
    public void close() {
        if (!last.isEmpty()) {
            out.print("\r" + CLEAR_TO_END);
            out.flush();
        }
    }
}
