package io.mayastor.engine.pool.metadata;

import java.util.List;

/** Disks cannot be opened as a pool; says why, with all that was found. */
public final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why a pool cannot be opened. */
    public enum Kind {
        /** A disk has no label of a pool. */
        NO_LABEL,
        /** A disk is of another pool than the one wanted, or of none that the others name. */
        FOREIGN_DISK,
        /** The pool has disks that were not given. */
        MISSING_DISK,
        /** What is on the disks contradicts itself. */
        CORRUPT
    }

    private final Kind kind;
    private final transient List<String> problems;

    LoadException(Kind kind, String message) {
        this(kind, List.of(message));
    }

    LoadException(Kind kind, List<String> problems) {
        super(
                problems.get(0)
                        + (problems.size() > 1
                                ? " (and %d more)".formatted(problems.size() - 1)
                                : ""));
        this.kind = kind;
        this.problems = List.copyOf(problems);
    }

    public Kind kind() {
        return kind;
    }

    public List<String> problems() {
        return problems;
    }
}
