package io.mayastor.engine.initiator;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;

/** One request with a buffer of its own that counts its completions. */
final class Probe {
    static final int MAX_BYTES = 1 << 20;

    final HostWorld world;
    final BlockDevice device;
    final long buffer;
    final BlockIo io = new BlockIo(done -> completed());
    int completions;

    Probe(HostWorld world, BlockDevice device) {
        this.world = world;
        this.device = device;
        this.buffer = world.on(() -> world.reactor.arena().allocate(MAX_BYTES));
    }

    private void completed() {
        completions++;
    }

    /** Submits without waiting. */
    Probe submit(Operation operation, long block, long blocks) {
        completions = 0;
        io.operation = operation;
        io.startBlock = block;
        io.blocks = blocks;
        io.address = buffer;
        io.status = -1;
        world.post(() -> device.submit(io));
        return this;
    }

    int status() {
        world.simulation.runUntil(io.operation + " completes", () -> completions > 0);
        if (completions != 1) {
            throw new AssertionError(completions + " completions");
        }
        return io.status;
    }

    int run(Operation operation, long block, long blocks) {
        return submit(operation, block, blocks).status();
    }

    void mustRun(Operation operation, long block, long blocks) {
        int status = run(operation, block, blocks);
        if (!Status.isSuccess(status)) {
            throw new AssertionError(operation + ": " + Status.name(status));
        }
    }

    Probe fill(int lengthBytes, long pattern) {
        for (int i = 0; i < lengthBytes; i += Long.BYTES) {
            Memory.putLong(buffer + i, pattern * 0x9e3779b97f4a7c15L + i);
        }
        return this;
    }

    boolean holds(int lengthBytes, long pattern) {
        for (int i = 0; i < lengthBytes; i += Long.BYTES) {
            if (Memory.getLong(buffer + i) != pattern * 0x9e3779b97f4a7c15L + i) {
                return false;
            }
        }
        return true;
    }

    boolean holdsZeros(int lengthBytes) {
        for (int i = 0; i < lengthBytes; i += Long.BYTES) {
            if (Memory.getLong(buffer + i) != 0) {
                return false;
            }
        }
        return true;
    }
}
