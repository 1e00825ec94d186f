package io.mayastor.engine.device;

import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A name in the {@link DeviceRegistry} and what stands behind it. Guarded by the registry. */
final class RegisteredDevice {
    enum State {
        OPENING,
        OPEN,
        CLOSING
    }

    final String name;
    final Reactor reactor;

    /** Scheme it was opened with; empty for a device that somebody else made and added. */
    final String scheme;

    final List<String> aliases = new ArrayList<>();
    State state = State.OPENING;
    BlockDevice device;
    UUID uuid;
    String claimedBy = "";

    RegisteredDevice(String name, String scheme, Reactor reactor, UUID uuid) {
        this.name = name;
        this.scheme = scheme;
        this.reactor = reactor;
        this.uuid = uuid;
    }

    void opened(BlockDevice opened) {
        device = opened;
        uuid = opened.uuid();
        state = State.OPEN;
    }

    void requireOpen() {
        if (state != State.OPEN) {
            String doing = state == State.OPENING ? "opened" : "closed";
            throw new DeviceException(
                    DeviceException.Kind.BUSY,
                    "device %s is just being %s, try again".formatted(name, doing));
        }
    }

    void requireUnclaimed() {
        if (!claimedBy.isEmpty()) {
            throw new DeviceException(
                    DeviceException.Kind.BUSY,
                    "device %s is in use by %s".formatted(name, claimedBy));
        }
    }

    DeviceInfo info() {
        return new DeviceInfo(device, List.copyOf(aliases), claimedBy);
    }
}
