package io.mayastor.engine.device;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.device.FaultRule.Stage;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.BufferArena;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.ring.Memory;

/**
 * One request on its way through a {@link FaultyDevice}, which pools it. Owner thread: the
 * reactor's.
 */
final class FaultyIo extends Timer implements BlockIo.Listener {
    FaultyIo nextFree;

    private final FaultyDevice device;
    private final BufferArena arena;
    private final BlockIo inner = new BlockIo(this);
    private BlockIo outer;
    private boolean submitted;
    private boolean torn;
    private int status;

    /** Copy of write data that is corrupted on its way; 0 when none. */
    private long copy;

    private int copyBytes;

    FaultyIo(FaultyDevice device) {
        this.device = device;
        this.arena = device.reactor().arena();
    }

    void start(BlockIo io) {
        outer = io;
        submitted = false;
        torn = false;
        inner.operation = io.operation;
        inner.startBlock = io.startBlock;
        inner.blocks = io.blocks;
        inner.address = io.address;
        inner.forceUnitAccess = io.forceUnitAccess;
        switch (device.strike(io, Stage.SUBMISSION)) {
            case null -> submit();
            case FaultAction.Fail fail -> finish(fail.status());
            case FaultAction.Delay delay -> device.reactor().schedule(this, delay.nanos());
            case FaultAction.LostWrite _ -> finish(Status.SUCCESS);
            case FaultAction.TornWrite tear -> tear(tear.blocks());
            case FaultAction.CorruptData _ -> corruptAndSubmit();
        }
    }

    private void submit() {
        submitted = true;
        device.wrapped().submit(inner);
    }

    private void tear(long blocks) {
        torn = true;
        inner.blocks = Math.min(blocks, inner.blocks);
        submit();
    }

    /** The caller's buffer stays as it is: others may be writing from it. */
    private void corruptAndSubmit() {
        long lengthBytes = inner.blocks * device.blockSize();
        boolean writes = inner.operation == Operation.WRITE && lengthBytes > 0;
        if (writes) {
            copyBytes = (int) Math.min(lengthBytes, BufferArena.LARGEST);
            copy = copyBytes < lengthBytes ? 0 : arena.allocateInternal(copyBytes);
            if (copy == 0) {
                finish(Status.DATA_TRANSFER_ERROR);
                return;
            }
            Memory.copy(inner.address, copy, lengthBytes);
            inner.address = copy;
            invertFirstBytes(copy);
        }
        submit();
    }

    private void invertFirstBytes(long address) {
        for (long block = 0; block < outer.blocks; block++) {
            long at = address + block * device.blockSize();
            Memory.putByte(at, (byte) ~Memory.getByte(at));
        }
    }

    @Override
    public void completed(BlockIo io) {
        if (copy != 0) {
            arena.free(copy, copyBytes);
            copy = 0;
        }
        status = torn ? Status.WRITE_FAULT : io.status;
        switch (device.strike(outer, Stage.COMPLETION)) {
            case null -> finish(status);
            case FaultAction.Fail fail -> finish(fail.status());
            case FaultAction.Delay delay -> device.reactor().schedule(this, delay.nanos());
            case FaultAction.CorruptData _ -> {
                if (outer.operation == Operation.READ) {
                    invertFirstBytes(outer.address);
                }
                finish(status);
            }
            case FaultAction.LostWrite _ -> finish(status);
            case FaultAction.TornWrite _ -> finish(status);
        }
    }

    /** The delay is over. */
    @Override
    protected void expired() {
        if (submitted) {
            finish(status);
        } else {
            submit();
        }
    }

    private void finish(int with) {
        BlockIo finished = outer;
        outer = null;
        device.finished(this);
        finished.complete(with);
        device.closeWhenIdle();
    }
}
