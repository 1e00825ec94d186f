package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.volume.ContentModel.Change;
import io.mayastor.engine.pool.volume.ContentModel.Reading;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Random requests, many at a time, on a device, each checked against a {@link ContentModel}. */
final class RandomLoad {
    private static final int LARGEST_BYTES = 1 << 20;

    private final BlockDevice device;
    private final ContentModel model;
    private final SplittableRandom random;
    private final IntPredicate expectedFailure;
    private int left;
    int inFlight;
    int succeeded;
    int failed;

    /**
     * @param expectedFailure statuses that requests may end with beside success
     */
    RandomLoad(
            BlockDevice device,
            ContentModel model,
            SplittableRandom random,
            IntPredicate expectedFailure) {
        this.device = device;
        this.model = model;
        this.random = random;
        this.expectedFailure = expectedFailure;
    }

    void start(int requests, int depth) {
        left = requests;
        for (int i = 0; i < depth; i++) {
            next();
        }
    }

    boolean isDone() {
        return left == 0 && inFlight == 0;
    }

    private void next() {
        if (left == 0) {
            return;
        }
        left--;
        inFlight++;
        new Request().submit();
    }

    private final class Request {
        final BlockIo io = new BlockIo(this::completed);
        private Change change;
        private Reading reading;
        private int bytes;
        private boolean certain;

        void submit() {
            io.operation = operation();
            if (io.operation == Operation.FLUSH) {
                device.submit(io);
                return;
            }
            int blocks = length();
            io.startBlock = start(blocks);
            io.blocks = blocks;
            io.forceUnitAccess = random.nextInt(10) == 0;
            boolean data =
                    io.operation != Operation.WRITE_ZEROES && io.operation != Operation.DEALLOCATE;
            bytes = data ? blocks * device.blockSize() : 0;
            if (data) {
                io.address = device.reactor().arena().allocate(bytes);
                if (io.address == 0) {
                    throw new AssertionError("the test has run out of buffers");
                }
            }
            prepare(blocks);
            device.submit(io);
        }

        private void prepare(int blocks) {
            switch (io.operation) {
                case READ -> reading = model.read(io.startBlock, blocks);
                case COMPARE -> {
                    certain = model.fillIfCertain(io.address, io.startBlock, blocks);
                    reading = model.read(io.startBlock, blocks);
                }
                case WRITE -> {
                    change = model.begin(false, io.startBlock, blocks);
                    model.fill(io.address, change);
                }
                default -> change = model.begin(true, io.startBlock, blocks);
            }
        }

        private Operation operation() {
            int choice = random.nextInt(100);
            if (choice < 35) {
                return Operation.READ;
            } else if (choice < 75) {
                return Operation.WRITE;
            } else if (choice < 82) {
                return Operation.WRITE_ZEROES;
            } else if (choice < 90) {
                return Operation.DEALLOCATE;
            }
            return choice < 95 ? Operation.COMPARE : Operation.FLUSH;
        }

        private int length() {
            int most = LARGEST_BYTES / device.blockSize();
            int blocks =
                    switch (random.nextInt(8)) {
                        case 0 -> 1 + random.nextInt(most);
                        case 1, 2 -> 1 + random.nextInt(most / 16);
                        default -> 1 + random.nextInt(Math.max(2, most / 128));
                    };
            boolean zeroing =
                    io.operation == Operation.WRITE_ZEROES || io.operation == Operation.DEALLOCATE;
            return zeroing && random.nextInt(6) == 0 ? model.blocks() / 3 : blocks;
        }

        private long start(int blocks) {
            int last = model.blocks() - blocks;
            int start = random.nextInt(last + 1);
            int unit = 4096 / device.blockSize();
            return random.nextBoolean() ? start : start / unit * unit;
        }

        private void completed(BlockIo done) {
            if (done.status == Status.SUCCESS) {
                succeeded++;
                ended();
            } else if (done.operation == Operation.COMPARE
                    && done.status == Status.COMPARE_FAILURE) {
                checkDifference();
            } else if (expectedFailure.test(done.status)) {
                failed++;
                if (change != null) {
                    model.failed(change);
                }
            } else {
                throw new AssertionError(
                        "%s of %d blocks at %d ended with %s"
                                .formatted(
                                        done.operation,
                                        done.blocks,
                                        done.startBlock,
                                        Status.name(done.status)));
            }
            if (reading != null) {
                model.end(reading);
            }
            if (bytes > 0) {
                device.reactor().arena().free(io.address, bytes);
            }
            inFlight--;
            next();
        }

        private void ended() {
            if (change != null) {
                model.succeeded(change);
            } else if (io.operation == Operation.READ) {
                model.check(io.address, reading);
            }
        }

        private void checkDifference() {
            if (certain && !reading.disturbed) {
                throw new AssertionError("a compare with what is there failed");
            }
            succeeded++;
        }
    }
}
