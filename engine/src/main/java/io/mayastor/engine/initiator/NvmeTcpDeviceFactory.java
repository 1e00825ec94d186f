package io.mayastor.engine.initiator;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceException;
import io.mayastor.engine.device.DeviceException.Kind;
import io.mayastor.engine.device.DeviceFactory;
import io.mayastor.engine.device.DeviceUri;
import io.mayastor.engine.reactor.Reactor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Opens {@code nvmf+tcp://host[:port]/nqn[?hostnqn=…][&uuid=…]}, also under the schemes {@code
 * nvmf} and {@code nvmf+rdma+tcp}, which connect over TCP all the same.
 *
 * <p>Other parameters are ignored, as existing control planes expect; {@code reftag} and {@code
 * guard} must be true or false and mean nothing, since only namespaces without metadata are opened.
 * The namespace is the one with the given UUID, else the first one.
 */
public final class NvmeTcpDeviceFactory implements DeviceFactory {
    /** Schemes to register this factory under. */
    public static final List<String> SCHEMES = List.of("nvmf", "nvmf+tcp", "nvmf+rdma+tcp");

    private static final String FIRST_NAMESPACE = "n1";

    private final Function<Reactor, Initiator> initiators;
    private final String hostNqn;
    private final UUID hostId;
    private final UnaryOperator<ControllerOptions> tuning;
    private final ReconnectPolicy policy;

    /**
     * @param initiators the initiator of a reactor; called on that reactor
     * @param hostNqn our name where the URI gives none
     * @param tuning sets queues and time-outs
     */
    public NvmeTcpDeviceFactory(
            Function<Reactor, Initiator> initiators,
            String hostNqn,
            UUID hostId,
            UnaryOperator<ControllerOptions> tuning,
            ReconnectPolicy policy) {
        this.initiators = initiators;
        this.hostNqn = hostNqn;
        this.hostId = hostId;
        this.tuning = tuning;
        this.policy = policy;
    }

    @Override
    public String deviceName(DeviceUri uri) {
        return subsystemName(uri) + FIRST_NAMESPACE;
    }

    private static String subsystemName(DeviceUri uri) {
        return uri.host() + ":" + uri.portOr(ControllerOptions.DEFAULT_PORT) + "/" + uri.name();
    }

    @Override
    public CompletableFuture<BlockDevice> open(DeviceUri uri, Reactor reactor) {
        ControllerOptions options = options(uri);
        CompletableFuture<BlockDevice> opened = new CompletableFuture<>();
        reactor.execute(() -> {
            Controller controller = initiators.apply(reactor).newController(options, policy);
            controller
                    .connect()
                    .whenComplete((live, failure) -> connected(uri, controller, failure, opened));
        });
        return opened;
    }

    /** Looks the host's name up, which may take seconds: here and not on the reactor. */
    private ControllerOptions options(DeviceUri uri) {
        if (uri.host().isEmpty() || uri.name().isEmpty()) {
            throw uri.invalid("write " + uri.scheme() + "://host[:port]/nqn");
        }
        uri.flag("reftag");
        uri.flag("guard");
        uri.uuid();
        InetSocketAddress address =
                new InetSocketAddress(uri.host(), uri.portOr(ControllerOptions.DEFAULT_PORT));
        if (address.isUnresolved()) {
            throw new DeviceException(
                    Kind.NOT_FOUND, "'%s': host %s is not known".formatted(uri, uri.host()));
        }
        try {
            return tuning.apply(
                    ControllerOptions.of(
                            address, uri.name(), uri.parameter("hostnqn").orElse(hostNqn), hostId));
        } catch (IllegalArgumentException e) {
            throw uri.invalid(e.getMessage());
        }
    }

    private void connected(
            DeviceUri uri,
            Controller controller,
            Throwable failure,
            CompletableFuture<BlockDevice> opened) {
        if (failure != null) {
            DeviceException reason =
                    new DeviceException(
                            Kind.UNAVAILABLE,
                            "'%s': %s".formatted(uri, failure.getMessage()),
                            failure);
            controller.close(() -> opened.completeExceptionally(reason));
            return;
        }
        try {
            RemoteNamespace namespace = choose(uri, controller.namespaces());
            UUID uuid = namespace.uuid().orElseGet(() -> uuidOf(deviceName(uri)));
            opened.complete(
                    new RemoteDevice(controller, namespace, deviceName(uri), uuid, uri.text()));
        } catch (DeviceException e) {
            controller.close(() -> opened.completeExceptionally(e));
        }
    }

    private static RemoteNamespace choose(DeviceUri uri, List<RemoteNamespace> namespaces) {
        Optional<UUID> wanted = uri.uuid();
        if (namespaces.isEmpty()) {
            throw new DeviceException(
                    Kind.NOT_FOUND, "'%s': the subsystem has no namespace".formatted(uri));
        }
        RemoteNamespace chosen =
                namespaces.stream()
                        .filter(known -> wanted.isEmpty() || known.uuid().equals(wanted))
                        .findFirst()
                        .orElseThrow(() ->
                                uri.invalid(
                                        "no namespace has this uuid, namespace %d has %s"
                                                .formatted(
                                                        namespaces.getFirst().id(),
                                                        namespaces
                                                                .getFirst()
                                                                .uuid()
                                                                .map(UUID::toString)
                                                                .orElse("none"))));
        if (!chosen.usable()) {
            throw uri.invalid(
                    "namespace %d has %d blocks of %d bytes with %d bytes of metadata: only blocks of 512 or 4096 bytes without metadata can be used"
                            .formatted(
                                    chosen.id(),
                                    chosen.blockCount(),
                                    chosen.blockSize(),
                                    chosen.metadataBytes()));
        }
        return chosen;
    }

    /** A namespace without identifiers is told apart by where it is found. */
    private static UUID uuidOf(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
