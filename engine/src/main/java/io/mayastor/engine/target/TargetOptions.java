package io.mayastor.engine.target;

import io.mayastor.engine.reactor.BufferArena;

/**
 * Limits of the target. Every one of them is enforced; none is a hint.
 *
 * @param queueDepth commands a queue may hold, 16…1024 (MAX_IO_QUEUE_DEPTH); MQES is one less
 * @param ioQueues I/O queues of a controller, 1…128
 * @param inCapsuleBytes data that a write may carry in its capsule, a multiple of 16, 0…8192
 * @param maxTransferShift MDTS: the longest transfer is 4096 << shift bytes, 5 (128 KiB)…8 (1 MiB)
 * @param connections connections of the whole target
 * @param receiveBuffers shared receive buffers of a reactor, a power of two
 * @param receiveBufferBytes size of one
 * @param r2tBytes data of a reactor that hosts may be asked for at a time
 * @param connectionBytes data of one connection in flight at a time, at least one transfer
 * @param subsystemBytes data of one subsystem in flight at a time: at most half of it brought by
 *     capsules, at most half of it asked for or read
 * @param pausedBytes data in capsules that a paused subsystem holds; beyond it its I/O queues are
 *     not read
 * @param stallNanos a peer that makes no progress for so long while we wait for it is disconnected
 * @param maxKeepAliveMillis longest keep-alive time-out a host may ask for
 * @param retryDelays what hosts are asked to wait before they repeat a failed command
 */
public record TargetOptions(
        int queueDepth,
        int ioQueues,
        int inCapsuleBytes,
        int maxTransferShift,
        int connections,
        int receiveBuffers,
        int receiveBufferBytes,
        long r2tBytes,
        long connectionBytes,
        long subsystemBytes,
        long pausedBytes,
        long stallNanos,
        int maxKeepAliveMillis,
        RetryDelays retryDelays) {
    /** Admin and Fabrics capsules carry up to this much whatever IOCCSZ says. */
    static final int ADMIN_CAPSULE_BYTES = 8192;

    /** Entries of every admin queue. */
    static final int ADMIN_QUEUE_DEPTH = 128;

    public static final TargetOptions DEFAULT =
            new TargetOptions(
                    128,
                    128,
                    8192,
                    8,
                    4096,
                    32,
                    256 << 10,
                    64 << 20,
                    32 << 20,
                    64 << 20,
                    1 << 20,
                    30_000_000_000L,
                    24 * 3600 * 1000,
                    RetryDelays.NONE);

    public TargetOptions {
        require(queueDepth >= 16 && queueDepth <= 1024, "queueDepth must be 16…1024", queueDepth);
        require(ioQueues >= 1 && ioQueues <= 128, "ioQueues must be 1…128", ioQueues);
        require(
                inCapsuleBytes >= 0
                        && inCapsuleBytes <= ADMIN_CAPSULE_BYTES
                        && inCapsuleBytes % 16 == 0,
                "inCapsuleBytes must be a multiple of 16, 0…8192",
                inCapsuleBytes);
        require(
                maxTransferShift >= 5 && 4096 << maxTransferShift <= BufferArena.LARGEST,
                "maxTransferShift must be 5…8",
                maxTransferShift);
        require(connections >= 1, "connections must be positive", connections);
        require(
                connectionBytes >= 4096L << maxTransferShift,
                "connectionBytes must hold one transfer",
                connectionBytes);
        require(
                subsystemBytes >= 2 * (4096L << maxTransferShift),
                "subsystemBytes must hold two transfers",
                subsystemBytes);
        require(
                pausedBytes >= ADMIN_CAPSULE_BYTES && pausedBytes <= subsystemBytes / 2,
                "pausedBytes must hold a capsule's data and be at most half of subsystemBytes",
                pausedBytes);
        require(r2tBytes >= 4096L << maxTransferShift, "r2tBytes must hold one transfer", r2tBytes);
    }

    private static void require(boolean holds, String rule, long value) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ": " + value);
        }
    }

    public int maxTransferBytes() {
        return 4096 << maxTransferShift;
    }

    /**
     * Data that hosts may be asked for on a reactor with such an arena: it leaves room for what
     * comes unasked, else each connection could wait for memory that the data behind its next
     * capsule would give back.
     */
    public long r2tBytesOf(long arenaBytes) {
        return Math.min(r2tBytes, arenaBytes / 2);
    }

    public TargetOptions withQueueDepth(int depth) {
        return new TargetOptions(
                depth,
                ioQueues,
                inCapsuleBytes,
                maxTransferShift,
                connections,
                receiveBuffers,
                receiveBufferBytes,
                r2tBytes,
                connectionBytes,
                subsystemBytes,
                pausedBytes,
                stallNanos,
                maxKeepAliveMillis,
                retryDelays);
    }

    public TargetOptions withRetryDelays(RetryDelays delays) {
        return new TargetOptions(
                queueDepth,
                ioQueues,
                inCapsuleBytes,
                maxTransferShift,
                connections,
                receiveBuffers,
                receiveBufferBytes,
                r2tBytes,
                connectionBytes,
                subsystemBytes,
                pausedBytes,
                stallNanos,
                maxKeepAliveMillis,
                delays);
    }
}
