package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Ring;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A file or disk behind the ring. Owner thread: the reactor's.
 *
 * <p>Promises: a bounded number of transfers is in the ring, further requests wait in order of
 * arrival; short transfers are continued; nothing is allocated per request once the operations have
 * been made. Writes may sit in the disk's cache until a flush (fdatasync) or unless they force unit
 * access (RWF_DSYNC). A failed flush, or a failed write that forced unit access, leaves unknown
 * what the disk has lost: the device fails for good.
 *
 * <p>Deallocated blocks read zeros: holes are punched, and where the file system or disk can not,
 * zeros are written.
 */
public final class FileDevice extends LocalDevice implements Rescannable {
    /** Transfers in the ring at once. */
    static final int MAX_IN_FLIGHT = 256;

    private static final int ZEROS_BYTES = 256 << 10;

    private final Ring ring;
    private final OpenFile file;
    private final int handle;
    private final int maxInFlight;
    private final MemorySegment zeros;
    private final FlushQueue flushes;
    private final DeviceLatencies latencies = new DeviceLatencies();
    private FileOperation freeOperations;
    private BlockIo firstWaiting;
    private BlockIo lastWaiting;
    private int inFlight;
    private boolean zeroesRanges = true;
    private boolean punchesHoles = true;
    private Runnable whenClosed;
    private boolean closing;

    /** Takes over the descriptor; owner thread. */
    FileDevice(
            DeviceIdentity identity,
            String productName,
            Reactor reactor,
            OpenFile file,
            int maxInFlight) {
        super(identity, productName, reactor, file.blockSize(), file.blockCount());
        this.ring = reactor.ring();
        this.file = file;
        this.handle = ring.registerFile(file.descriptor());
        this.maxInFlight = maxInFlight;
        this.zeros = reactor.kernel().map(ZEROS_BYTES, false);
        this.flushes = new FlushQueue(this, handle);
    }

    @Override
    public void submit(BlockIo io) {
        int status = admit(io);
        if (status != Status.SUCCESS) {
            io.complete(status);
        } else if (io.operation == BlockIo.Operation.FLUSH) {
            flushes.add(io);
        } else if (io.blocks == 0) {
            io.complete(Status.SUCCESS);
        } else {
            checkBuffer(io);
            if (inFlight < maxInFlight) {
                start(io);
            } else {
                enqueue(io);
            }
        }
    }

    private void checkBuffer(BlockIo io) {
        boolean direct =
                io.operation == BlockIo.Operation.READ || io.operation == BlockIo.Operation.WRITE;
        if (direct && (io.address == 0 || (io.address & (file.alignBytes() - 1)) != 0)) {
            throw new IllegalArgumentException(
                    "device %s needs buffers aligned to %d bytes, not 0x%x"
                            .formatted(name(), file.alignBytes(), io.address));
        }
    }

    private void enqueue(BlockIo io) {
        io.next = null;
        if (lastWaiting == null) {
            firstWaiting = io;
        } else {
            lastWaiting.next = io;
        }
        lastWaiting = io;
    }

    private void start(BlockIo io) {
        FileOperation operation = freeOperations;
        if (operation == null) {
            operation = new FileOperation(this, handle);
        } else {
            freeOperations = operation.nextFree;
        }
        inFlight++;
        operation.start(io);
    }

    /** A request, or the fdatasync of several flushes, was with the disk since then. */
    void took(BlockIo.Operation operation, long sinceNanos) {
        latencies.record(operation, reactor().nowNanos() - sinceNanos);
    }

    /** The operation has done what it could and is free for the next request. */
    void finished(FileOperation operation, BlockIo io, int status) {
        operation.nextFree = freeOperations;
        freeOperations = operation;
        inFlight--;
        startWaiting();
        if (status == Status.SUCCESS && needsFlush(io)) {
            flushes.add(io);
        } else {
            io.complete(status);
            closeWhenIdle();
        }
    }

