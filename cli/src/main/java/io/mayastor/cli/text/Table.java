package io.mayastor.cli.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headers, two blanks between columns; numbers stand on the right, and a column without
 * any value is still there. Fills up row by row, then becomes text.
 */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> headers;
    private final boolean[] rightAligned;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param columns headers; one that starts with {@code >} is aligned to the right
     */
    public Table(String... columns) {
        headers = new ArrayList<>();
        rightAligned = new boolean[columns.length];
        for (int i = 0; i < columns.length; i++) {
            rightAligned[i] = columns[i].startsWith(">");
            headers.add(rightAligned[i] ? columns[i].substring(1) : columns[i]);
        }
    }

    public void add(Object... cells) {
        if (cells.length != headers.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + headers.size() + " columns");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Lines with their ends; without the headers when they are not wanted. */
    public String toText(boolean withHeaders) {
        List<List<String>> lines = new ArrayList<>();
        if (withHeaders) {
            lines.add(headers);
        }
        lines.addAll(rows);
        int[] widths = new int[headers.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            appendLine(text, line, widths);
        }
        return text.toString();
    }

    private void appendLine(StringBuilder text, List<String> line, int[] widths) {
        StringBuilder padded = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - line.get(i).length());
            padded.append(i == 0 ? "" : GAP)
                    .append(rightAligned[i] ? padding + line.get(i) : line.get(i) + padding);
        }
        text.append(padded.toString().stripTrailing()).append('\n');
    }
}
