package io.mayastor.engine.sim;

/**
 * Sees all that happens to the content of a {@link SimulatedDisk}, in order. With it every state
 * that a crash could leave can be made again later: what was started and not ended may have
 * happened, what was stored is seen by readers, what was flushed survives a power cut.
 */
public interface DiskObserver {
    /**
     * A write was handed to the kernel.
     *
     * @param change names it until it has ended
     * @param bytes its content
     */
    void writeStarted(long change, long offset, byte[] bytes);

    /** A discard, or the making of zeros, was handed to the kernel. */
    void clearStarted(long change, long offset, long length);

    /** It is over; what it did, if anything, follows. */
    void ended(long change);

    /**
     * Readers see these bytes.
     *
     * @param sequence number in the order in which the disk took it
     * @param durable a power cut does not take them away
     */
    void stored(long sequence, long offset, byte[] bytes, boolean durable);

    /** Readers see zeros. */
    void cleared(long sequence, long offset, long length);

    /** What was stored or cleared with a lower sequence is durable. */
    void flushed(long sequence);
}
