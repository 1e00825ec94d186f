package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Data of Reservation Report: standard and extended reservation status (Base 2.0 §7.5).
 *
 * <pre>
 * field   offset  size  unit
 * GEN     0       4     generation, changes with registrations
 * RTYPE   4       1     {@link ReservationType}, 0 none
 * REGSTRT 5       2     registered controllers
 * -       7       2     reserved
 * PTPLS   9       1     1 = persists through power loss
 * -       10      14    reserved; in the extended structure up to 64
 *
 * registrant  standard: at 24, 24 bytes   extended: at 64, 64 bytes
 * CNTLID      0       2                   0       2    FFFFh dynamic, not connected
 * RCSTS       2       1                   2       1    bit 0 holds the reservation
 * HOSTID      8       8                   16      16
 * RKEY        16      8                   8       8
 * </pre>
 *
 * <p>The standard structure holds the low 8 bytes of the host identifier, so a host of 128 bits
 * asks for the extended one.
 */
public record ReservationReport(
        int generation,
        Optional<ReservationType> type,
        boolean persists,
        List<Registrant> registrants) {
    /** CNTLID of a registrant without a controller. */
    public static final int NO_CONTROLLER = 0xffff;

    public static final int STANDARD_HEADER_LENGTH = 24;
    public static final int STANDARD_REGISTRANT_LENGTH = 24;
    public static final int EXTENDED_HEADER_LENGTH = 64;
    public static final int EXTENDED_REGISTRANT_LENGTH = 64;

    private static final int RTYPE = 4;
    private static final int REGSTRT = 5;
    private static final int PTPLS = 9;

    /** One registered controller, or host. */
    public record Registrant(int controllerId, boolean holder, UUID hostId, long key) {}

    public ReservationReport {
        registrants = List.copyOf(registrants);
    }

    public static ReservationReport decodeStandard(MemorySegment memory, long base) {
        return decode(memory, base, false);
    }

    public static ReservationReport decodeExtended(MemorySegment memory, long base) {
        return decode(memory, base, true);
    }

    public void encodeStandard(MemorySegment memory, long base) {
        encode(memory, base, false);
    }

    public void encodeExtended(MemorySegment memory, long base) {
        encode(memory, base, true);
    }

    public long byteLength(boolean extended) {
        return length(registrants.size(), extended);
    }

    private static long length(int registrants, boolean extended) {
        return extended
                ? EXTENDED_HEADER_LENGTH + (long) registrants * EXTENDED_REGISTRANT_LENGTH
                : STANDARD_HEADER_LENGTH + (long) registrants * STANDARD_REGISTRANT_LENGTH;
    }

    private static ReservationReport decode(MemorySegment memory, long base, boolean extended) {
        WireFormatException.requireBytes(memory, base, length(0, extended), "reservation report");
        int count = LittleEndian.u16(memory, base + REGSTRT);
        WireFormatException.requireBytes(
                memory, base, length(count, extended), "reservation report");
        int code = LittleEndian.u8(memory, base + RTYPE);
        Optional<ReservationType> type = ReservationType.ofCode(code);
        if (type.isEmpty() && code != 0) {
            throw new WireFormatException("reservation type %d does not exist".formatted(code));
        }
        List<Registrant> registrants = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long at = base + length(i, extended);
            registrants.add(
                    new Registrant(
                            LittleEndian.u16(memory, at),
                            (LittleEndian.u8(memory, at + 2) & 1) != 0,
                            extended
                                    ? GlobalIdentifier.get128(memory, at + 16)
                                    : new UUID(0, GlobalIdentifier.get64(memory, at + 8)),
                            LittleEndian.int64(memory, extended ? at + 8 : at + 16)));
        }
        return new ReservationReport(
                LittleEndian.int32(memory, base),
                type,
                (LittleEndian.u8(memory, base + PTPLS) & 1) != 0,
                registrants);
    }

    private void encode(MemorySegment memory, long base, boolean extended) {
        LittleEndian.clear(memory, base, Math.toIntExact(byteLength(extended)));
        LittleEndian.put32(memory, base, generation);
        LittleEndian.put8(memory, base + RTYPE, type.map(ReservationType::code).orElse(0));
        LittleEndian.put16(memory, base + REGSTRT, registrants.size());
        LittleEndian.put8(memory, base + PTPLS, persists ? 1 : 0);
        for (int i = 0; i < registrants.size(); i++) {
            Registrant registrant = registrants.get(i);
            long at = base + length(i, extended);
            LittleEndian.put16(memory, at, registrant.controllerId());
            LittleEndian.put8(memory, at + 2, registrant.holder() ? 1 : 0);
            if (extended) {
                LittleEndian.put64(memory, at + 8, registrant.key());
                GlobalIdentifier.put128(memory, at + 16, registrant.hostId());
            } else {
                GlobalIdentifier.put64(
                        memory, at + 8, registrant.hostId().getLeastSignificantBits());
                LittleEndian.put64(memory, at + 16, registrant.key());
            }
        }
    }
}
