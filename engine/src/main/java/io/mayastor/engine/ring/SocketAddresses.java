package io.mayastor.engine.ring;

/**
 * Native room for one socket address per slot of the {@link OperationTable}. All of it is reserved
 * at once, since the kernel may hold pointers into it; only pages of slots that connect take
 * memory. Owner thread: the ring's.
 */
final class SocketAddresses {
    private static final long SIZE = (long) OperationTable.LIMIT * SocketAddressLayout.MAX_SIZE;

    private final LibC libc;
    private final long base;

    SocketAddresses(LibC libc) {
        this.libc = libc;
        this.base = libc.reserve(SIZE);
    }

    long of(int slot) {
        return base + (long) slot * SocketAddressLayout.MAX_SIZE;
    }

    void close() {
        libc.munmap(base, SIZE);
    }
}
