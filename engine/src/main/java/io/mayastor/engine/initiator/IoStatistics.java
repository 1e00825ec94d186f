package io.mayastor.engine.initiator;

/**
 * Finished requests at one instant. Latencies are nanoseconds from the sending of a command to its
 * answer, summed; of a request in several commands the longest counts.
 */
public record IoStatistics(
        long readOps,
        long readBytes,
        long readNanos,
        long writeOps,
        long writeBytes,
        long writeNanos,
        long deallocateOps,
        long deallocateBytes,
        long deallocateNanos,
        long otherOps,
        long errors) {}
