package io.mayastor.engine.device;

import io.mayastor.engine.reactor.Reactor;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Opens {@code malloc:///name?size_mb=…|num_blocks=…[&blk_size=…][&uuid=…][&resize]}. */
public final class MemoryDeviceFactory implements DeviceFactory {
    private static final String[] PARAMETERS = {
        "size_mb", "num_blocks", "blk_size", "uuid", "resize"
    };

    private final Supplier<UUID> uuids;

    /**
     * @param uuids identity of devices whose URI gives none: content is lost with the process, so a
     *     new one each time
     */
    public MemoryDeviceFactory(Supplier<UUID> uuids) {
        this.uuids = uuids;
    }

    @Override
    public CompletableFuture<BlockDevice> open(DeviceUri uri, Reactor reactor) {
        uri.requireLocal(PARAMETERS);
        Geometry geometry = Geometry.of(uri);
        uri.flag("resize");
        DeviceIdentity identity = DeviceIdentity.of(uri.name(), uri, uuids.get());
        return reactor.call(() -> map(identity, reactor, geometry));
    }

    private static BlockDevice map(DeviceIdentity identity, Reactor reactor, Geometry geometry) {
        try {
            return new MemoryDevice(identity, reactor, geometry);
        } catch (OutOfMemoryError e) {
            throw outOfMemory(identity.name(), geometry, e);
        }
    }

    @Override
    public CompletableFuture<BlockDevice> openAgain(DeviceUri uri, BlockDevice existing) {
        uri.requireLocal(PARAMETERS);
        Geometry geometry = Geometry.of(uri);
        if (!uri.flag("resize") || !(existing instanceof MemoryDevice device)) {
            return DeviceFactory.super.openAgain(uri, existing);
        }
        if (geometry.blockSize() != device.blockSize()) {
            throw uri.invalid("blk_size of an open device stays " + device.blockSize());
        }
        return device.reactor()
                .call(() -> {
                    try {
                        device.grow(geometry.blockCount());
                    } catch (OutOfMemoryError e) {
                        throw outOfMemory(device.name(), geometry, e);
                    }
                    return device;
                });
    }

    private static DeviceException outOfMemory(
            String name, Geometry geometry, OutOfMemoryError cause) {
        return new DeviceException(
                DeviceException.Kind.IO,
                "device %s: the system has no %d MiB of memory to give"
                        .formatted(name, geometry.bytes() >> 20),
                cause);
    }
}
