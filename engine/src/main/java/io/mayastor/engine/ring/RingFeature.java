package io.mayastor.engine.ring;

import java.util.Locale;

/**
 * What the engine uses of io_uring where the kernel offers it. Nothing depends on it: without one,
 * the same work costs more.
 */
public enum RingFeature {
    SUBMIT_ALL("a refused entry ends the batch of its turn"),
    COOPERATIVE_TASKS("completions interrupt the reactor"),
    DEFERRED_TASKS("completions are worked off in the middle of other work"),
    REGISTERED_RING("each system call looks its descriptor up"),
    REGISTERED_FILES("each operation counts the references of its file"),
    REGISTERED_BUFFERS("each file operation looks up the pages of its buffer"),
    MESSAGE_WAKE("a sleeping reactor is woken through an eventfd"),
    NO_IOWAIT("a sleeping reactor counts as a CPU that waits for I/O"),
    COMMANDS("disks are discarded by fallocate only");

    private final String without;

    RingFeature(String without) {
        this.without = without;
    }

    /** Its name in logs and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What happens instead. */
    public String without() {
        return without;
    }
}
