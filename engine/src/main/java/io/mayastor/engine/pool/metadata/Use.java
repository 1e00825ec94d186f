package io.mayastor.engine.pool.metadata;

/** What space is wanted for: it decides how much of the free space may be given out. */
public enum Use {
    /** Only what no thick replica was promised and no deletion may need. */
    THIN,
    /** A thick replica takes what it was promised. */
    THICK,
    /** Merging and deleting, and the metadata that goes with it: also what is kept for them. */
    UPKEEP
}
