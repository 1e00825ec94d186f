package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * Data of the Connect command, 1024 bytes (Base 2.0 §6.3).
 *
 * <pre>
 * field    offset  size  unit
 * HOSTID   0       16    host identifier
 * CNTLID   16      2     controller; FFFFh any (dynamic model), FFFEh any by the static model
 * -        18      238   reserved
 * SUBNQN   256     256   UTF-8, zero-terminated
 * HOSTNQN  512     256   UTF-8, zero-terminated
 * -        768     256   reserved
 * </pre>
 *
 * <p>Names are decoded as they came; whether they are {@link Nqn}s is for the receiver to say.
 */
public record ConnectData(UUID hostId, int controllerId, String subsystemNqn, String hostNqn) {
    public static final int LENGTH = 1024;

    public static final int HOSTID = 0;
    public static final int CNTLID = 16;
    public static final int SUBNQN = 256;
    public static final int HOSTNQN = 512;

    /** CNTLID of an admin queue's Connect under the dynamic controller model. */
    public static final int ANY_CONTROLLER = 0xffff;

    /** CNTLID of an admin queue's Connect that takes any controller of the static model. */
    public static final int ANY_STATIC_CONTROLLER = 0xfffe;

    /** Largest identifier a controller may have. */
    public static final int MAX_CONTROLLER_ID = 0xffef;

    public static ConnectData decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "Connect data");
        return new ConnectData(
                GlobalIdentifier.get128(memory, base + HOSTID),
                LittleEndian.u16(memory, base + CNTLID),
                LittleEndian.utf8(memory, base + SUBNQN, Nqn.FIELD_LENGTH),
                LittleEndian.utf8(memory, base + HOSTNQN, Nqn.FIELD_LENGTH));
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        GlobalIdentifier.put128(memory, base + HOSTID, hostId);
        LittleEndian.put16(memory, base + CNTLID, controllerId);
        LittleEndian.putUtf8(memory, base + SUBNQN, Nqn.FIELD_LENGTH, subsystemNqn);
        LittleEndian.putUtf8(memory, base + HOSTNQN, Nqn.FIELD_LENGTH, hostNqn);
    }
}
