package io.mayastor.engine.initiator;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.DeviceLatencies;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.device.DeviceListeners;
import io.mayastor.engine.nvme.AnaGroup;
import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import java.util.Optional;
import java.util.UUID;

/**
 * A namespace of a controller as a block device; it has the controller for itself and closes it.
 * Owner thread: the reactor's, except where {@link BlockDevice} says otherwise.
 *
 * <p>While the controller is not live, requests end at once with {@link Status#HOST_PATHING_ERROR}.
 * A request that was sent when the association was lost ends with {@link Status#ABORTED_BY_HOST}: a
 * write may then have been applied or not, and no read tells for certain until the target has
 * dropped the association. Nothing is sent twice.
 */
public final class RemoteDevice implements BlockDevice, ControllerListener {
    /** Blocks of one command with a 16-bit count. */
    private static final long MAX_COUNT = 1 << 16;

    /** Bounds how long one Dataset Management command may take. */
    private static final long MAX_DEALLOCATE_BYTES = 1L << 30;

    private final Controller controller;
    private final String name;
    private final UUID uuid;
    private final String uri;
    private final int namespaceId;
    private final int blockSize;
    private final int blockShift;
    private final boolean readsZeros;
    private final int preferredIoBlocks;
    private final DeviceListeners listeners = new DeviceListeners();
    private volatile long blockCount;
    private volatile boolean volatileWriteCache;
    private volatile AnaState anaState = AnaState.OPTIMIZED;
    private int anaGroup;
    private long maxTransferBlocks;
    private long maxWriteZeroesBlocks;
    private long maxDeallocateBlocks;
    private boolean compareSupported;
    private RemoteIo free;
    private int inFlight;
    private boolean failed;
    private Runnable closed;

    /** The controller must be live. */
    RemoteDevice(
            Controller controller, RemoteNamespace namespace, String name, UUID uuid, String uri) {
        this.controller = controller;
        this.name = name;
        this.uuid = uuid;
        this.uri = uri;
        namespaceId = namespace.id();
        blockSize = namespace.blockSize();
        blockShift = Integer.numberOfTrailingZeros(blockSize);
        blockCount = namespace.blockCount();
        readsZeros = namespace.readsZerosAfterDeallocate();
        preferredIoBlocks = namespace.preferredIoBlocks();
        anaGroup = namespace.anaGroup();
        takeLimits();
        controller.addListener(this);
    }

    private void takeLimits() {
        ControllerLimits limits = controller.limits();
        volatileWriteCache = limits.volatileWriteCache();
        maxTransferBlocks = Math.clamp(limits.maxTransferBytes() >> blockShift, 1, MAX_COUNT);
        maxWriteZeroesBlocks = Math.min(limits.writeZeroesBytes() >> blockShift, MAX_COUNT);
        maxDeallocateBlocks =
                Math.min(limits.deallocateBlocks(), MAX_DEALLOCATE_BYTES >> blockShift);
        compareSupported = limits.compare();
    }

    public Controller controller() {
        return controller;
    }

    public int namespaceId() {
        return namespaceId;
    }

