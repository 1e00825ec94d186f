package io.mayastor.engine.nvme;

/** PDU types of NVMe/TCP (Transport 1.0 §3.6.1, field PDU-Type). */
public final class PduType {
    /** Initialize Connection Request, host to controller. */
    public static final int IC_REQ = 0x00;

    /** Initialize Connection Response, controller to host. */
    public static final int IC_RESP = 0x01;

    /** Termination request, host to controller. */
    public static final int H2C_TERM_REQ = 0x02;

    /** Termination request, controller to host. */
    public static final int C2H_TERM_REQ = 0x03;

    /** Command capsule, host to controller. */
    public static final int CAPSULE_CMD = 0x04;

    /** Response capsule, controller to host. */
    public static final int CAPSULE_RESP = 0x05;

    /** Data, host to controller. */
    public static final int H2C_DATA = 0x06;

    /** Data, controller to host. */
    public static final int C2H_DATA = 0x07;

    /** Ready to Transfer, controller to host. */
    public static final int R2T = 0x09;

    private PduType() {}

    /** The name the specification uses, for logs. */
    public static String name(int type) {
        return switch (type) {
            case IC_REQ -> "ICReq";
            case IC_RESP -> "ICResp";
            case H2C_TERM_REQ -> "H2CTermReq";
            case C2H_TERM_REQ -> "C2HTermReq";
            case CAPSULE_CMD -> "CapsuleCmd";
            case CAPSULE_RESP -> "CapsuleResp";
            case H2C_DATA -> "H2CData";
            case C2H_DATA -> "C2HData";
            case R2T -> "R2T";
            default -> "PDU type 0x%02x".formatted(type);
        };
    }
}
