package io.mayastor.engine.initiator;

/**
 * A controller cannot be connected to, or has refused a management command; the message says why.
 */
public final class ControllerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    ControllerException(String message) {
        this(message, 0);
    }

    ControllerException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** Status of the refused command, in the packing of NVMe statuses; 0 when it was none. */
    public int status() {
        return status;
    }
}
