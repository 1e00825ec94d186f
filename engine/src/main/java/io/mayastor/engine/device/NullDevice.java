package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.BufferArena;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Reads zeros and forgets what is written: for benchmarks of everything but the device. Owner
 * thread: the reactor's. Requests complete inside {@link #submit}; a lent read is at most {@link
 * BufferArena#LARGEST} bytes long.
 */
public final class NullDevice extends LocalDevice {
    private final MemorySegment zeros;

    /** Owner thread. */
    NullDevice(DeviceIdentity identity, Reactor reactor, Geometry geometry) {
        super(identity, "Null disk", reactor, geometry.blockSize(), geometry.blockCount());
        zeros = reactor.kernel().map(BufferArena.LARGEST, false);
    }

    @Override
    public void submit(BlockIo io) {
        int status = admit(io);
        if (status == Status.SUCCESS) {
            status = execute(io, bytes(io.blocks));
        }
        io.complete(status);
    }

    private int execute(BlockIo io, long lengthBytes) {
        return switch (io.operation) {
            case READ -> read(io, lengthBytes);
            case COMPARE -> compare(io, lengthBytes);
            case WRITE, WRITE_ZEROES, DEALLOCATE, FLUSH -> Status.SUCCESS;
        };
    }

    private int read(BlockIo io, long lengthBytes) {
        if (io.address != 0) {
            Memory.zero(io.address, lengthBytes);
            return Status.SUCCESS;
        }
        if (lengthBytes > zeros.byteSize()) {
            return Status.INVALID_FIELD;
        }
        io.address = zeros.address();
        return Status.SUCCESS;
    }

    private int compare(BlockIo io, long lengthBytes) {
        for (long at = 0; at < lengthBytes; at += zeros.byteSize()) {
            long chunk = Math.min(zeros.byteSize(), lengthBytes - at);
            if (Memory.mismatch(zeros.address(), io.address + at, chunk) >= 0) {
                return Status.COMPARE_FAILURE;
            }
        }
        return Status.SUCCESS;
    }

    @Override
    public boolean takesDataOnSubmit() {
        return true;
    }

    @Override
    public boolean lendsReadData() {
        return true;
    }

    @Override
    public boolean hasVolatileWriteCache() {
        return false;
    }

    @Override
    public boolean readsZerosAfterDeallocate() {
        return true;
    }

    @Override
    public void close(Runnable closed) {
        stopService();
        reactor().kernel().unmap(zeros);
        closed.run();
    }
}
