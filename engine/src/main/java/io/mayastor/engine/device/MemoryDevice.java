package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks in anonymous memory: for tests and benchmarks. Owner thread: the reactor's.
 *
 * <p>Every request completes inside {@link #submit}. Reads lend the device's own bytes, which stay
 * mapped until the device is closed: whoever sends from there must have finished by then. Memory
 * becomes resident where it is written and is given back page by page when large ranges are zeroed
 * or deallocated.
 */
public final class MemoryDevice extends LocalDevice {
    /** Below this it is cheaper to write zeros than to ask the system for fresh pages. */
    private static final long RELEASE_FROM_BYTES = 64 << 10;

    private final List<MemorySegment> formerMemory = new ArrayList<>();
    private MemorySegment memory;
    private long base;

    /** Maps the memory; owner thread. */
    MemoryDevice(DeviceIdentity identity, Reactor reactor, Geometry geometry) {
        super(identity, "Malloc disk", reactor, geometry.blockSize(), geometry.blockCount());
        memory = map(geometry.bytes());
        base = memory.address();
    }

    @Override
    public void submit(BlockIo io) {
        int status = admit(io);
        if (status == Status.SUCCESS) {
            status = execute(io, base + bytes(io.startBlock), bytes(io.blocks));
        }
        io.complete(status);
    }

    private int execute(BlockIo io, long at, long lengthBytes) {
        switch (io.operation) {
            case READ -> {
                if (io.address == 0) {
                    io.address = at;
                } else {
                    Memory.copy(at, io.address, lengthBytes);
                }
            }
            case WRITE -> Memory.copy(io.address, at, lengthBytes);
            case WRITE_ZEROES, DEALLOCATE -> zero(at, lengthBytes);
            case FLUSH -> {}
            case COMPARE -> {
                return Memory.mismatch(at, io.address, lengthBytes) < 0
                        ? Status.SUCCESS
                        : Status.COMPARE_FAILURE;
            }
        }
        return Status.SUCCESS;
    }

    private void zero(long at, long lengthBytes) {
        long end = at + lengthBytes;
        long firstPage = (at + Memory.PAGE - 1) & -Memory.PAGE;
        long pagesEnd = end & -Memory.PAGE;
        if (pagesEnd - firstPage < RELEASE_FROM_BYTES
                || !reactor().kernel().release(firstPage, pagesEnd - firstPage)) {
            Memory.zero(at, lengthBytes);
            return;
        }
        Memory.zero(at, firstPage - at);
        Memory.zero(pagesEnd, end - pagesEnd);
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

    /**
     * Grows to a new number of blocks; the content stays. The former memory stays too, since its
     * bytes may be lent. Owner thread.
     */
    void grow(long blocks) {
        if (blocks < blockCount()) {
            throw DeviceException.invalid(
                    "device %s has %d blocks and cannot shrink to %d"
                            .formatted(name(), blockCount(), blocks));
        }
        MemorySegment larger = map(bytes(blocks));
        copyWritten(base, larger.address(), memory.byteSize());
        formerMemory.add(memory);
        memory = larger;
        base = larger.address();
        resizeTo(blocks);
    }

    /** Copies what is not zero, so that untouched pages stay untouched. */
    private static void copyWritten(long from, long to, long lengthBytes) {
        for (long at = 0; at < lengthBytes; at += Memory.PAGE) {
            if (Memory.mismatch(from + at, to + at, Memory.PAGE) >= 0) {
                Memory.copy(from + at, to + at, Memory.PAGE);
            }
        }
    }

    private MemorySegment map(long lengthBytes) {
        MemorySegment mapped =
                reactor().kernel().map((lengthBytes + Memory.PAGE - 1) & -Memory.PAGE, false);
        reactor().kernel().preferLargePages(mapped);
        return mapped;
    }

    @Override
    public void close(Runnable closed) {
        stopService();
        reactor().kernel().unmap(memory);
        formerMemory.forEach(reactor().kernel()::unmap);
        closed.run();
    }
}
