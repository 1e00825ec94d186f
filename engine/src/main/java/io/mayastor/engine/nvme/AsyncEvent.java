package io.mayastor.engine.nvme;

/**
 * DW0 of the completion of an Asynchronous Event Request (Base 2.0 §5.2.1).
 *
 * <pre>
 * bits   2:0  type: 0 error, 1 SMART, 2 notice, 6 I/O command specific, 7 vendor
 * bits  15:8  information by type
 * bits 23:16  {@link LogPage} that tells more and clears the event
 * </pre>
 *
 * <p>Whether an event is asked for: {@link AsyncEventNotice}; reservation events are always on and
 * masked per namespace.
 */
public final class AsyncEvent {
    public static final int TYPE_ERROR = 0;
    public static final int TYPE_SMART = 1;
    public static final int TYPE_NOTICE = 2;
    public static final int TYPE_IO_COMMAND_SET = 6;
    public static final int TYPE_VENDOR = 7;

    /** A namespace came, went, grew or changed; which: {@link LogPage#CHANGED_NAMESPACE_LIST}. */
    public static final int NAMESPACE_ATTRIBUTE_CHANGED =
            pack(TYPE_NOTICE, 0x00, LogPage.CHANGED_NAMESPACE_LIST);

    /** An ANA state changed: {@link LogPage#ANA}. */
    public static final int ANA_CHANGED = pack(TYPE_NOTICE, 0x03, LogPage.ANA);

    /** The discovery log page changed: {@link LogPage#DISCOVERY}. */
    public static final int DISCOVERY_CHANGED = pack(TYPE_NOTICE, 0xf0, LogPage.DISCOVERY);

    /** {@link LogPage#RESERVATION_NOTIFICATION} has an event. */
    public static final int RESERVATION_LOG_AVAILABLE =
            pack(TYPE_IO_COMMAND_SET, 0x00, LogPage.RESERVATION_NOTIFICATION);

    private AsyncEvent() {}

    public static int pack(int type, int information, int logPage) {
        return (type & 7) | (information & 0xff) << 8 | (logPage & 0xff) << 16;
    }

    public static int type(int dw0) {
        return dw0 & 7;
    }

    public static int information(int dw0) {
        return dw0 >>> 8 & 0xff;
    }

    public static int logPage(int dw0) {
        return dw0 >>> 16 & 0xff;
    }

    /** The event without reserved bits, comparable with the constants. */
    public static int event(int dw0) {
        return pack(type(dw0), information(dw0), logPage(dw0));
    }

    /** Words for logs. */
    public static String name(int dw0) {
        int event = event(dw0);
        if (event == NAMESPACE_ATTRIBUTE_CHANGED) {
            return "namespace attribute changed";
        }
        if (event == ANA_CHANGED) {
            return "ANA change";
        }
        if (event == DISCOVERY_CHANGED) {
            return "discovery log page change";
        }
        if (event == RESERVATION_LOG_AVAILABLE) {
            return "reservation log page available";
        }
        return "event type %d information 0x%02x log page 0x%02x"
                .formatted(type(dw0), information(dw0), logPage(dw0));
    }
}
