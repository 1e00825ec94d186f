package io.mayastor.engine.nvme;

/**
 * DW0 of a Connect response (Base 2.0 §6.3).
 *
 * <pre>
 * status success                       status Connect Invalid Parameters
 * bits 15:0   CNTLID                   bits 15:0   IPO    byte offset of the wrong parameter
 * bit  17     ATR   authentication     bit  16     IATTR  0 in the submission entry, 1 in the data
 * bit  18     ASCR  secure channel
 * </pre>
 */
public final class ConnectResult {
    /** The host must authenticate before any other command. */
    public static final int AUTHENTICATION_REQUIRED = 1 << 17;

    /** The host must authenticate and establish a secure channel. */
    public static final int SECURE_CHANNEL_REQUIRED = 1 << 18;

    private static final int IN_DATA = 1 << 16;

    private ConnectResult() {}

    public static int success(int controllerId) {
        return controllerId & 0xffff;
    }

    public static int controllerId(int dw0) {
        return dw0 & 0xffff;
    }

    /**
     * A wrong field of the submission entry, by its offset there, e.g. {@link ConnectCommand#QID}.
     */
    public static int invalidInCommand(int offset) {
        return offset & 0xffff;
    }

    /** A wrong field of the data, by its offset there, e.g. {@link ConnectData#SUBNQN}. */
    public static int invalidInData(int offset) {
        return (offset & 0xffff) | IN_DATA;
    }

    public static int invalidOffset(int dw0) {
        return dw0 & 0xffff;
    }

    public static boolean isInData(int dw0) {
        return (dw0 & IN_DATA) != 0;
    }
}
