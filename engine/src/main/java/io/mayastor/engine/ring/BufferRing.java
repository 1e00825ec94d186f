package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A group of provided buffers (IORING_REGISTER_PBUF_RING): a ring in memory shared with the kernel,
 * from which it takes a buffer when bytes have come. Owner thread: the ring's.
 *
 * <pre>
 *  entry   0 address u64 | 8 length u32 | 12 buffer u16 | 14 (entry 0 only) tail u16      (16 bytes)
 * </pre>
 */
final class BufferRing implements SharedBuffers {
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
    private static final int ENTRY_SIZE = 16;
    private static final int TAIL = 14;

    private final UringDescriptor ring;
    private final Kernel kernel;
    private final int group;
    private final MemorySegment entries;
    private final MemorySegment memory;
    private final int sizeBytes;
    private final int count;
    private final boolean[] taken;
    private int available;
    private int tail;
    private boolean closed;

    BufferRing(UringDescriptor ring, Kernel kernel, int group, int count, int sizeBytes) {
        this.ring = ring;
        this.kernel = kernel;
        this.group = group;
        this.count = count;
        this.sizeBytes = sizeBytes;
        this.taken = new boolean[count];
        this.entries = kernel.map(pages((long) count * ENTRY_SIZE), false);
        this.memory = kernel.map(pages((long) count * sizeBytes), false);
        int result = register();
        if (result < 0) {
            kernel.unmap(entries);
            kernel.unmap(memory);
            throw new IllegalStateException("provided buffers refused: " + Errno.describe(result));
        }
        for (int buffer = 0; buffer < count; buffer++) {
            add(buffer);
        }
    }

    private static long pages(long bytes) {
        return (bytes + Memory.PAGE - 1) / Memory.PAGE * Memory.PAGE;
    }

    private int register() {
        MemorySegment argument = kernel.map(Memory.PAGE, false);
        Memory.putLong(argument.address(), entries.address());
        Memory.putInt(argument.address() + 8, count);
        Memory.putInt(argument.address() + 12, group);
        int result = ring.register(REGISTER_PBUF_RING, argument.address(), 1);
        kernel.unmap(argument);
        return result;
    }

    private void add(int buffer) {
        long entry = entries.address() + (long) (tail & (count - 1)) * ENTRY_SIZE;
        Memory.putLong(entry, memory.address() + (long) buffer * sizeBytes);
        Memory.putInt(entry + 8, sizeBytes);
        Memory.putByte(entry + 12, (byte) buffer);
        Memory.putByte(entry + 13, (byte) (buffer >>> 8));
        tail++;
        available++;
        SHORT.setRelease(Memory.ALL, entries.address() + TAIL, (short) tail);
    }

    int group() {
        return group;
    }

    /** The kernel has put bytes into the buffer. */
    void take(int buffer) {
        if (taken[buffer]) {
            throw new IllegalStateException(
                    "the kernel took shared buffer " + buffer + " of group " + group + " twice");
        }
        taken[buffer] = true;
        available--;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public void release(int buffer) {
        if (!taken[buffer]) {
            throw new IllegalStateException(
                    "shared buffer " + buffer + " of group " + group + " was given back twice");
        }
        taken[buffer] = false;
        if (!closed) {
            add(buffer);
        }
    }

    /** The ring has ended: buffers that are still given back go nowhere. */
    void close() {
        closed = true;
        kernel.unmap(entries);
        kernel.unmap(memory);
    }
}
