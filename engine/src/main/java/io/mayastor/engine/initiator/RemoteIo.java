package io.mayastor.engine.initiator;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.DatasetManagement;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;

/**
 * A block request on its way, pooled by its device. Owner thread: the reactor's.
 *
 * <p>A request that is longer than one command may be is sent in pieces, a few at a time; each
 * piece but those of the request's own command uses another pooled object, whose root this is. The
 * first error ends the sending of further pieces and is the request's status.
 */
final class RemoteIo implements Command.Listener {
    /** Pieces of one request that may be in flight together. */
    private static final int MAX_PIECES = 8;

    private final RemoteDevice device;
    private final Command command = new Command(this);
    private RemoteIo root;
    private BlockIo io;
    private long nextBlock;
    private long blocksLeft;
    private long maxBlocks;
    private int pieces;
    private int status;
    private long latencyNanos;

    /** Link of the device's pool. */
    RemoteIo next;

    RemoteIo(RemoteDevice device) {
        this.device = device;
    }

    /**
     * @param mostBlocks of one command, at least 1
     */
    void start(BlockIo request, long mostBlocks) {
        io = request;
        root = this;
        nextBlock = request.startBlock;
        blocksLeft = request.blocks;
        maxBlocks = mostBlocks;
        status = Status.SUCCESS;
        latencyNanos = 0;
        // One more than there are, so that a piece that ends at once does not end the request.
        pieces = 1;
        sendPiece(this);
        while (blocksLeft > 0 && pieces <= MAX_PIECES) {
            RemoteIo piece = device.take();
            piece.root = this;
            sendPiece(piece);
        }
        pieceEnded();
    }

    private void sendPiece(RemoteIo piece) {
        long blocks = Math.min(blocksLeft, maxBlocks);
        Command target = piece.command;
        int blockShift = device.blockShift();
        switch (io.operation) {
            case READ -> fill(target, NvmOpcode.READ, blocks, blockShift);
            case WRITE -> {
                fill(target, NvmOpcode.WRITE, blocks, blockShift);
                if (io.forceUnitAccess) {
                    target.cdw12 |= BlockCommand.FORCE_UNIT_ACCESS;
                }
            }
            case COMPARE -> fill(target, NvmOpcode.COMPARE, blocks, blockShift);
            case WRITE_ZEROES -> {
                fill(target, NvmOpcode.WRITE_ZEROES, blocks, blockShift);
                target.dataAddress = 0;
                target.dataLength = 0;
                if (io.forceUnitAccess) {
                    target.cdw12 |= BlockCommand.FORCE_UNIT_ACCESS;
                }
            }
            case DEALLOCATE -> {
                target.prepare(NvmOpcode.DATASET_MANAGEMENT, device.namespaceId());
                target.cdw11 = DatasetManagement.DEALLOCATE;
                target.rangeStart = nextBlock;
                target.rangeBlocks = blocks;
            }
            case FLUSH -> target.prepare(NvmOpcode.FLUSH, device.namespaceId());
        }
        nextBlock += blocks;
        blocksLeft -= blocks;
        pieces++;
        device.send(target);
    }

    private void fill(Command target, int opcode, long blocks, int blockShift) {
        target.prepare(opcode, device.namespaceId());
        target.cdw10 = (int) nextBlock;
        target.cdw11 = (int) (nextBlock >>> 32);
        target.cdw12 = (int) blocks - 1;
        target.dataAddress = io.address + ((nextBlock - io.startBlock) << blockShift);
        target.dataLength = (int) (blocks << blockShift);
    }

    @Override
    public void completed(Command done) {
        root.pieceCompleted(this);
    }

    private void pieceCompleted(RemoteIo piece) {
        latencyNanos = Math.max(latencyNanos, piece.command.latencyNanos);
        int outcome = piece.command.status;
        if (!Status.isSuccess(outcome) && Status.isSuccess(status)) {
            status = outcome;
            blocksLeft = 0;
        }
        if (blocksLeft > 0) {
            pieces--;
            sendPiece(piece);
            return;
        }
        if (piece != this) {
            piece.root = null;
            device.release(piece);
        }
        pieceEnded();
    }

    private void pieceEnded() {
        pieces--;
        if (pieces > 0) {
            return;
        }
        BlockIo request = io;
        int outcome = status;
        io = null;
        root = null;
        device.release(this);
        device.completed(request, outcome, latencyNanos);
    }
}
