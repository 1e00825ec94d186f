package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Log page Reservation Notification, 64 bytes: the oldest event not read yet (Base 2.0 §5.16.1.24).
 *
 * <pre>
 * field  offset  size  unit
 * LPC    0       8     number of this event, from 1; 0 = no event
 * RNLPT  8       1     0 empty, 1 registration preempted, 2 reservation released, 3 reservation preempted
 * NALP   9       1     events after this one, at most 255
 * -      10      2     reserved
 * NSID   12      4     namespace
 * -      16      48    reserved
 * </pre>
 */
public record ReservationNotificationLog(long count, int type, int remaining, int namespaceId) {
    public static final int LENGTH = 64;

    public static final int TYPE_EMPTY = 0;
    public static final int TYPE_REGISTRATION_PREEMPTED = 1;
    public static final int TYPE_RESERVATION_RELEASED = 2;
    public static final int TYPE_RESERVATION_PREEMPTED = 3;

    public static ReservationNotificationLog decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "reservation notification log page");
        return new ReservationNotificationLog(
                LittleEndian.int64(memory, base),
                LittleEndian.u8(memory, base + 8),
                LittleEndian.u8(memory, base + 9),
                LittleEndian.int32(memory, base + 12));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put64(memory, base, count);
        LittleEndian.put8(memory, base + 8, type);
        LittleEndian.put8(memory, base + 9, Math.min(remaining, 0xff));
        LittleEndian.put32(memory, base + 12, namespaceId);
    }
}
