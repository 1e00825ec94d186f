package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ReservationNotificationLog;

/** What a host is told when another host has changed its rights (Base 2.0 §5.16.1.24). */
enum ReservationNotice {
    /** The host has been unregistered by a preempt. */
    REGISTRATION_PREEMPTED(ReservationNotificationLog.TYPE_REGISTRATION_PREEMPTED),
    /** The reservation is gone or has another type; the host is still registered. */
    RESERVATION_RELEASED(ReservationNotificationLog.TYPE_RESERVATION_RELEASED),
    /** Reservation and registrants have been cleared. */
    RESERVATION_PREEMPTED(ReservationNotificationLog.TYPE_RESERVATION_PREEMPTED);

    private final int code;

    ReservationNotice(int code) {
        this.code = code;
    }

    /** RNLPT of the log page. */
    int code() {
        return code;
    }
}
