package io.mayastor.engine.pool.format;

/** A structure on disk contradicts itself. Decoders throw nothing else. */
public final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FormatException(String message) {
        super(message);
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new FormatException(message);
        }
    }

    static void require(boolean holds, String message, long value) {
        if (!holds) {
            throw new FormatException(message + ": " + value);
        }
    }
}
