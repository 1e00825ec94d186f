package io.mayastor.engine.ring;

/**
 * A copy of each operation's submission entry, by slot of the {@link OperationTable}, so that one
 * that the kernel ends with EAGAIN or EINTR can be given to it again. Owner thread: the ring's.
 *
 * <p>All of the room is reserved at once; only pages of slots that were ever used take memory.
 */
final class SubmittedEntries {
    private static final int STRIDE = 64;
    private static final long SIZE = (long) OperationTable.LIMIT * STRIDE;

    private final LibC libc;
    private final long base;

    SubmittedEntries(LibC libc) {
        this.libc = libc;
        this.base = libc.reserve(SIZE);
    }

    void save(
            int slot,
            long operation,
            long offset,
            long address,
            long lengthAndFlags,
            long index,
            long addr3) {
        long at = base + (long) slot * STRIDE;
        Memory.putLong(at, operation);
        Memory.putLong(at + 8, offset);
        Memory.putLong(at + 16, address);
        Memory.putLong(at + 24, lengthAndFlags);
        Memory.putLong(at + 32, index);
        Memory.putLong(at + 40, addr3);
    }

    /** Puts the operation's entry into the queue once more. */
    void addAgain(int slot, long userData, UringQueues queues) {
        long at = base + (long) slot * STRIDE;
        queues.add(
                Memory.getLong(at),
                Memory.getLong(at + 8),
                Memory.getLong(at + 16),
                Memory.getLong(at + 24),
                userData,
                Memory.getLong(at + 32),
                Memory.getLong(at + 40));
    }

    int bufferGroup(int slot) {
        return (int) Memory.getLong(base + (long) slot * STRIDE + 32) & 0xffff;
    }

    void close() {
        libc.munmap(base, SIZE);
    }
}
