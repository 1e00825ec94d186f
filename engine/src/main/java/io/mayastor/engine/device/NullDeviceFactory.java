package io.mayastor.engine.device;

import io.mayastor.engine.reactor.Reactor;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Opens {@code null:///name?size_mb=…|num_blocks=…[&blk_size=…][&uuid=…]}. */
public final class NullDeviceFactory implements DeviceFactory {
    private final Supplier<UUID> uuids;

    /**
     * @param uuids identity of devices whose URI gives none
     */
    public NullDeviceFactory(Supplier<UUID> uuids) {
        this.uuids = uuids;
    }

    @Override
    public CompletableFuture<BlockDevice> open(DeviceUri uri, Reactor reactor) {
        uri.requireLocal("size_mb", "num_blocks", "blk_size", "uuid");
        Geometry geometry = Geometry.of(uri);
        DeviceIdentity identity = DeviceIdentity.of(uri.name(), uri, uuids.get());
        return reactor.call(() -> new NullDevice(identity, reactor, geometry));
    }
}