    /** What the controller has last said of the namespace's group. Any thread. */
    public AnaState anaState() {
        return anaState;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public String productName() {
        return "NVMe/TCP namespace";
    }

    @Override
    public Reactor reactor() {
        return controller.reactor();
    }

    @Override
    public int blockSize() {
        return blockSize;
    }

    int blockShift() {
        return blockShift;
    }

    @Override
    public long blockCount() {
        return blockCount;
    }

    @Override
    public boolean hasVolatileWriteCache() {
        return volatileWriteCache;
    }

    @Override
    public boolean readsZerosAfterDeallocate() {
        return readsZeros;
    }

    @Override
    public int preferredIoBlocks() {
        return preferredIoBlocks;
    }

    @Override
    public void addListener(DeviceListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(DeviceListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void submit(BlockIo io) {
        long mostBlocks = mostBlocks(io.operation);
        int refusal = refusal(io, mostBlocks);
        if (refusal != Status.SUCCESS) {
            controller.counters().failed();
            io.complete(refusal);
            return;
        }
        if (io.blocks == 0 && io.operation != BlockIo.Operation.FLUSH) {
            io.complete(Status.SUCCESS);
            return;
        }
        inFlight++;
        take().start(io, mostBlocks);
    }

    private int refusal(BlockIo io, long mostBlocks) {
        if (failed || closed != null || !controller.isLive()) {
            return Status.HOST_PATHING_ERROR;
        }
        if (mostBlocks == 0) {
            return Status.INVALID_OPCODE;
        }
        if (io.operation == BlockIo.Operation.FLUSH) {
            return Status.SUCCESS;
        }
        boolean inside =
                io.startBlock >= 0 && io.blocks >= 0 && io.startBlock <= blockCount - io.blocks;
        return inside ? Status.SUCCESS : Status.LBA_OUT_OF_RANGE;
    }

    /** Blocks of one command; 0 when the controller does not know it. */
    private long mostBlocks(BlockIo.Operation operation) {
        return switch (operation) {
            case READ, WRITE -> maxTransferBlocks;
            case COMPARE -> compareSupported ? maxTransferBlocks : 0;
            case WRITE_ZEROES -> maxWriteZeroesBlocks;
            case DEALLOCATE -> maxDeallocateBlocks;
            case FLUSH -> 1;
        };
    }

    void send(Command command) {
        controller.submit(command);
    }

    RemoteIo take() {
        RemoteIo taken = free;
        if (taken == null) {
            return new RemoteIo(this);
        }
        free = taken.next;
        taken.next = null;
        return taken;
    }

    void release(RemoteIo unused) {
        unused.next = free;
        free = unused;
    }

    /** From the sending of a command to its answer, for requests that succeeded. */
    @Override
    public Optional<DeviceLatencies> latencies() {
        return Optional.of(controller.counters().latencies());
    }

    void completed(BlockIo io, int status, long latencyNanos) {
        if (Status.isSuccess(status)) {
            controller.counters().completed(io.operation, io.blocks << blockShift, latencyNanos);
        } else {
            controller.counters().failed();
        }
        inFlight--;
        io.complete(status);
        closeIfIdle();
    }

    @Override
    public void live(Controller connected) {
        takeLimits();
        look();
    }

    @Override
    public void namespacesChanged(Controller connected) {
        look();
    }

    private void look() {
        for (RemoteNamespace namespace : controller.namespaces()) {
            if (namespace.id() == namespaceId) {
                takeOver(namespace);
                return;
            }
        }
        fail("the controller has no namespace " + namespaceId + " any more");
    }

    private void takeOver(RemoteNamespace namespace) {
        if (namespace.blockSize() != blockSize || !namespace.usable()) {
            fail("namespace " + namespaceId + " has another block size now");
            return;
        }
        if (namespace.uuid().isPresent() && !namespace.uuid().get().equals(uuid)) {
            fail("namespace " + namespaceId + " is another one now: " + namespace.uuid().get());
            return;
        }
        anaGroup = namespace.anaGroup();
        if (namespace.blockCount() != blockCount) {
            blockCount = namespace.blockCount();
            listeners.resized(this);
        }
    }

    @Override
    public void anaChanged(Controller connected, AnaLog log) {
        for (AnaGroup group : log.groups()) {
            if (group.id() == anaGroup) {
                anaState = group.state();
            }
        }
    }

    @Override
    public void failed(Controller lost, String reason) {
        fail(reason);
    }

    private void fail(String reason) {
        if (!failed) {
            failed = true;
            listeners.failed(this, name + ": " + reason);
        }
    }

    @Override
    public void close(Runnable whenClosed) {
        reactor().checkOwner();
        if (closed != null) {
            throw new IllegalStateException("device " + name + " is being closed already");
        }
        closed = whenClosed;
        closeIfIdle();
    }

    private void closeIfIdle() {
        if (closed != null && inFlight == 0) {
            Runnable whenClosed = closed;
            inFlight = -1;
            controller.removeListener(this);
            controller.close(whenClosed);
        }
    }
}
