package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Entry of the log page Error Information, 64 bytes (Base 2.0 §5.16.1.2).
 *
 * <pre>
 * field     offset  size  unit
 * ECNT      0       8     number of this error, from 1; 0 = entry not used
 * SQID      8       2     queue, FFFFh none
 * CID       10      2     command, FFFFh none
 * STATUS    12      2     bits 15:1 {@link Status}
 * PELOC     14      2     bits 7:0 byte and 10:8 bit of the wrong parameter, FFFFh none
 * LBA       16      8     first block concerned
 * NSID      24      4     namespace
 * VENDOR    28      1     vendor log page
 * TRTYPE    29      1     3 TCP
 * -         30      2     reserved
 * CSI       32      8     command specific
 * TTSI      40      2     transport specific
 * -         42      22    reserved
 * </pre>
 */
public record ErrorLogEntry(
        long count,
        int queueId,
        int commandId,
        int status,
        int parameterLocation,
        long lba,
        int namespaceId,
        int vendorPage,
        int transportType,
        long commandSpecific,
        int transportSpecific) {
    public static final int LENGTH = 64;

    public static ErrorLogEntry decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "error log entry");
        return new ErrorLogEntry(
                LittleEndian.int64(memory, base),
                LittleEndian.u16(memory, base + 8),
                LittleEndian.u16(memory, base + 10),
                LittleEndian.u16(memory, base + 12) >>> 1,
                LittleEndian.u16(memory, base + 14),
                LittleEndian.int64(memory, base + 16),
                LittleEndian.int32(memory, base + 24),
                LittleEndian.u8(memory, base + 28),
                LittleEndian.u8(memory, base + 29),
                LittleEndian.int64(memory, base + 32),
                LittleEndian.u16(memory, base + 40));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put64(memory, base, count);
        LittleEndian.put16(memory, base + 8, queueId);
        LittleEndian.put16(memory, base + 10, commandId);
        LittleEndian.put16(memory, base + 12, status << 1);
        LittleEndian.put16(memory, base + 14, parameterLocation);
        LittleEndian.put64(memory, base + 16, lba);
        LittleEndian.put32(memory, base + 24, namespaceId);
        LittleEndian.put8(memory, base + 28, vendorPage);
        LittleEndian.put8(memory, base + 29, transportType);
        LittleEndian.put64(memory, base + 32, commandSpecific);
        LittleEndian.put16(memory, base + 40, transportSpecific);
    }
}
