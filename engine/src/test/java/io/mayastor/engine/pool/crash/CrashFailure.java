package io.mayastor.engine.pool.crash;

/** A promise was broken; the message says where, and how to see it again. */
final class CrashFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    CrashFailure(String message) {
        super(message);
    }

    CrashFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
