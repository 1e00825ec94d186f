package io.mayastor.engine.pool.crash;

import java.util.ArrayList;
import java.util.List;

/**
 * A unified diff of one file. Line numbers do not matter: each hunk must fit in exactly one place,
 * so that a diff whose surroundings have changed is refused and never put elsewhere.
 *
 * @param run what the text before the diff says after {@code run: }
 * @param file that it changes
 */
record UnifiedDiff(String title, String run, String file, List<Hunk> hunks) {
    /** Lines that are there and those that are to be there instead. */
    record Hunk(List<String> before, List<String> after) {}

    static UnifiedDiff parse(String text) {
        List<String> lines = text.lines().toList();
        String run = null;
        String file = null;
        List<Hunk> hunks = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("@@")) {
                hunks.add(new Hunk(new ArrayList<>(), new ArrayList<>()));
            } else if (!hunks.isEmpty()) {
                add(hunks.getLast(), line);
            } else if (line.startsWith("run: ")) {
                run = line.substring("run: ".length());
            } else if (line.startsWith("+++ b/")) {
                file = line.substring("+++ b/".length());
            }
        }
        if (run == null || file == null || hunks.isEmpty()) {
            throw new IllegalArgumentException(
                    "no run, no file or no hunk in: " + lines.getFirst());
        }
        return new UnifiedDiff(lines.getFirst(), run, file, hunks);
    }

    private static void add(Hunk hunk, String line) {
        String content = line.isEmpty() ? line : line.substring(1);
        if (!line.startsWith("+")) {
            hunk.before.add(content);
        }
        if (!line.startsWith("-")) {
            hunk.after.add(content);
        }
    }

    /** The file's text with the change. */
    String apply(String source) {
        List<String> lines = new ArrayList<>(source.lines().toList());
        for (Hunk hunk : hunks) {
            int at = onlyPlace(lines, hunk);
            lines.subList(at, at + hunk.before.size()).clear();
            lines.addAll(at, hunk.after);
        }
        return String.join("\n", lines) + "\n";
    }

    private int onlyPlace(List<String> lines, Hunk hunk) {
        int found = -1;
        for (int at = 0; at + hunk.before.size() <= lines.size(); at++) {
            if (lines.subList(at, at + hunk.before.size()).equals(hunk.before)) {
                if (found >= 0) {
                    throw new IllegalStateException("fits twice into " + file);
                }
                found = at;
            }
        }
        if (found < 0) {
            throw new IllegalStateException(
                    "does not fit into %s any more: %s".formatted(file, hunk.before));
        }
        return found;
    }
}
