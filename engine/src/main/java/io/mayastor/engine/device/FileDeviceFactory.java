package io.mayastor.engine.device;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Opens files and disks: {@code aio:///path}, {@code uring:///path} (the same device) with {@code
 * blk_size}, {@code uuid} and, for aio, {@code rescan}. The device's name is the path.
 */
public final class FileDeviceFactory implements DeviceFactory {
    private static final String RESCAN = "rescan";

    private final Kernel kernel;
    private final String node;

    /**
     * @param node name of this node: together with the path it makes the UUID of a device whose URI
     *     gives none, so that a host finds the same namespace again after a restart, and never the
     *     same on two nodes
     */
    public FileDeviceFactory(Kernel kernel, String node) {
        this.kernel = kernel;
        this.node = node;
    }

    @Override
    public String deviceName(DeviceUri uri) {
        return uri.path();
    }

    @Override
    public CompletableFuture<BlockDevice> open(DeviceUri uri, Reactor reactor) {
        requireParameters(uri);
        DeviceIdentity identity = DeviceIdentity.of(uri.path(), uri, uuidOf(uri.path()));
        OpenFile file = OpenFile.open(kernel, uri);
        CompletableFuture<BlockDevice> device =
                reactor.call(() ->
                        new FileDevice(
                                identity,
                                productName(uri),
                                reactor,
                                file,
                                FileDevice.MAX_IN_FLIGHT));
        return device.whenComplete((opened, failure) -> {
            if (failure != null) {
                kernel.close(file.descriptor());
            }
        });
    }

    @Override
    public CompletableFuture<BlockDevice> openAgain(DeviceUri uri, BlockDevice existing) {
        requireParameters(uri);
        if (!uri.flag(RESCAN) || !(existing instanceof FileDevice device)) {
            return DeviceFactory.super.openAgain(uri, existing);
        }
        return device.rescan().thenApply(grown -> existing);
    }

    private static void requireParameters(DeviceUri uri) {
        if (uri.scheme().equals(DeviceUri.FILE_SCHEME)) {
            uri.requireLocal("blk_size", "uuid", RESCAN);
            uri.flag(RESCAN);
        } else {
            uri.requireLocal("blk_size", "uuid");
        }
    }

    private static String productName(DeviceUri uri) {
        return uri.scheme().equals(DeviceUri.FILE_SCHEME) ? "AIO disk" : "URING bdev";
    }

    private UUID uuidOf(String path) {
        return UUID.nameUUIDFromBytes((node + '\0' + path).getBytes(StandardCharsets.UTF_8));
    }
}
