package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of Reservation Register, Acquire, Release and Report, and the data of the first three
 * (Base 2.0 §7.2 to §7.5).
 *
 * <pre>
 * field  place         Register              Acquire                   Release
 * action CDW10  2:0    0 register,           0 acquire, 1 preempt,     0 release, 1 clear
 *                      1 unregister,         2 preempt and abort
 *                      2 replace
 * IEKEY  CDW10  3      the current key is not compared
 * RTYPE  CDW10  15:8   -                     {@link ReservationType}   {@link ReservationType}
 * CPTPL  CDW10  31:30  0 keep, 2 clear,      -                         -
 *                      3 set persistence
 *
 * data   offset  size
 * CRKEY  0       8     current key           current key               current key
 * NRKEY  8       8     new key               key to preempt            (8 bytes in all)
 *
 * Report: NUMD CDW10 31:0 dwords, 0's based; EDS CDW11 0 extended data structure
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class ReservationCommand {
    public static final int REGISTER = 0;
    public static final int UNREGISTER = 1;
    public static final int REPLACE = 2;

    public static final int ACQUIRE = 0;
    public static final int PREEMPT = 1;
    public static final int PREEMPT_AND_ABORT = 2;

    public static final int RELEASE = 0;
    public static final int CLEAR = 1;

    public static final int PERSISTENCE_KEEP = 0;
    public static final int PERSISTENCE_CLEAR = 2;
    public static final int PERSISTENCE_SET = 3;

    /** Bytes of the data of Register and Acquire. */
    public static final int TWO_KEYS_LENGTH = 16;

    /** Bytes of the data of Release. */
    public static final int ONE_KEY_LENGTH = 8;

    private static final int IGNORE_KEY = 1 << 3;
    private static final int EXTENDED = 1;
    private static final int SECOND_KEY = 8;

    private ReservationCommand() {}

    /** RREGA, RACQA or RRELA. */
    public static int action(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) & 7;
    }

    public static boolean ignoresExistingKey(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw10(memory, base) & IGNORE_KEY) != 0;
    }

    /** Code of a {@link ReservationType}. */
    public static int type(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) >>> 8 & 0xff;
    }

    /** {@code PERSISTENCE_…}, 1 is reserved. */
    public static int persistence(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) >>> 30;
    }

    /** Bytes a Report asks for, 4 to 16 GiB. */
    public static long reportBytes(MemorySegment memory, long base) {
        return (Integer.toUnsignedLong(SubmissionEntry.cdw10(memory, base)) + 1) * Integer.BYTES;
    }

    public static boolean isExtendedReport(MemorySegment memory, long base) {
        return (SubmissionEntry.cdw11(memory, base) & EXTENDED) != 0;
    }

    /** CRKEY of the data at {@code base}. */
    public static long currentKey(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base);
    }

    /** NRKEY of Register or PRKEY of Acquire, of the data at {@code base}. */
    public static long secondKey(MemorySegment memory, long base) {
        return LittleEndian.int64(memory, base + SECOND_KEY);
    }

    /** Writes the 16 bytes of data of Register or Acquire. */
    public static void encodeKeys(
            MemorySegment memory, long base, long currentKey, long secondKey) {
        LittleEndian.put64(memory, base, currentKey);
        LittleEndian.put64(memory, base + SECOND_KEY, secondKey);
    }

    /** Writes the 8 bytes of data of Release. */
    public static void encodeKey(MemorySegment memory, long base, long currentKey) {
        LittleEndian.put64(memory, base, currentKey);
    }

    /** Writes the submission entry of Register without data. */
    public static void encodeRegister(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int action,
            boolean ignoreKey,
            int persistence) {
        SubmissionEntry.encode(
                memory, base, NvmOpcode.RESERVATION_REGISTER, commandId, namespaceId);
        SubmissionEntry.setCdw10(
                memory, base, action | (ignoreKey ? IGNORE_KEY : 0) | persistence << 30);
    }

    /** Writes the submission entry of Acquire without data. */
    public static void encodeAcquire(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int action,
            ReservationType type) {
        SubmissionEntry.encode(memory, base, NvmOpcode.RESERVATION_ACQUIRE, commandId, namespaceId);
        SubmissionEntry.setCdw10(memory, base, action | type.code() << 8);
    }

    /** Writes the submission entry of Release without data. */
    public static void encodeRelease(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int action,
            ReservationType type) {
        SubmissionEntry.encode(memory, base, NvmOpcode.RESERVATION_RELEASE, commandId, namespaceId);
        SubmissionEntry.setCdw10(memory, base, action | type.code() << 8);
    }

    /** Writes the submission entry of Report; {@code byteLength} is a multiple of 4, at least 4. */
    public static void encodeReport(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            boolean extended,
            int byteLength) {
        SubmissionEntry.encode(memory, base, NvmOpcode.RESERVATION_REPORT, commandId, namespaceId);
        SubmissionEntry.setTransportData(memory, base, byteLength);
        SubmissionEntry.setCdw10(memory, base, byteLength / Integer.BYTES - 1);
        SubmissionEntry.setCdw11(memory, base, extended ? EXTENDED : 0);
    }
}
