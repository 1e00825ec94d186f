package io.mayastor.cli.offline;

/** The disks can not be looked at: one is missing or in use, or no pool of a known format. */
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
        super(message);
    }

    UnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
