package io.mayastor.engine.device;

import java.util.UUID;

/** What names a device: its name and UUID in the process, and the URI it was opened with. */
public record DeviceIdentity(String name, UUID uuid, String uri) {
    /** Takes the UUID from the URI, or the other one. */
    static DeviceIdentity of(String name, DeviceUri uri, UUID otherwise) {
        UUID uuid = uri.uuid().orElse(otherwise);
        return new DeviceIdentity(name, uuid, uri.textWithUuid(uuid));
    }
}
