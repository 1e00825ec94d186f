package io.mayastor.engine.initiator;

/**
 * Where a {@link Controller} stands.
 *
 * <pre>
 *  NEW → CONNECTING → LIVE → RESETTING → RECONNECTING → CONNECTING …
 *            └──────────────→ RESETTING → FAILED → CONNECTING (asked for anew)
 *  every state → CLOSING → CLOSED
 * </pre>
 */
public enum ControllerState {
    NEW,
    /** An association is being made. */
    CONNECTING,
    /** I/O flows. */
    LIVE,
    /** The association has ended for us; the ring still holds some of its memory. */
    RESETTING,
    /** The next attempt is waited for. */
    RECONNECTING,
    /** The policy, or the first attempt, has given up. */
    FAILED,
    CLOSING,
    CLOSED;

    boolean mayBecome(ControllerState next) {
        return switch (next) {
            case NEW -> false;
            case CONNECTING -> this == NEW || this == RECONNECTING || this == FAILED;
            case LIVE -> this == CONNECTING;
            case RESETTING -> this == CONNECTING || this == LIVE;
            case RECONNECTING, FAILED -> this == RESETTING;
            case CLOSING -> this != CLOSING && this != CLOSED;
            case CLOSED -> this == CLOSING;
        };
    }
}
