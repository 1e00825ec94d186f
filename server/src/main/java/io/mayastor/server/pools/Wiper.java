package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.PoolException;
import io.mayastor.engine.pool.PoolException.Kind;
import io.mayastor.engine.reactor.BufferArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Goes over a device and wipes it or sums it up. One management thread, which waits for each piece;
 * close it to give its buffer back.
 */
public final class Wiper implements AutoCloseable {
    /** What is done with each byte. */
    public enum Method {
        NOTHING,
        WRITE_ZEROES,
        UNMAP,
        WRITE_PATTERN,
        CHECKSUM
    }

    /** Pieces that need no buffer. */
    private static final int LARGE_PIECE = 16 << 20;

    private static final ValueLayout.OfInt PATTERN =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final BlockDevice device;
    private final Method method;
    private final BooleanSupplier cancelled;
    private final CRC32C checksum = new CRC32C();
    private final MemorySegment buffer;

    /**
     * @param pattern for {@link Method#WRITE_PATTERN}: four bytes, the lowest first
     * @param cancelled asked before each piece
     */
    public Wiper(BlockDevice device, Method method, int pattern, BooleanSupplier cancelled) {
        this.device = device;
        this.method = method;
        this.cancelled = cancelled;
        buffer =
                switch (method) {
                    case NOTHING, WRITE_ZEROES, UNMAP -> MemorySegment.NULL;
                    case WRITE_PATTERN, CHECKSUM -> device.reactor().call(this::allocate).join();
                };
        if (method == Method.WRITE_PATTERN) {
            for (long at = 0; at < buffer.byteSize(); at += Integer.BYTES) {
                buffer.set(PATTERN, at, pattern);
            }
        }
    }

    private MemorySegment allocate() {
        BufferArena arena = device.reactor().arena();
        long address = arena.allocate(BufferArena.LARGEST);
        if (address == 0) {
            throw new PoolException(
                    Kind.BUSY, "all buffers are in use by hosts: try again when there is less I/O");
        }
        return arena.memory().asSlice(address - arena.memory().address(), BufferArena.LARGEST);
    }

    /**
     * The next bytes, whole blocks.
     *
     * @return false when it was cancelled before the end
     * @throws PoolException when the device refuses
     */
    public boolean wipe(long offset, long bytes) {
        long end = offset + bytes;
        int most = buffer.byteSize() == 0 ? LARGE_PIECE : (int) buffer.byteSize();
        for (long at = offset; at < end; at += most) {
            if (cancelled.getAsBoolean()) {
                return false;
            }
            piece(at, Math.min(most, end - at));
        }
        return true;
    }

    private void piece(long offset, long bytes) {
        switch (method) {
            case NOTHING -> {
                // only the progress is wanted
            }
            case WRITE_ZEROES -> submit(Operation.WRITE_ZEROES, offset, bytes);
            case UNMAP -> submit(Operation.DEALLOCATE, offset, bytes);
            case WRITE_PATTERN -> submit(Operation.WRITE, offset, bytes);
            case CHECKSUM -> {
                submit(Operation.READ, offset, bytes);
                checksum.update(buffer.asSlice(0, bytes).asByteBuffer());
            }
        }
    }

    /** What was wiped stays so after a power cut. */
    public void flush() {
        switch (method) {
            case NOTHING, CHECKSUM -> {
                // nothing was written
            }
            case WRITE_ZEROES, UNMAP, WRITE_PATTERN -> submit(Operation.FLUSH, 0, 0);
        }
    }

    /** CRC32C of all that was gone over. */
    public int checksum() {
        return (int) checksum.getValue();
    }

    private void submit(Operation operation, long offset, long bytes) {
        CompletableFuture<Integer> completed = new CompletableFuture<>();
        device.reactor()
                .execute(() -> {
                    BlockIo io = new BlockIo(done -> completed.complete(done.status));
                    io.operation = operation;
                    io.startBlock = offset / device.blockSize();
                    io.blocks = bytes / device.blockSize();
                    io.address = buffer.address();
                    device.submit(io);
                });
        int status = completed.join();
        if (!Status.isSuccess(status)) {
            throw new PoolException(
                    Status.code(status) == Status.CAPACITY_EXCEEDED ? Kind.NO_SPACE : Kind.CORRUPT,
                    "%s of %d bytes at byte %d of %s failed: %s"
                            .formatted(
                                    operation, bytes, offset, device.name(), Status.name(status)));
        }
    }

    @Override
    public void close() {
        if (buffer.byteSize() > 0) {
            device.reactor()
                    .execute(() ->
                            device.reactor().arena().free(buffer.address(), BufferArena.LARGEST));
        }
    }
}
