package io.mayastor.engine.pool;

import java.util.List;
import java.util.UUID;

/**
 * A disk of a pool and its troubles.
 *
 * @param faulted takes no I/O any more
 * @param alerts what the counters amount to
 */
public record DiskInfo(
        String uri,
        UUID uuid,
        long sizeBytes,
        boolean faulted,
        boolean stalled,
        long ioErrors,
        long ioErrorThreshold,
        long stalls,
        long stallThreshold,
        List<Alert> alerts) {

    /** As in the contract's {@code PoolAlert}, with its weight. */
    public enum Alert {
        IO_STALLED,
        IO_STALL_INTERMITTENT,
        IO_STALL_INTERMITTENT_EXCEEDED,
        IO_ERROR,
        IO_ERROR_EXCEEDED
    }
}
