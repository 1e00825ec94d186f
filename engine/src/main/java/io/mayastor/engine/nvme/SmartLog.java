package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Log page SMART / Health Information, 512 bytes (Base 2.0 §5.16.1.3).
 *
 * <pre>
 * field                     offset  size  unit
 * Critical Warning          0       1     bits: 0 spare, 1 temperature, 2 reliability, 3 read only, 4 backup
 * Composite Temperature     1       2     kelvin
 * Available Spare           3       1     percent
 * Available Spare Threshold 4       1     percent
 * Percentage Used           5       1     percent, may exceed 100
 * -                         6       26    reserved and endurance group
 * Data Units Read           32      16    1000 × 512 bytes
 * Data Units Written        48      16    1000 × 512 bytes
 * Host Read Commands        64      16
 * Host Write Commands       80      16
 * Controller Busy Time      96      16    minutes
 * Power Cycles              112     16
 * Power On Hours            128     16
 * Unsafe Shutdowns          144     16
 * Media Errors              160     16
 * Error Log Entries         176     16
 * -                         192     320   temperatures and reserved, written as zero
 * </pre>
 *
 * <p>Counters of 128 bits are kept as {@code long} and saturate.
 */
public record SmartLog(
        int criticalWarning,
        int temperatureKelvin,
        int availableSparePercent,
        int spareThresholdPercent,
        int usedPercent,
        long dataUnitsRead,
        long dataUnitsWritten,
        long hostReads,
        long hostWrites,
        long busyMinutes,
        long powerCycles,
        long powerOnHours,
        long unsafeShutdowns,
        long mediaErrors,
        long errorLogEntries) {
    public static final int LENGTH = 512;

    /** Bytes of one data unit. */
    public static final int DATA_UNIT = 512_000;

    public static SmartLog decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "SMART log page");
        return new SmartLog(
                LittleEndian.u8(memory, base),
                LittleEndian.u16(memory, base + 1),
                LittleEndian.u8(memory, base + 3),
                LittleEndian.u8(memory, base + 4),
                LittleEndian.u8(memory, base + 5),
                LittleEndian.saturated128(memory, base + 32),
                LittleEndian.saturated128(memory, base + 48),
                LittleEndian.saturated128(memory, base + 64),
                LittleEndian.saturated128(memory, base + 80),
                LittleEndian.saturated128(memory, base + 96),
                LittleEndian.saturated128(memory, base + 112),
                LittleEndian.saturated128(memory, base + 128),
                LittleEndian.saturated128(memory, base + 144),
                LittleEndian.saturated128(memory, base + 160),
                LittleEndian.saturated128(memory, base + 176));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put8(memory, base, criticalWarning);
        LittleEndian.put16(memory, base + 1, temperatureKelvin);
        LittleEndian.put8(memory, base + 3, availableSparePercent);
        LittleEndian.put8(memory, base + 4, spareThresholdPercent);
        LittleEndian.put8(memory, base + 5, usedPercent);
        LittleEndian.put64(memory, base + 32, dataUnitsRead);
        LittleEndian.put64(memory, base + 48, dataUnitsWritten);
        LittleEndian.put64(memory, base + 64, hostReads);
        LittleEndian.put64(memory, base + 80, hostWrites);
        LittleEndian.put64(memory, base + 96, busyMinutes);
        LittleEndian.put64(memory, base + 112, powerCycles);
        LittleEndian.put64(memory, base + 128, powerOnHours);
        LittleEndian.put64(memory, base + 144, unsafeShutdowns);
        LittleEndian.put64(memory, base + 160, mediaErrors);
        LittleEndian.put64(memory, base + 176, errorLogEntries);
    }
}
