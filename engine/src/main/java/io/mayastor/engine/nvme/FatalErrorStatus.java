package io.mayastor.engine.nvme;

/** Fatal Error Status (FES) of a termination request (Transport 1.0 §3.6.2.4, §3.6.2.5). */
public final class FatalErrorStatus {
    /** A header field is wrong; FEI is the byte offset of the field. */
    public static final int INVALID_HEADER_FIELD = 0x01;

    /** The PDU may not come in this state of the connection. */
    public static final int SEQUENCE_ERROR = 0x02;

    /** The header digest does not match; FEI is the digest received. */
    public static final int HEADER_DIGEST_ERROR = 0x03;

    /** Data outside the range the command or the R2T asked for. */
    public static final int DATA_OUT_OF_RANGE = 0x04;

    /** More data than MAXH2CDATA or the capsule allows; from a host also: more R2T than MAXR2T. */
    public static final int LIMIT_EXCEEDED = 0x05;

    /** A parameter the receiver does not support; FEI is the byte offset of the field. */
    public static final int UNSUPPORTED_PARAMETER = 0x06;

    private FatalErrorStatus() {}

    /** A few words for logs. */
    public static String name(int status) {
        return switch (status) {
            case INVALID_HEADER_FIELD -> "invalid PDU header field";
            case SEQUENCE_ERROR -> "PDU sequence error";
            case HEADER_DIGEST_ERROR -> "header digest error";
            case DATA_OUT_OF_RANGE -> "data transfer out of range";
            case LIMIT_EXCEEDED -> "transfer limit exceeded";
            case UNSUPPORTED_PARAMETER -> "unsupported parameter";
            default -> "fatal error status 0x%02x".formatted(status);
        };
    }
}
