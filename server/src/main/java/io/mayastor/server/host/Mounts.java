package io.mayastor.server.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of this node's disks is mounted or swapped to, by {@code /proc/self/mountinfo} (whose device
 * numbers do not lie, unlike the names of {@code /proc/mounts}) and {@code /proc/swaps}.
 */
record Mounts(Map<String, List<Mount>> byDevice, Set<String> swapPaths) {
    record Mount(String point, String type) {}

    static Mounts read(Path proc) {
        Map<String, List<Mount>> byDevice = new HashMap<>();
        for (String line : lines(proc.resolve("self/mountinfo"))) {
            // 36 35 98:0 /root /mount/point options… - type source super-options (proc(5))
            String[] fields = line.split(" ");
            int separator = List.of(fields).indexOf("-");
            if (separator > 4 && separator + 1 < fields.length) {
                byDevice.computeIfAbsent(fields[2], ignored -> new ArrayList<>())
                        .add(new Mount(unescape(fields[4]), fields[separator + 1]));
            }
        }
        Set<String> swaps = new HashSet<>();
        for (String line : lines(proc.resolve("swaps"))) {
            if (line.startsWith("/")) {
                swaps.add(unescape(line.split("\\s")[0]));
            }
        }
        return new Mounts(byDevice, swaps);
    }

    List<Mount> of(int major, int minor) {
        return byDevice.getOrDefault(major + ":" + minor, List.of());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Blanks and backslashes stand as octal, {@code \040}. */
    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && text.substring(i + 1).matches("[0-3][0-7]{2}.*")) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }
}
