package io.mayastor.engine.device;

import io.mayastor.engine.reactor.Reactor;
import java.util.concurrent.CompletableFuture;

/** Opens the devices of a URI scheme. Called on management threads, where it may block. */
@FunctionalInterface
public interface DeviceFactory {
    /**
     * Opens a device owned by the reactor. Fails with a {@link DeviceException}, thrown or in the
     * future.
     */
    CompletableFuture<BlockDevice> open(DeviceUri uri, Reactor reactor);

    /** Name that the device will have. */
    default String deviceName(DeviceUri uri) {
        return uri.name();
    }

    /**
     * The URI names a device that is open already: changes it if the URI asks for that (a rescan, a
     * resize), refuses otherwise.
     */
    default CompletableFuture<BlockDevice> openAgain(DeviceUri uri, BlockDevice existing) {
        throw new DeviceException(
                DeviceException.Kind.ALREADY_EXISTS,
                "'%s': device %s exists already as %s"
                        .formatted(uri, existing.name(), existing.uri()));
    }
}
