package io.mayastor.engine.nvme;

/**
 * Property CAP, 8 bytes (Base 2.0 §3.1.3.1). Bits that mean nothing over TCP (doorbells, memory
 * buffers, boot partitions) are zero.
 *
 * <pre>
 * bits   15:0  MQES    largest queue, entries, 0's based
 * bit      16  CQR     contiguous queues required
 * bits  31:24  TO      longest time to get ready, units of 500 ms
 * bits  44:37  CSS     command sets: bit 0 NVM, bit 6 by identify, bit 7 admin only
 * bits  51:48  MPSMIN  least memory page, 2^(12 + n) bytes
 * bits  55:52  MPSMAX  largest memory page, 2^(12 + n) bytes
 * bits  60:59  CRMS    ready modes: bit 0 with media, bit 1 independent of media
 * </pre>
 *
 * @param maxQueueEntries 2 to 65 536
 * @param contiguousQueues CQR, 1 over Fabrics
 * @param timeoutUnits TO, 500 ms each
 * @param commandSets CSS
 * @param minPageShift MPSMIN
 * @param maxPageShift MPSMAX
 * @param readyModes CRMS
 */
public record ControllerCapabilities(
        int maxQueueEntries,
        boolean contiguousQueues,
        int timeoutUnits,
        int commandSets,
        int minPageShift,
        int maxPageShift,
        int readyModes) {
    /** Bit of CSS: the NVM command set. */
    public static final int CSS_NVM = 1;

    /** Bit of CSS: one or more command sets, found by Identify CNS 1Ch. */
    public static final int CSS_BY_IDENTIFY = 1 << 6;

    /** Bit of CSS: no I/O command set, a discovery or admin controller. */
    public static final int CSS_ADMIN_ONLY = 1 << 7;

    public static ControllerCapabilities decode(long bits) {
        return new ControllerCapabilities(
                (int) (bits & 0xffff) + 1,
                (bits & 1 << 16) != 0,
                (int) (bits >>> 24 & 0xff),
                (int) (bits >>> 37 & 0xff),
                (int) (bits >>> 48 & 0xf),
                (int) (bits >>> 52 & 0xf),
                (int) (bits >>> 59 & 3));
    }

    public long encode() {
        return (maxQueueEntries - 1 & 0xffffL)
                | (contiguousQueues ? 1L << 16 : 0)
                | (timeoutUnits & 0xffL) << 24
                | (commandSets & 0xffL) << 37
                | (minPageShift & 0xfL) << 48
                | (maxPageShift & 0xfL) << 52
                | (readyModes & 3L) << 59;
    }
}
