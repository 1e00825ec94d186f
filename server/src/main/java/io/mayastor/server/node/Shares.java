package io.mayastor.server.node;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.target.ReservationStore;
import io.mayastor.engine.target.SubsystemConfig;
import io.mayastor.engine.target.Target;
import io.mayastor.server.config.Addresses;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Which devices the target offers: one subsystem {@code nqn.2019-05.io.openebs:NAME} per shared
 * device. Callable from any management thread.
 *
 * <p>Promises: a shared device is claimed, so nobody else destroys it; what is asked of one device
 * happens in the order in which it was asked.
 */
public final class Shares {
    public static final String NQN_PREFIX = "nqn.2019-05.io.openebs:";
    private static final System.Logger LOG = System.getLogger(Shares.class.getPackageName());

    /** By whom shared devices are claimed. */
    public static final String CLAIMANT = "NVMe-oF Target";

    private static final int SERIAL_DIGITS = 17;

    private final DeviceRegistry devices;
    private final Target target;
    private final Function<BlockDevice, ReservationStore> reservations;

    /** Last step asked for, by device name; the next one starts when it has ended. */
    private final Map<String, CompletableFuture<Void>> steps = new HashMap<>();

    /**
     * @param reservations opens the store of a device
     */
    public Shares(
            DeviceRegistry devices,
            Target target,
            Function<BlockDevice, ReservationStore> reservations) {
        this.devices = devices;
        this.target = target;
        this.reservations = reservations;
    }

    public static String nqn(String deviceName) {
        return NQN_PREFIX + deviceName;
    }

    /**
     * Offers a device; of a shared one only the allow-list changes.
     *
     * @param allowedHosts host NQNs; empty: any host
     */
    public CompletableFuture<Void> share(String deviceName, Set<String> allowedHosts) {
        return inOrder(deviceName, () -> shareNow(deviceName, allowedHosts));
    }

    /** Takes a share back; connected hosts lose the device. Nothing happens when there is none. */
    public CompletableFuture<Void> unshare(String deviceName) {
        return inOrder(deviceName, () -> unshareNow(deviceName));
    }

    /** Unshares and closes a device. */
    public CompletableFuture<Void> destroy(String nameOrUri) {
        DeviceInfo info;
        try {
            info = devices.info(nameOrUri);
        } catch (DeviceException e) {
            return CompletableFuture.failedFuture(e);
        }
        String name = info.device().name();
        return inOrder(
                name, () -> unshareNow(name).thenCompose(done -> devices.destroy(nameOrUri)));
    }

    public boolean isShared(String deviceName) {
        return target.subsystems().contains(nqn(deviceName));
    }

    /** Where a device can be reached: over the network when it is shared, else in this process. */
    public String uri(BlockDevice device) {
        List<String> uris = uris(device.name(), device.uuid());
        return uris.isEmpty()
                ? "bdev:///" + device.name() + "?uuid=" + device.uuid()
                : uris.getFirst();
    }

    /** One URI per portal; none when the device is not shared. */
    public List<String> uris(String deviceName, UUID uuid) {
        return isShared(deviceName)
                ? target.portals().stream()
                        .map(portal -> uri(portal, nqn(deviceName)) + "?uuid=" + uuid)
                        .toList()
                : List.of();
    }

    /** Holds the data commands of a subsystem, unless that was asked for already. */
    public CompletableFuture<Void> pause(String nqn) {
        return inOrder(
                nqn,
                () ->
                        target.describe(nqn)
                                .thenCompose(info ->
                                        info.paused()
                                                ? CompletableFuture.completedFuture(null)
                                                : target.pause(nqn)));
    }

    /** Lets a paused subsystem go on; nothing happens when it is not paused. */
    public CompletableFuture<Void> resume(String nqn) {
        return inOrder(
                nqn,
                () ->
                        target.describe(nqn)
                                .thenCompose(info ->
                                        info.paused()
                                                ? target.resume(nqn)
                                                : CompletableFuture.completedFuture(null)));
    }

    /** The NQN as it may stand in a URI: what would end the path is escaped. */
    private static String escaped(String nqn) {
        return nqn.replace("%", "%25").replace("?", "%3F").replace("#", "%23").replace(" ", "%20");
    }

    private static String uri(InetSocketAddress portal, String nqn) {
        return "nvmf+tcp://"
                + Addresses.inUri(portal.getAddress())
                + ":"
                + portal.getPort()
                + "/"
                + escaped(nqn);
    }

    private CompletableFuture<Void> shareNow(String deviceName, Set<String> allowedHosts) {
        if (isShared(deviceName)) {
            return target.setAllowedHosts(nqn(deviceName), allowedHosts);
        }
        BlockDevice device = devices.info(deviceName).device();
        SubsystemConfig config = config(device, allowedHosts);
        devices.claim(deviceName, CLAIMANT);
        return target.addSubsystem(config)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        devices.release(deviceName, CLAIMANT);
                    } else {
                        LOG.log(Level.INFO, "device {0} shared as {1}", deviceName, config.nqn());
                    }
                });
    }

    private CompletableFuture<Void> unshareNow(String deviceName) {
        if (!isShared(deviceName)) {
            // A target that was stopped has none any more, and the claim is still there.
            devices.release(deviceName, CLAIMANT);
            return CompletableFuture.completedFuture(null);
        }
        return target.removeSubsystem(nqn(deviceName))
                .thenRun(() -> {
                    devices.release(deviceName, CLAIMANT);
                    LOG.log(Level.INFO, "device {0} is not shared any more", deviceName);
                });
    }

    private SubsystemConfig config(BlockDevice device, Set<String> allowedHosts) {
        String nqn = nqn(device.name());
        return new SubsystemConfig(
                nqn,
                serialNumber(device.uuid()),
                SubsystemConfig.MODEL,
                device,
                device.uuid(),
                allowedHosts,
                1,
                SubsystemConfig.MAX_CONTROLLER_ID,
                AnaState.OPTIMIZED,
                reservations.apply(device));
    }

    /** {@code DCS} and the first digits of the UUID's SHA-256, as hosts of Mayastor know it. */
    static String serialNumber(UUID uuid) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(HexFormat.of().parseHex(uuid.toString().replace("-", "")));
            return "DCS"
                    + HexFormat.of().withUpperCase().formatHex(digest).substring(0, SERIAL_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private CompletableFuture<Void> inOrder(
            String deviceName, Supplier<CompletableFuture<Void>> step) {
        synchronized (steps) {
            CompletableFuture<Void> before =
                    steps.getOrDefault(deviceName, CompletableFuture.completedFuture(null));
            CompletableFuture<Void> result =
                    before.handle((done, failure) -> null)
                            .thenComposeAsync(ignored -> step.get(), Thread::startVirtualThread);
            steps.put(deviceName, result);
            result.whenComplete((done, failure) -> forget(deviceName, result));
            return result;
        }
    }

    private void forget(String deviceName, CompletableFuture<Void> step) {
        synchronized (steps) {
            steps.remove(deviceName, step);
        }
    }
}
