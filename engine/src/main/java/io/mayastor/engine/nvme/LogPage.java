package io.mayastor.engine.nvme;

/** Log page identifiers (Base 2.0 §5.16.1). */
public final class LogPage {
    /** {@link SupportedLogPages}. */
    public static final int SUPPORTED_LOG_PAGES = 0x00;

    /** {@link ErrorLogEntry}, newest first. */
    public static final int ERROR_INFORMATION = 0x01;

    /** {@link SmartLog}. */
    public static final int SMART = 0x02;

    /** {@link FirmwareSlotLog}. */
    public static final int FIRMWARE_SLOT = 0x03;

    /** {@link NamespaceList}. */
    public static final int CHANGED_NAMESPACE_LIST = 0x04;

    /** {@link CommandEffectsLog}. */
    public static final int COMMAND_EFFECTS = 0x05;

    /** {@link AnaLog}. */
    public static final int ANA = 0x0c;

    /** {@link DiscoveryLog}. */
    public static final int DISCOVERY = 0x70;

    /** {@link ReservationNotificationLog}. */
    public static final int RESERVATION_NOTIFICATION = 0x80;

    private LogPage() {}

    /** The name the specification uses, for logs. */
    public static String name(int page) {
        return switch (page) {
            case SUPPORTED_LOG_PAGES -> "Supported Log Pages";
            case ERROR_INFORMATION -> "Error Information";
            case SMART -> "SMART / Health Information";
            case FIRMWARE_SLOT -> "Firmware Slot Information";
            case CHANGED_NAMESPACE_LIST -> "Changed Namespace List";
            case COMMAND_EFFECTS -> "Commands Supported and Effects";
            case ANA -> "Asymmetric Namespace Access";
            case DISCOVERY -> "Discovery";
            case RESERVATION_NOTIFICATION -> "Reservation Notification";
            default -> "log page 0x%02x".formatted(page);
        };
    }
}
