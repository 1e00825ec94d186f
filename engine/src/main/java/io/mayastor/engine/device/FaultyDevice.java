package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Another device with faults injected by rule. Owner thread: the wrapped device's reactor.
 *
 * <p>Without rules requests go straight through. It neither lends read data nor takes data on
 * submit, whatever the wrapped device does, because a rule that delays may come at any time.
 */
public final class FaultyDevice implements BlockDevice, Rescannable {
    private final BlockDevice wrapped;
    private final FaultInjections injections;
    private final DeviceListeners listeners = new DeviceListeners();
    private FaultyIo freeIos;
    private int inFlight;
    private Runnable whenClosed;
    private boolean closing;

    /** Owner thread. */
    public FaultyDevice(BlockDevice wrapped, FaultInjections injections) {
        this.wrapped = wrapped;
        this.injections = injections;
        wrapped.addListener(
                new DeviceListener() {
                    @Override
                    public void resized(BlockDevice device) {
                        listeners.resized(FaultyDevice.this);
                    }

                    @Override
                    public void failed(BlockDevice device, String reason) {
                        listeners.failed(FaultyDevice.this, reason);
                    }
                });
    }

    @Override
    public void submit(BlockIo io) {
        if (whenClosed != null) {
            io.complete(Status.INTERNAL_PATH_ERROR);
            return;
        }
        if (injections.faults().length == 0) {
            wrapped.submit(io);
            return;
        }
        FaultyIo faulty = freeIos;
        if (faulty == null) {
            faulty = new FaultyIo(this);
        } else {
            freeIos = faulty.nextFree;
        }
        inFlight++;
        faulty.start(io);
    }

    /** What the first rule that strikes does to the request, or null. */
    FaultAction strike(BlockIo io, FaultRule.Stage stage) {
        long now = reactor().nowNanos();
        for (ActiveFault fault : injections.faults()) {
            if (fault.strikes(name(), io, stage, now)) {
                return fault.rule.action();
            }
        }
        return null;
    }

    void finished(FaultyIo faulty) {
        faulty.nextFree = freeIos;
        freeIos = faulty;
        inFlight--;
    }

    void closeWhenIdle() {
        if (whenClosed != null && inFlight == 0 && !closing) {
            closing = true;
            wrapped.close(whenClosed);
        }
    }

    BlockDevice wrapped() {
        return wrapped;
    }

    @Override
    public String name() {
        return wrapped.name();
    }

    @Override
    public UUID uuid() {
        return wrapped.uuid();
    }

    @Override
    public String uri() {
        return wrapped.uri();
    }

    @Override
    public String productName() {
        return wrapped.productName();
    }

    @Override
    public Reactor reactor() {
        return wrapped.reactor();
    }

    @Override
    public int blockSize() {
        return wrapped.blockSize();
    }

    @Override
    public long blockCount() {
        return wrapped.blockCount();
    }

    @Override
    public boolean hasVolatileWriteCache() {
        return wrapped.hasVolatileWriteCache();
    }

    @Override
    public boolean readsZerosAfterDeallocate() {
        return wrapped.readsZerosAfterDeallocate();
    }

    @Override
    public int preferredIoBlocks() {
        return wrapped.preferredIoBlocks();
    }

    /** Those of the wrapped device, without what the rules add. */
    @Override
    public Optional<DeviceLatencies> latencies() {
        return wrapped.latencies();
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
    public CompletableFuture<Boolean> rescan() {
        return wrapped instanceof Rescannable rescannable
                ? rescannable.rescan()
                : CompletableFuture.completedFuture(false);
    }

    @Override
    public void close(Runnable closed) {
        if (whenClosed != null) {
            throw new IllegalStateException("device " + name() + " is closed already");
        }
        whenClosed = closed;
        closeWhenIdle();
    }
}
