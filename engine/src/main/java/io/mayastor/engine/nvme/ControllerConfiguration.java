package io.mayastor.engine.nvme;

/**
 * Property CC, 4 bytes (Base 2.0 §3.1.3.5).
 *
 * <pre>
 * bit       0  EN      enable
 * bits    6:4  CSS     command set selected: 0 NVM, 6 all supported, 7 admin only
 * bits   10:7  MPS     memory page, 2^(12 + n) bytes
 * bits  13:11  AMS     arbitration
 * bits  15:14  SHN     shutdown notification: 0 none, 1 normal, 2 abrupt
 * bits  19:16  IOSQES  I/O submission entry, 2^n bytes: 6
 * bits  23:20  IOCQES  I/O completion entry, 2^n bytes: 4
 * bit      24  CRIME   ready independent of media
 * </pre>
 */
public record ControllerConfiguration(
        boolean enabled,
        int commandSet,
        int pageShift,
        int arbitration,
        int shutdown,
        int submissionEntryShift,
        int completionEntryShift,
        boolean readyIndependentOfMedia) {
    public static final int SHUTDOWN_NONE = 0;
    public static final int SHUTDOWN_NORMAL = 1;
    public static final int SHUTDOWN_ABRUPT = 2;

    public static final int COMMAND_SET_NVM = 0;
    public static final int COMMAND_SET_ALL = 6;
    public static final int COMMAND_SET_ADMIN_ONLY = 7;

    public static ControllerConfiguration decode(int bits) {
        return new ControllerConfiguration(
                (bits & 1) != 0,
                bits >>> 4 & 7,
                bits >>> 7 & 0xf,
                bits >>> 11 & 7,
                bits >>> 14 & 3,
                bits >>> 16 & 0xf,
                bits >>> 20 & 0xf,
                (bits & 1 << 24) != 0);
    }

    public int encode() {
        return (enabled ? 1 : 0)
                | (commandSet & 7) << 4
                | (pageShift & 0xf) << 7
                | (arbitration & 7) << 11
                | (shutdown & 3) << 14
                | (submissionEntryShift & 0xf) << 16
                | (completionEntryShift & 0xf) << 20
                | (readyIndependentOfMedia ? 1 << 24 : 0);
    }
}
