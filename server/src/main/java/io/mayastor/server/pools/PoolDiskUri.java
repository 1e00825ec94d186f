package io.mayastor.server.pools;

import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.pool.PoolException;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk as a pool request names it: a device URI with what the caller allows to do to the disk.
 * {@code wipe=yes}: overwrite what it carries; {@code takeover=yes}: take a pool that another node
 * has marked as its own.
 *
 * @param uri the device's URI without those parameters
 */
record PoolDiskUri(String uri, boolean wipe, boolean takeover) {
    private static final String WIPE = "wipe";
    private static final String TAKEOVER = "takeover";

    static PoolDiskUri parse(String text) {
        try {
            DeviceUri uri = DeviceUri.parse(text);
            return new PoolDiskUri(without(text), uri.flag(WIPE), uri.flag(TAKEOVER));
        } catch (DeviceException e) {
            throw new PoolException(PoolException.Kind.INVALID, "disks: " + e.getMessage(), e);
        }
    }

    /** Name of the device that the URI opens. */
    String deviceName() {
        DeviceUri parsed = DeviceUri.parse(uri);
        boolean named = !parsed.scheme().equals("aio") && !parsed.scheme().equals("uring");
        return named ? parsed.name() : parsed.path();
    }

    private static String without(String text) {
        int question = text.indexOf('?');
        if (question < 0) {
            return text;
        }
        List<String> kept = new ArrayList<>();
        for (String pair : text.substring(question + 1).split("&", -1)) {
            String name = pair.contains("=") ? pair.substring(0, pair.indexOf('=')) : pair;
            if (!name.equals(WIPE) && !name.equals(TAKEOVER)) {
                kept.add(pair);
            }
        }
        String location = text.substring(0, question);
        return kept.isEmpty() ? location : location + "?" + String.join("&", kept);
    }
}
