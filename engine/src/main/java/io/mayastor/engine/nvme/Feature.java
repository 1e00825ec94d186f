package io.mayastor.engine.nvme;

/** Feature identifiers (Base 2.0 §5.27.1). */
public final class Feature {
    public static final int ARBITRATION = 0x01;
    public static final int POWER_MANAGEMENT = 0x02;
    public static final int TEMPERATURE_THRESHOLD = 0x04;
    public static final int ERROR_RECOVERY = 0x05;
    public static final int VOLATILE_WRITE_CACHE = 0x06;
    public static final int NUMBER_OF_QUEUES = 0x07;

    /** Means nothing over Fabrics and is refused. */
    public static final int INTERRUPT_COALESCING = 0x08;

    /** Means nothing over Fabrics and is refused. */
    public static final int INTERRUPT_VECTOR_CONFIGURATION = 0x09;

    public static final int WRITE_ATOMICITY = 0x0a;
    public static final int ASYNC_EVENT_CONFIGURATION = 0x0b;
    public static final int KEEP_ALIVE_TIMER = 0x0f;

    /** Data is {@link HostBehavior}. */
    public static final int HOST_BEHAVIOR_SUPPORT = 0x16;

    /** Data is {@link HostIdentifier}. */
    public static final int HOST_IDENTIFIER = 0x81;

    public static final int RESERVATION_NOTIFICATION_MASK = 0x82;
    public static final int RESERVATION_PERSISTENCE = 0x83;

    private Feature() {}

    /** The name the specification uses, for logs. */
    public static String name(int feature) {
        return switch (feature) {
            case ARBITRATION -> "Arbitration";
            case POWER_MANAGEMENT -> "Power Management";
            case TEMPERATURE_THRESHOLD -> "Temperature Threshold";
            case ERROR_RECOVERY -> "Error Recovery";
            case VOLATILE_WRITE_CACHE -> "Volatile Write Cache";
            case NUMBER_OF_QUEUES -> "Number of Queues";
            case INTERRUPT_COALESCING -> "Interrupt Coalescing";
            case INTERRUPT_VECTOR_CONFIGURATION -> "Interrupt Vector Configuration";
            case WRITE_ATOMICITY -> "Write Atomicity Normal";
            case ASYNC_EVENT_CONFIGURATION -> "Asynchronous Event Configuration";
            case KEEP_ALIVE_TIMER -> "Keep Alive Timer";
            case HOST_BEHAVIOR_SUPPORT -> "Host Behavior Support";
            case HOST_IDENTIFIER -> "Host Identifier";
            case RESERVATION_NOTIFICATION_MASK -> "Reservation Notification Mask";
            case RESERVATION_PERSISTENCE -> "Reservation Persistence";
            default -> "feature 0x%02x".formatted(feature);
        };
    }
}
