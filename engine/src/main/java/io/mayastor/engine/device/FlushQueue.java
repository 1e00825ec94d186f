package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.TurnEndTask;
import io.mayastor.engine.ring.Completion;

/**
 * The flushes of one file: those that wait when an fdatasync starts share it. One that comes while
 * an fdatasync runs waits for the next, since the running one need not cover what was written
 * meanwhile. Owner thread: the reactor's.
 */
final class FlushQueue extends TurnEndTask implements Completion {
    private final FileDevice device;
    private final Reactor reactor;
    private final int handle;
    private BlockIo firstWaiting;
    private BlockIo lastWaiting;
    private BlockIo firstCovered;
    private boolean running;
    private long startedNanos;

    FlushQueue(FileDevice device, int handle) {
        this.device = device;
        this.reactor = device.reactor();
        this.handle = handle;
    }

    /** The request completes when all that was completed before now is durable. */
    void add(BlockIo io) {
        io.next = null;
        if (lastWaiting == null) {
            firstWaiting = io;
        } else {
            lastWaiting.next = io;
        }
        lastWaiting = io;
        if (!running) {
            reactor.atTurnEnd(this);
        }
    }

    boolean isIdle() {
        return !running && firstWaiting == null;
    }

    /** Starts one fdatasync for all flushes of this turn. */
    @Override
    protected void run() {
        if (running || firstWaiting == null) {
            return;
        }
        firstCovered = takeWaiting();
        running = true;
        startedNanos = reactor.nowNanos();
        reactor.ring().fsync(handle, true, this);
    }

    @Override
    public void complete(int result, int flags) {
        BlockIo covered = firstCovered;
        firstCovered = null;
        running = false;
        device.took(BlockIo.Operation.FLUSH, startedNanos);
        if (result < 0) {
            device.durabilityLost("a flush", result);
        } else if (firstWaiting != null) {
            reactor.atTurnEnd(this);
        }
        // A forced write that failed meanwhile may have taken with it what this flush was to cover.
        boolean durable = result >= 0 && !device.hasFailed();
        completeAll(covered, durable ? Status.SUCCESS : Status.INTERNAL_ERROR);
        device.closeWhenIdle();
    }

    void failWaiting() {
        completeAll(takeWaiting(), Status.INTERNAL_ERROR);
    }

    private BlockIo takeWaiting() {
        BlockIo taken = firstWaiting;
        firstWaiting = null;
        lastWaiting = null;
        return taken;
    }

    private static void completeAll(BlockIo first, int status) {
        BlockIo io = first;
        while (io != null) {
            BlockIo following = io.next;
            io.next = null;
            io.complete(status);
            io = following;
        }
    }
}
