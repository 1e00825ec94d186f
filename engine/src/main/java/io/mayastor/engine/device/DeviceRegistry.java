package io.mayastor.engine.device;

import io.mayastor.engine.device.DeviceException.Kind;
import io.mayastor.engine.device.RegisteredDevice.State;
import io.mayastor.engine.reactor.Reactor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The devices of the process by name and by URI, and who can open which scheme. Callable from any
 * management thread; never from a reactor's, since factories may block.
 *
 * <p>Promises: a name and a UUID belong to one device; a device that is claimed is not destroyed; a
 * failed open leaves nothing behind. Nothing here waits: futures fail with a {@link
 * DeviceException}, methods without one throw it.
 *
 * <p>{@code bdev:///name} and {@code loopback:///name} are aliases of an open device: creating one
 * gives that device, destroying one forgets the alias only. {@code faulty+scheme://…} is the device
 * of that scheme, open to fault injection.
 */
public final class DeviceRegistry {
    private static final Set<String> ALIAS_SCHEMES = Set.of("bdev", "loopback");

    /** Prefix of a scheme whose device is to be wrapped for fault injection. */
    private static final String FAULTY = "faulty+";

    private final List<Reactor> reactors;
    private final boolean injectEverywhere;
    private final FaultInjections faults = new FaultInjections();
    private final Map<String, DeviceFactory> factories = new TreeMap<>();
    private final Map<String, RegisteredDevice> devices = new LinkedHashMap<>();

    /**
     * @param reactors those that devices may be given to, at least one
     */
    public DeviceRegistry(List<Reactor> reactors) {
        this(reactors, false);
    }

    /**
     * @param reactors those that devices may be given to, at least one
     * @param injectEverywhere whether faults can be injected into every device that is created, not
     *     only into those of a {@code faulty+} scheme
     */
    public DeviceRegistry(List<Reactor> reactors, boolean injectEverywhere) {
        this.reactors = List.copyOf(reactors);
        this.injectEverywhere = injectEverywhere;
    }

    /** From now on URIs of this scheme are opened by the factory. */
    public synchronized void register(String scheme, DeviceFactory factory) {
        if (ALIAS_SCHEMES.contains(scheme) || factories.putIfAbsent(scheme, factory) != null) {
            throw new IllegalStateException("scheme " + scheme + " has a factory already");
        }
    }

    /** Opens a device on the reactor that owns the fewest. */
    public CompletableFuture<BlockDevice> create(String uri) {
        return open(uri, null);
    }

    /** Opens a device on the given reactor. */
    public CompletableFuture<BlockDevice> create(String uri, Reactor reactor) {
        return open(uri, reactor);
    }

    private CompletableFuture<BlockDevice> open(String text, Reactor wanted) {
        RegisteredDevice entry = null;
        try {
            DeviceUri uri = DeviceUri.parse(text);
            if (ALIAS_SCHEMES.contains(uri.scheme())) {
                return CompletableFuture.completedFuture(addAlias(uri));
            }
            DeviceUri plain = plain(uri);
            DeviceFactory factory = factory(plain);
            String name = factory.deviceName(plain);
            Optional<BlockDevice> existing = existing(name);
            if (existing.isPresent()) {
                return factory.openAgain(plain, unwrapped(existing.get()))
                        .thenApply(same -> existing.get());
            }
            RegisteredDevice opening = reserve(name, uri, plain, wanted);
            entry = opening;
            boolean wrap = injectEverywhere || plain != uri;
            return factory.open(plain, opening.reactor)
                    .thenCompose(device -> wrap ? wrapped(device) : completed(device))
                    .whenComplete((device, failure) -> opened(opening, device));
        } catch (DeviceException e) {
            forget(entry);
            return CompletableFuture.failedFuture(e);
        } catch (RuntimeException e) {
            forget(entry);
            throw e;
        }
    }

    /** Without the prefix that asks for fault injection; the same object when there is none. */
    private static DeviceUri plain(DeviceUri uri) {
        return uri.scheme().startsWith(FAULTY)
                ? uri.withScheme(uri.scheme().substring(FAULTY.length()))
                : uri;
    }

    private CompletableFuture<BlockDevice> wrapped(BlockDevice device) {
        return device.reactor().call(() -> new FaultyDevice(device, faults));
    }

    private static CompletableFuture<BlockDevice> completed(BlockDevice device) {
        return CompletableFuture.completedFuture(device);
    }

    private static BlockDevice unwrapped(BlockDevice device) {
        return device instanceof FaultyDevice faulty ? faulty.wrapped() : device;
    }

    private synchronized DeviceFactory factory(DeviceUri uri) {
        DeviceFactory factory = factories.get(uri.scheme());
        if (factory == null) {
            throw uri.invalid(
                    "unknown scheme %s, known are %s, bdev, loopback and paths"
                            .formatted(uri.scheme(), String.join(", ", factories.keySet())));
        }
        return factory;
    }

    private synchronized Optional<BlockDevice> existing(String name) {
        RegisteredDevice entry = devices.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        entry.requireOpen();
        return Optional.of(entry.device);
    }

    private synchronized RegisteredDevice reserve(
            String name, DeviceUri uri, DeviceUri plain, Reactor wanted) {
        UUID uuid = uri.uuid().orElse(null);
        requireFree(name, uuid);
        Reactor reactor = wanted == null ? leastUsedReactor() : wanted;
        RegisteredDevice entry = new RegisteredDevice(name, plain.scheme(), reactor, uuid);
        entry.aliases.add(uri.text());
        devices.put(name, entry);
        return entry;
    }

    private void requireFree(String name, UUID uuid) {
        for (RegisteredDevice known : devices.values()) {
            if (known.name.equals(name) || (uuid != null && uuid.equals(known.uuid))) {
                throw new DeviceException(
                        Kind.ALREADY_EXISTS,
                        known.name.equals(name)
                                ? "device %s exists already".formatted(name)
                                : "uuid %s belongs to device %s already"
                                        .formatted(uuid, known.name));
            }
        }
    }

    private Reactor leastUsedReactor() {
        return reactors.stream()
                .min(
                        Comparator.comparingLong(reactor ->
                                devices.values().stream()
                                        .filter(entry -> entry.reactor == reactor)
                                        .count()))
                .orElseThrow();
    }

    private synchronized void opened(RegisteredDevice entry, BlockDevice device) {
        if (device == null) {
            devices.remove(entry.name, entry);
            return;
        }
        entry.opened(device);
        if (!entry.aliases.contains(device.uri())) {
            entry.aliases.add(device.uri());
        }
    }

    private synchronized void forget(RegisteredDevice entry) {
        if (entry != null) {
            devices.remove(entry.name, entry);
        }
    }

    private synchronized BlockDevice addAlias(DeviceUri uri) {
        uri.requireLocal("uuid");
        RegisteredDevice entry = require(uri.name());
        entry.requireOpen();
        uri.uuid()
                .filter(uuid -> !uuid.equals(entry.uuid))
                .ifPresent(uuid -> {
                    throw uri.invalid("device %s has uuid %s".formatted(entry.name, entry.uuid));
                });
        if (!entry.aliases.contains(uri.text())) {
            entry.aliases.add(uri.text());
        }
        return entry.device;
    }

    /** Registers a device that its maker closes itself, such as a replica or a nexus. */
    public synchronized void add(BlockDevice device) {
        requireFree(device.name(), device.uuid());
        RegisteredDevice entry =
                new RegisteredDevice(device.name(), "", device.reactor(), device.uuid());
        entry.aliases.add(device.uri());
        entry.opened(device);
        devices.put(entry.name, entry);
    }

    /** Forgets a device that was added; its maker closes it. */
    public synchronized void remove(BlockDevice device) {
        RegisteredDevice entry = require(device.name());
        if (entry.device != device || !entry.scheme.isEmpty()) {
            throw new IllegalStateException("device " + device.name() + " was not added by add()");
        }
        entry.requireUnclaimed();
        devices.remove(entry.name);
    }

    /**
     * Closes a device, or forgets an alias.
     *
     * @param nameOrUri its name, its URI, or another URI that leads to the same name
     */
    public CompletableFuture<Void> destroy(String nameOrUri) {
        try {
            return forgetAlias(nameOrUri)
                    ? CompletableFuture.completedFuture(null)
                    : close(startClosing(nameOrUri));
        } catch (DeviceException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized boolean forgetAlias(String text) {
        if (!isAliasUri(text)) {
            return false;
        }
        RegisteredDevice entry = lookUp(text).orElseThrow(() -> notFound(text));
        entry.aliases.remove(text);
        return true;
    }

    private static boolean isAliasUri(String text) {
        return text.contains("://") && ALIAS_SCHEMES.contains(DeviceUri.parse(text).scheme());
    }

    private synchronized RegisteredDevice startClosing(String nameOrUri) {
        RegisteredDevice entry = require(nameOrUri);
        entry.requireOpen();
        entry.requireUnclaimed();
        if (entry.scheme.isEmpty()) {
            throw DeviceException.invalid(
                    "device %s (%s) is destroyed by whoever made it"
                            .formatted(entry.name, entry.device.productName()));
        }
        entry.state = State.CLOSING;
        return entry;
    }

    private CompletableFuture<Void> close(RegisteredDevice entry) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        return entry.reactor
                .call(() -> {
                    entry.device.close(() -> closed.complete(null));
                    return closed;
                })
                .thenCompose(Function.identity())
                .whenComplete((done, failure) -> forget(entry));
    }

    /** Looks for a new size of a device whose file or disk may have grown. */
    public CompletableFuture<Boolean> rescan(String nameOrUri) {
        try {
            BlockDevice device = info(nameOrUri).device();
            return device instanceof Rescannable rescannable
                    ? rescannable.rescan()
                    : CompletableFuture.completedFuture(false);
        } catch (DeviceException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Adds a fault rule, see {@link FaultRule}; its device may be opened later.
     *
     * @throws DeviceException when the URI is wrong or the device is there but takes no faults
     */
    public void inject(String uri) {
        FaultRule rule = FaultRule.parse(uri);
        Optional<DeviceInfo> info = find(rule.deviceName());
        if (info.isPresent() && !(info.get().device() instanceof FaultyDevice)) {
            throw DeviceException.invalid(
                    "device %s takes no faults: open it as %s%s"
                            .formatted(rule.deviceName(), FAULTY, info.get().device().uri()));
        }
        faults.add(rule);
    }

    /** The fault rules, for devices that their makers wrap themselves, and to list and remove. */
    public FaultInjections faults() {
        return faults;
    }

    /** Keeps a device from being destroyed and from being claimed by another. */
    public synchronized void claim(String nameOrUri, String claimant) {
        RegisteredDevice entry = require(nameOrUri);
        entry.requireOpen();
        if (!entry.claimedBy.equals(claimant)) {
            entry.requireUnclaimed();
            entry.claimedBy = claimant;
        }
    }

    /** Ends a claim; a claim of another stays. */
    public synchronized void release(String nameOrUri, String claimant) {
        lookUp(nameOrUri)
                .filter(entry -> entry.claimedBy.equals(claimant))
                .ifPresent(entry -> entry.claimedBy = "");
    }

    /** An open device by its name, its URI, or another URI that leads to the same name. */
    public synchronized Optional<DeviceInfo> find(String nameOrUri) {
        return lookUp(nameOrUri)
                .filter(entry -> entry.state == State.OPEN)
                .map(RegisteredDevice::info);
    }

    public synchronized Optional<DeviceInfo> find(UUID uuid) {
        return devices.values().stream()
                .filter(entry -> entry.state == State.OPEN && uuid.equals(entry.uuid))
                .findFirst()
                .map(RegisteredDevice::info);
    }

    /** As {@link #find(String)}, with an error when there is none. */
    public DeviceInfo info(String nameOrUri) {
        return find(nameOrUri).orElseThrow(() -> notFound(nameOrUri));
    }

    /** The open devices in the order of their creation. */
    public synchronized List<DeviceInfo> list() {
        return devices.values().stream()
                .filter(entry -> entry.state == State.OPEN)
                .map(RegisteredDevice::info)
                .toList();
    }

    /**
     * Closes every device that was created here, youngest first, claimed or not: the process ends.
     */
    public CompletableFuture<Void> close() {
        List<RegisteredDevice> closing = new ArrayList<>();
        synchronized (this) {
            Collection<RegisteredDevice> all = devices.values();
            for (RegisteredDevice entry : all) {
                if (entry.state == State.OPEN && !entry.scheme.isEmpty()) {
                    entry.state = State.CLOSING;
                    closing.addFirst(entry);
                }
            }
        }
        return CompletableFuture.allOf(
                closing.stream().map(this::close).toArray(CompletableFuture<?>[]::new));
    }

    private RegisteredDevice require(String nameOrUri) {
        return lookUp(nameOrUri).orElseThrow(() -> notFound(nameOrUri));
    }

    private static DeviceException notFound(String nameOrUri) {
        return new DeviceException(Kind.NOT_FOUND, "there is no device " + nameOrUri);
    }

    private Optional<RegisteredDevice> lookUp(String nameOrUri) {
        RegisteredDevice named = devices.get(nameOrUri);
        if (named != null) {
            return Optional.of(named);
        }
        for (RegisteredDevice entry : devices.values()) {
            if (entry.aliases.contains(nameOrUri)) {
                return Optional.of(entry);
            }
        }
        return nameOrUri.contains("://") ? byEquivalentUri(nameOrUri) : Optional.empty();
    }

    /** A URI with other parameters than at creation still names the device, if the scheme fits. */
    private Optional<RegisteredDevice> byEquivalentUri(String text) {
        DeviceUri uri = plain(DeviceUri.parse(text));
        if (ALIAS_SCHEMES.contains(uri.scheme())) {
            return Optional.ofNullable(devices.get(uri.name()));
        }
        return Optional.ofNullable(devices.get(factory(uri).deviceName(uri)))
                .filter(entry -> entry.scheme.equals(uri.scheme()));
    }
}
