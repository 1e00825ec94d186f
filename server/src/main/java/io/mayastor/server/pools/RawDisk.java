package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.DiskContents;
import io.mayastor.engine.pool.PoolException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Looks at the ends of a disk that no pool has open, and clears them. Management threads. */
final class RawDisk {
    private static final int STEP = 1 << 20;

    private final BlockDevice device;
    private final long bytes;
    private final int probed;

    RawDisk(BlockDevice device) {
        this.device = device;
        this.bytes = device.blockCount() * device.blockSize();
        int most = (int) Math.min(DiskContents.PROBED_BYTES, bytes);
        this.probed = most - most % device.blockSize();
    }

    /** What the disk carries; empty: it is blank. */
    Optional<String> contents() {
        MemorySegment memory = device.reactor().kernel().map(2L * DiskContents.PROBED_BYTES, false);
        try {
            MemorySegment first = memory.asSlice(0, probed);
            MemorySegment last = memory.asSlice(DiskContents.PROBED_BYTES, probed);
            transfer(Operation.READ, 0, first);
            transfer(Operation.READ, bytes - probed, last);
            return DiskContents.found(first, last);
        } finally {
            device.reactor().kernel().unmap(memory);
        }
    }

    /** Both ends read zeros afterwards, durably. */
    void clear() {
        MemorySegment zeros = device.reactor().kernel().map(DiskContents.PROBED_BYTES, false);
        try {
            transfer(Operation.WRITE, 0, zeros.asSlice(0, probed));
            transfer(Operation.WRITE, bytes - probed, zeros.asSlice(0, probed));
            submit(Operation.FLUSH, 0, 0, 0);
        } finally {
            device.reactor().kernel().unmap(zeros);
        }
    }

    private void transfer(Operation operation, long offset, MemorySegment memory) {
        for (int done = 0; done < memory.byteSize(); done += STEP) {
            int length = (int) Math.min(STEP, memory.byteSize() - done);
            submit(operation, offset + done, memory.address() + done, length);
        }
    }

    private void submit(Operation operation, long offset, long address, int length) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        device.reactor()
                .execute(() -> {
                    BlockIo io = new BlockIo(ended -> done.complete(ended.status));
                    io.operation = operation;
                    io.startBlock = offset / device.blockSize();
                    io.blocks = length / device.blockSize();
                    io.address = address;
                    device.submit(io);
                });
        int status = Answers.await(done);
        if (status != Status.SUCCESS) {
            throw new PoolException(
                    PoolException.Kind.IO,
                    "%s of disk %s at byte %d failed with status 0x%x"
                            .formatted(operation, device.uri(), offset, status));
        }
    }
}
