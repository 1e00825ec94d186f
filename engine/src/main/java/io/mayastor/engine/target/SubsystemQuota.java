package io.mayastor.engine.target;

import io.mayastor.engine.ring.Memory;

/**
 * Buffers that the I/O commands of one subsystem may hold, so that a slow or paused one leaves its
 * reactor's memory to the others. Owner thread: the subsystem's reactor.
 *
 * <p>Data that comes unasked in capsules and data that is asked for or read have half of the quota
 * each: either goes on without the other. While the gate of the namespace is closed, capsules have
 * less: what they bring waits for as long as the pause lasts. A queue whose host still owes data
 * does not count as paused, since that data may lie behind the capsule and the pause waits for it.
 */
final class SubsystemQuota {
    private final long halfBytes;
    private final long pausedBytes;
    private final WaitingLine forTransfer = new WaitingLine();
    private final WaitingLine forCapsule = new WaitingLine();
    private final WaitingLine forCapsuleInPause = new WaitingLine();
    private long transferBytes;
    private long capsuleBytes;

    SubsystemQuota(TargetOptions options) {
        this.halfBytes = options.subsystemBytes() / 2;
        this.pausedBytes = options.pausedBytes();
    }

    /** Bytes of buffers held now. */
    long heldBytes() {
        return transferBytes + capsuleBytes;
    }

    /** Where the command has to wait if its data finds no room, which {@link #hasRoom} tells. */
    WaitingLine line(Command command) {
        if (!command.dataInCapsule) {
            return forTransfer;
        }
        return isHeldBack(command) ? forCapsuleInPause : forCapsule;
    }

    boolean hasRoom(Command command) {
        long held = command.dataInCapsule ? capsuleBytes : transferBytes;
        long limit = command.dataInCapsule && isHeldBack(command) ? pausedBytes : halfBytes;
        return held + pages(command.dataLength) <= limit;
    }

    private static boolean isHeldBack(Command command) {
        return !command.namespace.isGateOpen() && !command.queue.awaitsData();
    }

    /** The command has got a buffer. */
    void charge(Command command) {
        add(command, pages(command.bufferLength));
    }

    /** The command gives its buffer back. */
    void release(Command command) {
        add(command, -pages(command.bufferLength));
    }

    private void add(Command command, long bytes) {
        if (command.dataInCapsule) {
            capsuleBytes += bytes;
        } else {
            transferBytes += bytes;
        }
    }

    /** What a buffer takes of the arena, at least. */
    private static long pages(int lengthBytes) {
        return (lengthBytes + Memory.PAGE - 1) & -Memory.PAGE;
    }
}
