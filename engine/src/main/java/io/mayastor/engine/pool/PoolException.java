package io.mayastor.engine.pool;

/** A pool, replica or snapshot request that can not be done: what, where, and what to do. */
public final class PoolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Decides the gRPC status. */
    public enum Kind {
        /** The request is wrong in itself. */
        INVALID,
        POOL_NOT_FOUND,
        REPLICA_NOT_FOUND,
        SNAPSHOT_NOT_FOUND,
        ALREADY_EXISTS,
        /** The object is in a state that forbids it. */
        PRECONDITION,
        /** Another change is under way. */
        BUSY,
        /** No space for data or metadata. */
        NO_SPACE,
        /** A disk carries something, or another pool's label, or is held by somebody. */
        DISK_IN_USE,
        /** What is on the disks contradicts itself. */
        CORRUPT,
        /** A disk failed. */
        IO
    }

    private final Kind kind;

    public PoolException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public PoolException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
