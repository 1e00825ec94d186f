package io.mayastor.engine.exchange;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.util.SplittableRandom;

/**
 * Keeps a number of random requests in flight on one device and checks every answer against the
 * model. Owner thread: the device's reactor.
 */
final class RandomHost {
    private static final int MAX_BLOCKS = 64;
    private static final long RETRY_NANOS = 3_000_000;

    private final Reactor reactor;
    private final BlockDevice device;
    private final BlockModel model;
    private final SplittableRandom random;
    private final int blockSize;
    private long left;
    private long generation;
    private int running;
    private long done;
    private long failed;

    RandomHost(
            BlockDevice device,
            BlockModel model,
            SplittableRandom random,
            long operations,
            int depth) {
        this.reactor = device.reactor();
        this.device = device;
        this.model = model;
        this.random = random;
        this.blockSize = device.blockSize();
        this.left = operations;
        for (int i = 0; i < depth; i++) {
            running++;
            new Slot().next();
        }
    }

    boolean isDone() {
        return running == 0;
    }

    /** Requests that were answered with success. */
    long done() {
        return done;
    }

    /** Requests that ended with a path error. */
    long failed() {
        return failed;
    }

    private final class Slot extends Timer implements BlockIo.Listener {
        private final BlockIo io = new BlockIo(this);
        private final long buffer = reactor.arena().allocate(MAX_BLOCKS * blockSize);
        private int first;
        private int count;
        private long written;
        private boolean mustMatch;

        void next() {
            if (left == 0) {
                reactor.arena().free(buffer, MAX_BLOCKS * blockSize);
                running--;
                return;
            }
            do {
                count = 1 + random.nextInt(random.nextInt(4) == 0 ? MAX_BLOCKS : 4);
                first = random.nextInt(model.blocks() - count + 1);
            } while (!model.take(first, count));
            left--;
            prepare();
            device.submit(io);
        }

        private void prepare() {
            io.startBlock = first;
            io.blocks = count;
            io.address = buffer;
            io.forceUnitAccess = false;
            int choice = random.nextInt(100);
            if (choice < 40) {
                io.operation = BlockIo.Operation.READ;
            } else if (choice < 82) {
                io.operation = BlockIo.Operation.WRITE;
                io.forceUnitAccess = random.nextInt(4) == 0;
                written = ++generation;
                model.fill(buffer, first, count, written);
            } else if (choice < 87) {
                io.operation = BlockIo.Operation.WRITE_ZEROES;
                written = 0;
            } else if (choice < 92) {
                io.operation = BlockIo.Operation.DEALLOCATE;
                written = 0;
            } else if (choice < 97 && model.known(first) >= 0) {
                io.operation = BlockIo.Operation.COMPARE;
                narrowToOneBlock();
                mustMatch = random.nextBoolean();
                long known = model.known(first);
                model.fill(buffer, first, 1, mustMatch ? known : known + 1);
            } else {
                io.operation = BlockIo.Operation.FLUSH;
                io.blocks = 0;
            }
        }

        private void narrowToOneBlock() {
            model.giveBack(first, count);
            count = 1;
            model.take(first, 1);
            io.blocks = 1;
        }

        @Override
        public void completed(BlockIo finished) {
            if (finished.status == Status.SUCCESS) {
                done++;
                succeeded();
            } else {
                failed(finished.status);
            }
            model.giveBack(first, count);
            if (finished.status == Status.SUCCESS) {
                reactor.schedule(this, 0);
            } else {
                reactor.schedule(this, RETRY_NANOS);
            }
        }

        private void succeeded() {
            switch (io.operation) {
                case READ -> model.observed(buffer, first, count);
                case WRITE, WRITE_ZEROES, DEALLOCATE -> model.acknowledged(first, count, written);
                case COMPARE -> {
                    if (!mustMatch) {
                        throw new AssertionError(
                                "block " + first + " compared equal to other data");
                    }
                }
                case FLUSH -> {}
            }
        }

        private void failed(int status) {
            if (io.operation == BlockIo.Operation.COMPARE
                    && Status.code(status) == Status.COMPARE_FAILURE) {
                if (mustMatch) {
                    throw new AssertionError("block " + first + " differs from what it must hold");
                }
                return;
            }
            if (!Status.isPathError(status)) {
                throw new AssertionError(
                        io.operation + " of block " + first + ": " + Status.name(status));
            }
            failed++;
            switch (io.operation) {
                case WRITE, WRITE_ZEROES, DEALLOCATE -> model.unknown(first, count, written);
                case READ, COMPARE, FLUSH -> {}
            }
        }

        @Override
        protected void expired() {
            next();
        }
    }
}
