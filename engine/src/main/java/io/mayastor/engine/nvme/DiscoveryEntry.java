package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Entry of the log page Discovery, 1024 bytes (Base 2.0 §5.16.1.23; fields of TCP: Transport 1.0
 * §3.1.1).
 *
 * <pre>
 * field    offset  size  unit
 * TRTYPE   0       1     3 TCP
 * ADRFAM   1       1     1 IPv4, 2 IPv6
 * SUBTYPE  2       1     1 referral, 2 NVM subsystem, 3 this discovery subsystem
 * TREQ     3       1     bits 1:0 secure channel: 0 not specified, 1 required, 2 not required; bit 2 SQ flow control
 *                        may be disabled
 * PORTID   4       2     port of the subsystem
 * CNTLID   6       2     FFFFh dynamic, FFFEh static, else that controller
 * ASQSZ    8       2     largest admin queue, entries, ≥ 32
 * EFLAGS   10      2     bit 0 duplicate information, bit 1 explicit persistent connections
 * -        12      20    reserved
 * TRSVCID  32      32    ASCII, TCP port in decimal
 * -        64      192   reserved
 * SUBNQN   256     256   UTF-8, zero-terminated
 * TRADDR   512     256   ASCII, address
 * TSAS     768     256   byte 0 SECTYPE: 0 none, 1 TLS 1.2, 2 TLS 1.3
 * </pre>
 */
public record DiscoveryEntry(
        int transportType,
        int addressFamily,
        int subsystemType,
        int requirements,
        int portId,
        int controllerId,
        int adminQueueEntries,
        int flags,
        String serviceId,
        String subsystemNqn,
        String address,
        int security) {
    public static final int LENGTH = 1024;

    public static final int TRANSPORT_TCP = 3;
    public static final int FAMILY_IPV4 = 1;
    public static final int FAMILY_IPV6 = 2;
    public static final int TYPE_REFERRAL = 1;
    public static final int TYPE_NVM = 2;
    public static final int TYPE_CURRENT_DISCOVERY = 3;

    // TREQ
    public static final int SECURE_CHANNEL_NOT_REQUIRED = 2;
    public static final int SQ_FLOW_CONTROL_MAY_BE_DISABLED = 1 << 2;

    /** Bit of EFLAGS: hosts may keep their connection to this discovery controller. */
    public static final int PERSISTENT_CONNECTIONS = 1 << 1;

    private static final int TRSVCID = 32;
    private static final int TRSVCID_LENGTH = 32;
    private static final int SUBNQN = 256;
    private static final int TRADDR = 512;
    private static final int TRADDR_LENGTH = 256;
    private static final int TSAS = 768;

    public static DiscoveryEntry decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "discovery entry");
        return new DiscoveryEntry(
                LittleEndian.u8(memory, base),
                LittleEndian.u8(memory, base + 1),
                LittleEndian.u8(memory, base + 2),
                LittleEndian.u8(memory, base + 3),
                LittleEndian.u16(memory, base + 4),
                LittleEndian.u16(memory, base + 6),
                LittleEndian.u16(memory, base + 8),
                LittleEndian.u16(memory, base + 10),
                LittleEndian.ascii(memory, base + TRSVCID, TRSVCID_LENGTH),
                LittleEndian.utf8(memory, base + SUBNQN, Nqn.FIELD_LENGTH),
                LittleEndian.ascii(memory, base + TRADDR, TRADDR_LENGTH),
                LittleEndian.u8(memory, base + TSAS));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put8(memory, base, transportType);
        LittleEndian.put8(memory, base + 1, addressFamily);
        LittleEndian.put8(memory, base + 2, subsystemType);
        LittleEndian.put8(memory, base + 3, requirements);
        LittleEndian.put16(memory, base + 4, portId);
        LittleEndian.put16(memory, base + 6, controllerId);
        LittleEndian.put16(memory, base + 8, adminQueueEntries);
        LittleEndian.put16(memory, base + 10, flags);
        LittleEndian.putAscii(memory, base + TRSVCID, TRSVCID_LENGTH, serviceId);
        LittleEndian.putUtf8(memory, base + SUBNQN, Nqn.FIELD_LENGTH, subsystemNqn);
        LittleEndian.putAscii(memory, base + TRADDR, TRADDR_LENGTH, address);
        LittleEndian.put8(memory, base + TSAS, security);
    }
}
