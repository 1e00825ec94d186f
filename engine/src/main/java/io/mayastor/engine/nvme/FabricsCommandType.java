package io.mayastor.engine.nvme;

/** Fabrics command types, field FCTYPE of a command with opcode 7Fh (Base 2.0 §6). */
public final class FabricsCommandType {
    public static final int PROPERTY_SET = 0x00;
    public static final int CONNECT = 0x01;
    public static final int PROPERTY_GET = 0x04;
    public static final int AUTHENTICATION_SEND = 0x05;
    public static final int AUTHENTICATION_RECEIVE = 0x06;
    public static final int DISCONNECT = 0x08;

    private FabricsCommandType() {}

    /** The name the specification uses, for logs. */
    public static String name(int type) {
        return switch (type) {
            case PROPERTY_SET -> "Property Set";
            case CONNECT -> "Connect";
            case PROPERTY_GET -> "Property Get";
            case AUTHENTICATION_SEND -> "Authentication Send";
            case AUTHENTICATION_RECEIVE -> "Authentication Receive";
            case DISCONNECT -> "Disconnect";
            default -> "Fabrics command type 0x%02x".formatted(type);
        };
    }
}
