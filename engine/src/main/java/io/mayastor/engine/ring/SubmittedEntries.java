package io.mayastor.engine.ring;

/**
 * A copy of each operation's submission entry, by slot of the {@link OperationTable}, so that one
 * that the kernel ends with EAGAIN or EINTR can be given to it again; and the socket addresses that
 * entries point to. Owner thread: the ring's.
 *
 * <p>The whole range is reserved at once, since the kernel may hold pointers into it; only pages of
 * slots that were ever used take memory.
 */
final class SubmittedEntries {
    private static final int STRIDE = 64;
    private static final long ADDRESSES = (long) OperationTable.LIMIT * STRIDE;
    private static final long SIZE =
            ADDRESSES + (long) OperationTable.LIMIT * SocketAddressLayout.MAX_SIZE;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;

    private final LibC libc;
    private final long base;

    SubmittedEntries(LibC libc) {
        this.libc = libc;
        this.base = libc.mmap(SIZE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (base < 0) {
            throw new OutOfMemoryError(
                    "no address space for the ring's operations: " + Errno.describe((int) base));
        }
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
    void addAgain(int slot, long userData, SubmissionQueue queue) {
        long at = base + (long) slot * STRIDE;
        queue.add(
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

    /** Room for one socket address that stays as it is until the slot is freed. */
    long socketAddress(int slot) {
        return base + ADDRESSES + (long) slot * SocketAddressLayout.MAX_SIZE;
    }

    void close() {
        libc.munmap(base, SIZE);
    }
}
