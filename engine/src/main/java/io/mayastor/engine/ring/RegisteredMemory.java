package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Memory that the kernel keeps pinned for the ring, so that file operations need not look up its
 * pages each time. Registered in steps of {@link #STEP} bytes: where the limit of locked memory
 * ends the registration, what came before still serves. Owner thread: the ring's.
 *
 * <p>Step {@code n} of a region has the buffer index {@code firstIndex + n}.
 */
final class RegisteredMemory {
    static final int NOT_REGISTERED = -1;
    static final long STEP = 4L << 20;

    private static final int STEP_SHIFT = Long.numberOfTrailingZeros(STEP);
    private static final int CAPACITY = 1024;

    private final UringDescriptor ring;
    private final long update;
    private long[] starts = {};
    private long[] lengths = {};
    private int[] firstIndexes = {};
    private int nextIndex;
    private boolean created;
    private boolean refused;

    RegisteredMemory(UringDescriptor ring, Arena arena) {
        this.ring = ring;
        this.update = arena.allocate(RSRC_SIZE + 16, 8).address();
    }

    void register(MemorySegment memory) {
        if (!isOffered()) {
            return;
        }
        int firstIndex = nextIndex;
        long done = 0;
        while (done < memory.byteSize() && nextIndex < CAPACITY) {
            long length = Math.min(STEP, memory.byteSize() - done);
            if (!set(nextIndex, memory.address() + done, length)) {
                break;
            }
            nextIndex++;
            done += length;
        }
        if (done > 0) {
            int regions = starts.length;
            starts = Arrays.copyOf(starts, regions + 1);
            lengths = Arrays.copyOf(lengths, regions + 1);
            firstIndexes = Arrays.copyOf(firstIndexes, regions + 1);
            starts[regions] = memory.address();
            lengths[regions] = done;
            firstIndexes[regions] = firstIndex;
        }
    }

    /** Whether the kernel registers buffers in steps. */
    boolean isOffered() {
        if (!created) {
            created = true;
            refused = !create();
        }
        return !refused;
    }

    /** Index of the registered buffer that holds the whole range, or {@link #NOT_REGISTERED}. */
    int indexOf(long address, int lengthBytes) {
        for (int i = 0; i < starts.length; i++) {
            long offset = address - starts[i];
            if (offset >= 0 && offset + lengthBytes <= lengths[i]) {
                long step = offset >>> STEP_SHIFT;
                long lastStep = (offset + Math.max(lengthBytes, 1) - 1) >>> STEP_SHIFT;
                return step == lastStep ? firstIndexes[i] + (int) step : NOT_REGISTERED;
            }
        }
        return NOT_REGISTERED;
    }

    private boolean create() {
        Memory.zero(update, RSRC_SIZE);
        Memory.putInt(update, CAPACITY);
        Memory.putInt(update + 4, RSRC_REGISTER_SPARSE);
        return ring.register(REGISTER_BUFFERS2, update, RSRC_SIZE) == 0;
    }

    private boolean set(int index, long address, long length) {
        long vector = update + RSRC_SIZE;
        MessageHeader.setVector(Memory.ALL, vector, address, length);
        Memory.zero(update, RSRC_SIZE);
        Memory.putInt(update, index);
        Memory.putLong(update + 8, vector);
        Memory.putInt(update + 24, 1);
        return ring.register(REGISTER_BUFFERS_UPDATE, update, RSRC_SIZE) == 1;
    }
}
