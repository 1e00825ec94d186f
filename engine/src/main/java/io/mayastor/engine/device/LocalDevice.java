package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import java.util.UUID;

/**
 * What devices of this machine have in common: identity, size, listeners, and the state that
 * decides whether a request may start. Owner thread: the reactor's.
 *
 * <pre>
 *  OPEN → FAILED → CLOSED
 *  OPEN ─────────→ CLOSED
 * </pre>
 */
abstract class LocalDevice implements BlockDevice {
    private enum State {
        OPEN,
        FAILED,
        CLOSED
    }

    private final DeviceIdentity identity;
    private final String productName;
    private final Reactor reactor;
    private final int blockSize;
    private final int blockShift;
    private final DeviceListeners listeners = new DeviceListeners();
    private volatile long blockCount;
    private State state = State.OPEN;

    LocalDevice(
            DeviceIdentity identity,
            String productName,
            Reactor reactor,
            int blockSize,
            long blockCount) {
        this.identity = identity;
        this.productName = productName;
        this.reactor = reactor;
        this.blockSize = blockSize;
        this.blockShift = Integer.numberOfTrailingZeros(blockSize);
        this.blockCount = blockCount;
    }

    @Override
    public final String name() {
        return identity.name();
    }

    @Override
    public final UUID uuid() {
        return identity.uuid();
    }

    @Override
    public final String uri() {
        return identity.uri();
    }

    @Override
    public final String productName() {
        return productName;
    }

    @Override
    public final Reactor reactor() {
        return reactor;
    }

    @Override
    public final int blockSize() {
        return blockSize;
    }

    @Override
    public final long blockCount() {
        return blockCount;
    }

    @Override
    public final void addListener(DeviceListener listener) {
        listeners.add(listener);
    }

    @Override
    public final void removeListener(DeviceListener listener) {
        listeners.remove(listener);
    }

    final long bytes(long blocks) {
        return blocks << blockShift;
    }

    /** Status with which a request ends at once, or success when it may start. */
    final int admit(BlockIo io) {
        reactor.checkOwner();
        if (state != State.OPEN) {
            return state == State.FAILED ? Status.INTERNAL_ERROR : Status.INTERNAL_PATH_ERROR;
        }
        if (io.operation == BlockIo.Operation.FLUSH) {
            return Status.SUCCESS;
        }
        boolean inside =
                io.startBlock >= 0 && io.blocks >= 0 && io.startBlock <= blockCount - io.blocks;
        return inside ? Status.SUCCESS : Status.LBA_OUT_OF_RANGE;
    }

    /** Takes over a new size and tells the listeners. */
    final void resizeTo(long blocks) {
        if (blocks != blockCount) {
            blockCount = blocks;
            listeners.resized(this);
        }
    }

    /** Ends the device's service for good; only the first reason counts. */
    final void fail(String reason) {
        if (state == State.OPEN) {
            state = State.FAILED;
            listeners.failed(this, reason);
        }
    }

    /** Whether it has failed for good and has not been closed. */
    final boolean hasFailed() {
        return state == State.FAILED;
    }

    /** From now on requests end with a path error. Throws when it is closed already. */
    final void stopService() {
        reactor.checkOwner();
        if (state == State.CLOSED) {
            throw new IllegalStateException("device " + name() + " is closed already");
        }
        state = State.CLOSED;
    }
}
