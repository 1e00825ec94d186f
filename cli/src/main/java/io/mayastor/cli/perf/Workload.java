package io.mayastor.cli.perf;

import io.mayastor.cli.text.Sizes;

/**
 * What is done to the device. Validated once, here.
 *
 * @param queueDepth requests in flight on each connection, 1…1022
 * @param ioBytes size of a request, a multiple of 512 from 512 to 1 MiB
 * @param readPercent share of reads, 0…100
 * @param random random places, else one after the other
 * @param verify written data carries block number and generation, and reads are checked
 * @param durationNanos end of the run; {@link Long#MAX_VALUE}: only the operations count
 * @param operations end of the run; {@link Long#MAX_VALUE}: only the time counts
 * @param connections each one is a controller of its own with one I/O queue, 1…64
 * @param spanBytes how much of the device is used; {@link Long#MAX_VALUE}: all of it
 * @param seed of the random choices
 */
public record Workload(
        int queueDepth,
        int ioBytes,
        int readPercent,
        boolean random,
        boolean verify,
        long durationNanos,
        long operations,
        int connections,
        long spanBytes,
        long seed) {
    static final int MAX_QUEUE_DEPTH = 1022;
    static final int MAX_IO_BYTES = 1 << 20;
    static final int MAX_CONNECTIONS = 64;
    private static final long MAX_BUFFER_BYTES = 1L << 30;
    private static final int SECTOR = 512;

    public Workload {
        require(
                queueDepth >= 1 && queueDepth <= MAX_QUEUE_DEPTH,
                "queue depth must be 1 to " + MAX_QUEUE_DEPTH + ", not " + queueDepth);
        require(
                ioBytes >= SECTOR && ioBytes <= MAX_IO_BYTES && ioBytes % SECTOR == 0,
                "block size must be a multiple of 512 from 512 to 1MiB, not " + ioBytes);
        require(
                readPercent >= 0 && readPercent <= 100,
                "mix must be 0 to 100 percent of reads, not " + readPercent);
        require(
                connections >= 1 && connections <= MAX_CONNECTIONS,
                "connections must be 1 to " + MAX_CONNECTIONS + ", not " + connections);
        require(durationNanos > 0, "duration must be positive");
        require(operations > 0, "operations must be positive, not " + operations);
        require(
                spanBytes >= ioBytes,
                "span must be at least one block of " + Sizes.format(ioBytes));
        require(
                (long) queueDepth * ioBytes * connections <= MAX_BUFFER_BYTES,
                "queue depth x block size x connections must not exceed "
                        + Sizes.format(MAX_BUFFER_BYTES));
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
