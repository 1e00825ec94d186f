package io.mayastor.engine.device;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Why a device cannot be opened, found or closed: one line that says what failed, on what, and what
 * to do. The kind tells a caller which answer fits.
 */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What sort of answer the caller deserves. */
    public enum Kind {
        /** The request can never succeed as it stands. */
        INVALID_ARGUMENT,
        NOT_FOUND,
        ALREADY_EXISTS,
        /** Somebody else uses it now. */
        BUSY,
        /** It is on another machine that can not be reached or does not take us now. */
        UNAVAILABLE,
        /** The system or the disk refused. */
        IO
    }

    private final Kind kind;

    public DeviceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public DeviceException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static DeviceException invalid(String message) {
        return new DeviceException(Kind.INVALID_ARGUMENT, message);
    }

    public Kind kind() {
        return kind;
    }

    /**
     * The reason inside what a future threw: itself when it is a device's, else wrapped as {@link
     * Kind#IO}.
     */
    public static DeviceException of(Throwable thrown) {
        Throwable reason = thrown;
        while ((reason instanceof CompletionException || reason instanceof ExecutionException)
                && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason instanceof DeviceException known
                ? known
                : new DeviceException(Kind.IO, String.valueOf(reason.getMessage()), reason);
    }
}
