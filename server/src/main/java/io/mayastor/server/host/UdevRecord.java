package io.mayastor.server.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What udev has found out about one device: the file {@code /run/udev/data/bMAJOR:MINOR} with lines
 * {@code S:link} and {@code E:KEY=value}. Empty where udev does not run.
 */
record UdevRecord(List<String> links, Map<String, String> properties) {
    static UdevRecord read(Path udevData, int major, int minor) {
        List<String> links = new ArrayList<>();
        Map<String, String> properties = new HashMap<>();
        Path file = udevData.resolve("b" + major + ":" + minor);
        if (Files.isReadable(file)) {
            try {
                for (String line : Files.readAllLines(file)) {
                    take(line, links, properties);
                }
            } catch (IOException e) {
                return new UdevRecord(List.of(), Map.of());
            }
        }
        links.sort(null);
        return new UdevRecord(links, properties);
    }

    private static void take(String line, List<String> links, Map<String, String> properties) {
        if (line.startsWith("S:")) {
            links.add("/dev/" + line.substring(2));
        } else if (line.startsWith("E:")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                properties.put(line.substring(2, equals), line.substring(equals + 1));
            }
        }
    }

    String get(String key) {
        return properties.getOrDefault(key, "");
    }
}