    private void startWaiting() {
        while (firstWaiting != null && inFlight < maxInFlight) {
            BlockIo io = firstWaiting;
            firstWaiting = io.next;
            if (firstWaiting == null) {
                lastWaiting = null;
            }
            io.next = null;
            start(io);
        }
    }

    /** fallocate has no forced unit access of its own. */
    private static boolean needsFlush(BlockIo io) {
        return io.forceUnitAccess
                && (io.operation == BlockIo.Operation.WRITE_ZEROES
                        || io.operation == BlockIo.Operation.DEALLOCATE);
    }

    /** Nobody knows what the disk has lost: nothing is served from here any more. */
    void durabilityLost(String what, int result) {
        fail("%s of %s failed: %s".formatted(what, name(), Errno.describe(result)));
        BlockIo io = firstWaiting;
        firstWaiting = null;
        lastWaiting = null;
        while (io != null) {
            BlockIo following = io.next;
            io.next = null;
            io.complete(Status.INTERNAL_ERROR);
            io = following;
        }
        flushes.failWaiting();
    }

    /** The best call that makes a range read zeros here, or {@link FileOperation#NO_FALLOCATE}. */
    int fallocateMode(boolean mayDeallocate) {
        if (mayDeallocate && punchesHoles) {
            return Ring.PUNCH_HOLE;
        }
        return zeroesRanges ? Ring.ZERO_RANGE : FileOperation.NO_FALLOCATE;
    }

    void doesNotOffer(int fallocateMode) {
        if (fallocateMode == Ring.PUNCH_HOLE) {
            punchesHoles = false;
        } else {
            zeroesRanges = false;
        }
    }

    int alignBytes() {
        return file.alignBytes();
    }

    MemorySegment zeros() {
        return zeros;
    }

    /**
     * From the start of a request to its end, by the reactor's clock, without the time in which it
     * waited here for others; flushes that share an fdatasync count as one.
     */
    @Override
    public Optional<DeviceLatencies> latencies() {
        return Optional.of(latencies);
    }

    @Override
    public boolean hasVolatileWriteCache() {
        return true;
    }

    @Override
    public boolean readsZerosAfterDeallocate() {
        return true;
    }

    @Override
    public int preferredIoBlocks() {
        return file.bestIoBytes() / blockSize();
    }

    /**
     * Asks on the owner reactor, where the descriptor can not be closed meanwhile: microseconds.
     */
    @Override
    public CompletableFuture<Boolean> rescan() {
        return reactor().call(this::takeOverSize);
    }

    private boolean takeOverSize() {
        if (whenClosed != null) {
            throw new DeviceException(
                    DeviceException.Kind.NOT_FOUND, "device " + name() + " is closed");
        }
        long before = blockCount();
        long now = presentBytes() / blockSize();
        if (now < before) {
            throw new DeviceException(
                    DeviceException.Kind.IO,
                    "%s has shrunk from %d to %d blocks of %d bytes, let it grow back"
                            .formatted(name(), before, now, blockSize()));
        }
        resizeTo(now);
        return now > before;
    }

    private long presentBytes() {
        try {
            return reactor().kernel().describe(file.descriptor()).sizeBytes();
        } catch (IOException e) {
            throw new DeviceException(DeviceException.Kind.IO, name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close(Runnable closed) {
        stopService();
        whenClosed = closed;
        closeWhenIdle();
    }

    /** Gives the descriptor back once the last request has completed. */
    void closeWhenIdle() {
        boolean busy = inFlight > 0 || firstWaiting != null || !flushes.isIdle();
        if (whenClosed == null || closing || busy) {
            return;
        }
        closing = true;
        if (handle != file.descriptor()) {
            ring.unregisterFile(handle);
        }
        reactor().kernel().unmap(zeros);
        ring.close(file.descriptor(), (result, flags) -> whenClosed.run());
    }
}
