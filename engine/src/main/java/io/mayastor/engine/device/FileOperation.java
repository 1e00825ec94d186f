package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.BufferArena;
import io.mayastor.engine.reactor.BufferWaiter;
import io.mayastor.engine.ring.Completion;
import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Memory;
import io.mayastor.engine.ring.Ring;

/**
 * One request on its way through the ring, in as many steps as short transfers, unsupported calls
 * and missing buffers make of it. Pooled by its {@link FileDevice}. Owner thread: the reactor's.
 */
final class FileOperation extends BufferWaiter implements Completion {
    private static final int MAX_TRANSFER_BYTES = 1 << 30;
    private static final int COMPARE_BYTES = 128 << 10;
    static final int NO_FALLOCATE = 0;

    FileOperation nextFree;

    private final FileDevice device;
    private final Ring ring;
    private final BufferArena arena;
    private final int handle;
    private BlockIo io;
    private long offset;
    private long remaining;
    private long address;
    private long startedNanos;

    /** Mode of the fallocate that is in the ring, or {@link #NO_FALLOCATE}. */
    private int fallocateMode;

    /**
     * What a compare reads into, from the reserve: a host may hold all other buffers. 0 when none.
     */
    private long compareBuffer;

    private int compareBufferBytes;

    FileOperation(FileDevice device, int handle) {
        this.device = device;
        this.handle = handle;
        this.ring = device.reactor().ring();
        this.arena = device.reactor().arena();
    }

    void start(BlockIo request) {
        io = request;
        offset = device.bytes(request.startBlock);
        remaining = device.bytes(request.blocks);
        address = request.address;
        startedNanos = device.reactor().nowNanos();
        proceed();
    }

    private void proceed() {
        fallocateMode = NO_FALLOCATE;
        int transfer = (int) Math.min(remaining, MAX_TRANSFER_BYTES);
        switch (io.operation) {
            case READ -> ring.read(handle, offset, address, transfer, this);
            case WRITE -> {
                int flags = io.forceUnitAccess ? Ring.DSYNC : 0;
                ring.write(handle, offset, address, transfer, flags, this);
            }
            case WRITE_ZEROES -> zero(false);
            case DEALLOCATE -> zero(true);
            case COMPARE -> readToCompare();
            case FLUSH -> throw new IllegalStateException("a flush goes through the flush queue");
        }
    }

    private void zero(boolean mayDeallocate) {
        fallocateMode = device.fallocateMode(mayDeallocate);
        if (fallocateMode != NO_FALLOCATE) {
            ring.fallocate(handle, fallocateMode, offset, remaining, this);
            return;
        }
        long zeros = device.zeros().address();
        int transfer = (int) Math.min(remaining, device.zeros().byteSize());
        ring.write(handle, offset, zeros, transfer, 0, this);
    }

    private void readToCompare() {
        if (compareBuffer == 0) {
            compareBufferBytes = (int) Math.min(remaining, COMPARE_BYTES);
            compareBuffer = arena.allocateInternal(compareBufferBytes);
        }
        if (compareBuffer == 0) {
            arena.awaitBuffer(this);
            return;
        }
        int transfer = (int) Math.min(remaining, compareBufferBytes);
        ring.read(handle, offset, compareBuffer, transfer, this);
    }

    @Override
    protected void bufferAvailable() {
        proceed();
    }

    @Override
    public void complete(int result, int flags) {
        if (result < 0) {
            refused(result);
            return;
        }
        long done = fallocateMode == NO_FALLOCATE ? usable(result) : remaining;
        if (done == 0) {
            finish(ErrnoStatus.mediaError(io.operation));
            return;
        }
        if (compareBuffer != 0 && Memory.mismatch(compareBuffer, address, done) >= 0) {
            finish(Status.COMPARE_FAILURE);
            return;
        }
        offset += done;
        address += done;
        remaining -= done;
        if (remaining == 0) {
            finish(Status.SUCCESS);
        } else {
            proceed();
        }
    }

    /** Direct I/O can go on at an aligned place only. */
    private long usable(int bytes) {
        return bytes & -(long) device.alignBytes();
    }

    private void refused(int result) {
        if (fallocateMode != NO_FALLOCATE
                && (result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS)) {
            device.doesNotOffer(fallocateMode);
            proceed();
            return;
        }
        boolean synchronous = io.operation == BlockIo.Operation.WRITE && io.forceUnitAccess;
        if (synchronous && mayHaveReachedDisk(-result)) {
            device.durabilityLost("a write through the cache", result);
        }
        finish(ErrnoStatus.of(io.operation, result));
    }

    /**
     * Whether the error can be that of the cache flush behind the data: the kernel names those of a
     * disk in many ways (EIO, ENODATA, ETIMEDOUT, ENOLINK, EREMOTEIO…), refusals before it in few.
     */
    private static boolean mayHaveReachedDisk(int errno) {
        return switch (errno) {
            case Errno.ENOSPC,
                    Errno.EFBIG,
                    Errno.EPERM,
                    Errno.EACCES,
                    Errno.EBADF,
                    Errno.EFAULT,
                    Errno.EINVAL,
                    Errno.ENOMEM,
                    Errno.EAGAIN,
                    Errno.EOPNOTSUPP,
                    Errno.ECANCELED ->
                    false;
            default -> true;
        };
    }

    private void finish(int status) {
        if (compareBuffer != 0) {
            arena.free(compareBuffer, compareBufferBytes);
            compareBuffer = 0;
        }
        BlockIo finished = io;
        io = null;
        device.took(finished.operation, startedNanos);
        device.finished(this, finished, status);
    }
}
