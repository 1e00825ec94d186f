package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.BufferWaiter;
import io.mayastor.engine.ring.Memory;

/** A compare: reads into a buffer of our own, step by step, until something differs. */
final class CompareIo extends ReplicaIo {
    private static final int STEP_BYTES = 128 << 10;

    private final BufferWaiter waiter =
            new BufferWaiter() {
                @Override
                protected void bufferAvailable() {
                    start();
                }
            };

    private long buffer;
    private int bufferBytes;
    private long stepBytes;

    CompareIo(IoPool pool) {
        super(pool);
    }

    /** From the reserve, because hosts may hold all other buffers; it is given back soon. */
    @Override
    protected void start() {
        bufferBytes = (int) Math.min(STEP_BYTES, end - position);
        buffer = pool.reactor.arena().allocateInternal(bufferBytes);
        if (buffer == 0) {
            pool.reactor.arena().awaitBuffer(waiter);
        } else {
            step();
        }
    }

    private void step() {
        stepBytes = Math.min(bufferBytes, end - position);
        enterGrace();
        beginTransfers();
        transferRuns(Operation.READ, position, position + stepBytes, buffer, false);
        endTransfers();
    }

    @Override
    protected void transfersDone(int status) {
        leaveGrace();
        if (status != Status.SUCCESS) {
            finish(status);
            return;
        }
        long expected = host.address + (position - (host.startBlock << replica.blockShift()));
        if (Memory.mismatch(buffer, expected, stepBytes) >= 0) {
            finish(Status.COMPARE_FAILURE);
            return;
        }
        position += stepBytes;
        if (position < end) {
            step();
        } else {
            finish(Status.SUCCESS);
        }
    }

    @Override
    protected void recycle() {
        pool.reactor.arena().free(buffer, bufferBytes);
        buffer = 0;
        pool.compares = pool.give(this, pool.compares);
    }
}
