package io.mayastor.engine.pool.journal;

/** A pool can not be made or opened, for another reason than what its metadata says. */
public final class PoolOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public enum Kind {
        /** Other disks or another cluster size are needed. */
        INVALID,
        /** Another node has it open, or did not close it. */
        OWNED,
        /** A disk failed. */
        IO
    }

    private final Kind kind;

    PoolOpenException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
