package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.DeviceListener;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Blocks in memory whose properties a test may set and whose requests it may hold back. Owner
 * thread: the reactor's; the fields are set by the test between turns.
 */
final class TestDevice implements BlockDevice {
    boolean volatileWriteCache;
    boolean readsZeros = true;
    int preferredIoBlocks = 1;

    /** Requests wait until {@link #releaseHeld}. */
    boolean holding;

    /** It has a mistake: requests make it throw. */
    boolean broken;

    /** As {@link #broken}, but the request is kept. */
    boolean brokenAfterwards;

    /** Status of the requests to come. */
    int status = Status.SUCCESS;

    final List<BlockIo.Operation> submitted = new ArrayList<>();

    /** Whether each request asked for stable media. */
    final List<Boolean> forced = new ArrayList<>();

    private final String name;
    private final Reactor reactor;
    private final int blockSize;
    private final MemorySegment memory;
    private final ArrayDeque<BlockIo> held = new ArrayDeque<>();
    private final List<DeviceListener> listeners = new ArrayList<>();
    private long blocks;

    TestDevice(String name, Reactor reactor, int blockSize, long blocks) {
        this.name = name;
        this.reactor = reactor;
        this.blockSize = blockSize;
        this.blocks = blocks;
        this.memory = Arena.ofAuto().allocate(blocks * blockSize, Memory.PAGE);
    }

    int heldRequests() {
        return held.size();
    }

    /** Whether a request of so many blocks waits. */
    boolean holdsRequestOf(int blockCount) {
        return held.stream().anyMatch(io -> io.blocks == blockCount);
    }

    /** Finishes the request that has waited the longest. */
    void releaseOne() {
        finish(held.removeFirst());
    }

    /** What is stored at a place. */
    byte[] content(long block, int blockCount) {
        return memory.asSlice(block * blockSize, (long) blockCount * blockSize)
                .toArray(ValueLayout.JAVA_BYTE);
    }

    void releaseHeld() {
        holding = false;
        while (!held.isEmpty()) {
            finish(held.removeFirst());
        }
    }

    /** A new size; the memory behind it does not grow. */
    void resize(long newBlocks) {
        blocks = newBlocks;
        List.copyOf(listeners).forEach(listener -> listener.resized(this));
    }

    @Override
    public void submit(BlockIo io) {
        if (broken) {
            throw new IllegalStateException("the test device is broken");
        }
        submitted.add(io.operation);
        forced.add(io.forceUnitAccess);
        if (holding) {
            held.add(io);
            if (brokenAfterwards) {
                throw new IllegalStateException("the test device is broken");
            }
        } else {
            finish(io);
        }
    }

    private void finish(BlockIo io) {
        io.complete(status == Status.SUCCESS ? execute(io) : status);
    }

    private int execute(BlockIo io) {
        long at = memory.address() + io.startBlock * blockSize;
        long length = io.blocks * blockSize;
        switch (io.operation) {
            case READ -> Memory.copy(at, io.address, length);
            case WRITE -> Memory.copy(io.address, at, length);
            case WRITE_ZEROES, DEALLOCATE -> Memory.zero(at, length);
            case COMPARE -> {
                return Memory.mismatch(at, io.address, length) < 0
                        ? Status.SUCCESS
                        : Status.COMPARE_FAILURE;
            }
            case FLUSH -> {}
        }
        return Status.SUCCESS;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public UUID uuid() {
        return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public String uri() {
        return "test:///" + name;
    }

    @Override
    public String productName() {
        return "Test device";
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public int blockSize() {
        return blockSize;
    }

    @Override
    public long blockCount() {
        return blocks;
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
    public void close(Runnable closed) {
        closed.run();
    }
}
