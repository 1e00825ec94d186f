package io.mayastor.cli.perf;

import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.initiator.RemoteDevice;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.reactor.Reactor;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * The load on one connection: keeps its queue full until time or operations run out, then, in
 * verify mode, reads everything it has written once more. Owner thread: the device's reactor.
 *
 * <p>Nothing is allocated per request. The first error or wrong block ends the work.
 */
final class Worker {
    private static final long HIGHEST_LATENCY_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final int PAGE = 4096;

    private enum Phase {
        /** Every slot that is free takes the next request. */
        LOAD,
        /** No more requests; those on their way are waited for, so that the check finds rest. */
        DRAIN,
        /** What was written is read once more. */
        FINAL_CHECK,
        ENDING
    }

    private final BlockDevice device;
    private final Reactor reactor;
    private final Workload workload;
    private final UnitMap map;
    private final int blocksPerUnit;
    private final SingleWriterRecorder reads = newRecorder();
    private final SingleWriterRecorder writes = newRecorder();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Slot[] slots;
    private MemorySegment buffers;
    private Phase phase = Phase.LOAD;
    private long operationsLeft;
    private long endNanos;
    private long loadEndedNanos;
    private int inFlight;
    private long checkUnit;
    private long verifiedBlocks;
    private String failure;
    private volatile boolean stop;

    /**
     * @param firstUnit of the device that belongs to this worker, counted in requests
     * @param units of it, at least one more than the queue depth in verify mode
     */
    Worker(BlockDevice device, Workload workload, long firstUnit, long units, long operations) {
        this.device = device;
        this.reactor = device.reactor();
        this.workload = workload;
        this.map = new UnitMap(firstUnit, units, workload, workload.seed() + firstUnit * 31 + 1);
        this.blocksPerUnit = workload.ioBytes() / device.blockSize();
        this.operationsLeft = operations;
        this.slots = new Slot[workload.queueDepth()];
    }

    /** Completes when the worker has ended, with an error when a request failed. Any thread. */
    CompletableFuture<Void> done() {
        return done;
    }

    SingleWriterRecorder reads() {
        return reads;
    }

    SingleWriterRecorder writes() {
        return writes;
    }

    /** Blocks that were read and found right. Known when done. */
    long verifiedBlocks() {
        return verifiedBlocks;
    }

    /** When the measured part ended, on the reactor's clock. Known when done. */
    long loadEndedNanos() {
        return loadEndedNanos;
    }

    /** Ends the load early. Any thread. */
    void stop() {
        stop = true;
    }

    /** On the device's reactor. */
    void start() {
        long unit = (workload.ioBytes() + PAGE - 1L) / PAGE * PAGE;
        try {
            buffers = reactor.kernel().map(unit * workload.queueDepth(), /* populate= */ true);
        } catch (OutOfMemoryError e) {
            done.completeExceptionally(new PerfException("no memory for the buffers", e));
            return;
        }
        long now = reactor.ring().nanoTime();
        endNanos =
                workload.durationNanos() == Long.MAX_VALUE
                        ? Long.MAX_VALUE
                        : now + workload.durationNanos();
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(buffers.address() + i * unit);
            if (!workload.verify()) {
                TestPattern.fill(
                        slots[i].address,
                        i,
                        blocksPerUnit,
                        device.blockSize(),
                        /* generation= */ 1);
            }
        }
        startAll(now);
    }

    private void startAll(long now) {
        inFlight = slots.length;
        for (Slot slot : slots) {
            slot.goOn(now);
        }
    }

    private void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
        phase = Phase.ENDING;
    }

    /** A slot has nothing more to do in this phase. */
    private void rest(long now) {
        inFlight--;
        if (inFlight > 0) {
            return;
        }
        if (loadEndedNanos == 0) {
            loadEndedNanos = now;
        }
        if (phase == Phase.DRAIN && workload.verify()) {
            phase = Phase.FINAL_CHECK;
            startAll(now);
            return;
        }
        reactor.kernel().unmap(buffers);
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(new PerfException(failure));
        }
    }

    private static SingleWriterRecorder newRecorder() {
        return new SingleWriterRecorder(HIGHEST_LATENCY_NANOS, DIGITS);
    }

    /** One place in the queue: a request and its buffer, used over and over. */
    private final class Slot implements BlockIo.Listener {
        private final BlockIo io = new BlockIo(this);
        private final long address;
        private long unit;
        private int generation;
        private long startedNanos;

        Slot(long address) {
            this.address = address;
            io.address = address;
        }

        void goOn(long now) {
            if (phase == Phase.LOAD && (now >= endNanos || operationsLeft <= 0 || stop)) {
                phase = Phase.DRAIN;
            }
            switch (phase) {
                case LOAD -> load(now);
                case FINAL_CHECK -> checkNext(now);
                case DRAIN, ENDING -> rest(now);
            }
        }

        private void load(long now) {
            operationsLeft--;
            unit = map.next();
            boolean read =
                    workload.readPercent() == 100
                            || workload.readPercent() > 0
                                    && map.nextRandom() % 100 < workload.readPercent();
            if (workload.verify() && map.generation(unit) == 0) {
                read = false;
            }
            if (workload.verify()) {
                generation = map.generation(unit) + (read ? 0 : 1);
                if (!read) {
                    TestPattern.fill(
                            address, firstBlock(), blocksPerUnit, device.blockSize(), generation);
                }
            }
            submit(read ? Operation.READ : Operation.WRITE, now);
        }

        private void checkNext(long now) {
            while (checkUnit < map.units() && map.generation(checkUnit) == 0) {
                checkUnit++;
            }
            if (checkUnit == map.units() || stop) {
                rest(now);
                return;
            }
            unit = checkUnit++;
            generation = map.generation(unit);
            submit(Operation.READ, now);
        }

        private void submit(Operation operation, long now) {
            map.setBusy(unit, true);
            io.operation = operation;
            io.startBlock = firstBlock();
            io.blocks = blocksPerUnit;
            io.address = address;
            startedNanos = now;
            device.submit(io);
        }

        @Override
        public void completed(BlockIo finished) {
            long now = reactor.ring().nanoTime();
            map.setBusy(unit, false);
            if (!Status.isSuccess(io.status)) {
                fail(whyFailed());
            } else if (workload.verify()) {
                verified();
            }
            if (phase != Phase.FINAL_CHECK) {
                record(now - startedNanos);
            }
            goOn(now);
        }

        private String whyFailed() {
            String what =
                    io.operation
                            + " of block "
                            + io.startBlock
                            + " failed: "
                            + Status.name(io.status);
            boolean lost = Status.isPathError(io.status) && device instanceof RemoteDevice;
            return lost ? what + ", " + ((RemoteDevice) device).controller().lastFailure() : what;
        }

        private void record(long nanos) {
            SingleWriterRecorder recorder = io.operation == Operation.READ ? reads : writes;
            recorder.recordValue(Math.clamp(nanos, 1, HIGHEST_LATENCY_NANOS));
        }

        private void verified() {
            if (io.operation == Operation.WRITE) {
                map.setGeneration(unit, generation);
                return;
            }
            int wrong =
                    TestPattern.mismatch(
                            address, firstBlock(), blocksPerUnit, device.blockSize(), generation);
            if (wrong < 0) {
                verifiedBlocks += blocksPerUnit;
                return;
            }
            fail(
                    "wrong data: "
                            + TestPattern.describe(
                                    address + (long) wrong * device.blockSize(),
                                    device.blockSize(),
                                    firstBlock() + wrong,
                                    generation));
        }

        private long firstBlock() {
            return (map.firstUnit() + unit) * blocksPerUnit;
        }
    }
}
