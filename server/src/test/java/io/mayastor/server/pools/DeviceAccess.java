package io.mayastor.server.pools;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads and writes a device from a test's thread. */
final class DeviceAccess {
    private final BlockDevice device;

    DeviceAccess(BlockDevice device) {
        this.device = device;
    }

    int write(long offset, int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return transfer(Operation.WRITE, offset, bytes);
    }

    int flush() {
        return submit(Operation.FLUSH, 0, 0, 0);
    }

    int deallocate(long offset, long length) {
        return submit(Operation.DEALLOCATE, offset, length, 0);
    }

    /** The bytes, which must be readable. */
    byte[] read(long offset, int length) {
        byte[] bytes = new byte[length];
        int status = transfer(Operation.READ, offset, bytes);
        if (status != Status.SUCCESS) {
            throw new AssertionError("read ended with status 0x%x".formatted(status));
        }
        return bytes;
    }

    private int transfer(Operation operation, long offset, byte[] bytes) {
        MemorySegment memory = device.reactor().kernel().map((bytes.length + 4095L) & -4096L, true);
        try {
            if (operation == Operation.WRITE) {
                MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
            }
            int status = submit(operation, offset, bytes.length, memory.address());
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return status;
        } finally {
            device.reactor().kernel().unmap(memory);
        }
    }

    private int submit(Operation operation, long offset, long length, long address) {
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
        return done.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
