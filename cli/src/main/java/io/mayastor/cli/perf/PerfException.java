package io.mayastor.cli.perf;

/** The run could not be made, or it found an error: one line. */
public final class PerfException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PerfException(String message) {
        super(message);
    }

    PerfException(String message, Throwable cause) {
        super(message, cause);
    }
}
