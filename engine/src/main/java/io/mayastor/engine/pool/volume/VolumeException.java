package io.mayastor.engine.pool.volume;

/** A management call on replicas that can not be done; the message says what, where and why. */
public final class VolumeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Kind {
        INVALID,
        NOT_FOUND,
        ALREADY_EXISTS,
        NO_SPACE,
        BUSY,
        FAULTED
    }

    private final Kind kind;

    public VolumeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
