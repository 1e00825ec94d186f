package io.mayastor.engine.device;

/**
 * One request to a {@link BlockDevice}: a mutable record that its owner fills, submits and, after
 * completion, uses again. Owner thread: the device's reactor.
 *
 * <p>Between submit and completion it belongs to the device.
 */
public final class BlockIo {
    /** What is asked of the device. */
    public enum Operation {
        READ,
        WRITE,
        WRITE_ZEROES,
        DEALLOCATE,
        FLUSH,
        COMPARE
    }

    /**
     * Told once, on the device's reactor; may run inside {@link BlockDevice#submit}. May submit
     * further I/O.
     */
    @FunctionalInterface
    public interface Listener {
        void completed(BlockIo io);
    }

    private final Listener listener;

    public Operation operation;

    /** First block. */
    public long startBlock;

    /** Number of blocks; 0 for a flush. */
    public long blocks;

    /**
     * Data of a read, write or compare: native address of {@code blocks * blockSize} bytes. A
     * device that lends ({@link BlockDevice#lendsReadData()}) is given 0 for a read and puts the
     * address of its own bytes here.
     */
    public long address;

    /** The write is on stable media before completion. */
    public boolean forceUnitAccess;

    /**
     * NVMe status of the finished request, see {@code io.mayastor.engine.nvme.Status}; 0 = success.
     */
    public int status;

    /** Link for the lists of whoever holds the request now. */
    public BlockIo next;

    public BlockIo(Listener listener) {
        this.listener = listener;
    }

    /** Ends the request; called by the device, exactly once per submit. */
    public void complete(int withStatus) {
        status = withStatus;
        listener.completed(this);
    }
}
