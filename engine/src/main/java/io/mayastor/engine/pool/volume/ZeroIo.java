package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.journal.SyncWaiter;
import io.mayastor.engine.pool.metadata.Use;
import java.util.concurrent.RejectedExecutionException;

/**
 * Deallocate and write zeroes, which are the same here: whole units give up their content, the cut
 * units at both ends are written with zeros unless they read zeros anyway.
 *
 * <p>Step by step: up to {@link ClearEntry#MOST_REGIONS} whole regions, or a part of one, under an
 * exclusive lock on all units of these regions. So no write is in flight that could reach units
 * which are given up, or that has taken space of such a region. Regions that read zeros cost
 * nothing but a look. Owner thread: the pool's reactor; nothing is allocated.
 */
final class ZeroIo extends ReplicaIo {
    private static final int UNIT = DiskLayout.UNIT;

    /** Regions looked at before others have their turn. */
    private static final int LOOKS_PER_TURN = 4096;

    private enum Edge {
        HEAD,
        TAIL,
        NONE
    }

    private final RangeLock lock =
            new RangeLock() {
                @Override
                protected void granted() {
                    lockGranted();
                }
            };

    private final SyncWaiter syncWaiter =
            new SyncWaiter() {
                @Override
                protected void synced(int status) {
                    finish(status);
                }
            };

    private final BlockIo edgeWrite = new BlockIo(io -> edgeWritten(io.status));
    private final Runnable nextTurn = this::step;
    private final ClearEntry record = new ClearEntry(this);
    private Edge edge;
    private long stepEnd;

    ZeroIo(IoPool pool) {
        super(pool);
    }

    @Override
    protected void start() {
        edge = Edge.HEAD;
        nextEdge();
    }

    @Override
    protected void resume() {
        step();
    }

    private void nextEdge() {
        long requestStart = host.startBlock << replica.blockShift();
        long requestEnd = requestStart + (host.blocks << replica.blockShift());
        long wholeStart = requestStart + UNIT - 1 & -UNIT;
        if (edge == Edge.HEAD) {
            edge = Edge.TAIL;
            if (requestStart < wholeStart
                    && writeEdge(requestStart, Math.min(requestEnd, wholeStart))) {
                return;
            }
        }
        if (edge == Edge.TAIL) {
            edge = Edge.NONE;
            long wholeEnd = requestEnd & -UNIT;
            if (wholeEnd < requestEnd
                    && wholeStart <= wholeEnd
                    && writeEdge(wholeEnd, requestEnd)) {
                return;
            }
        }
        position = wholeStart;
        end = requestEnd & -UNIT;
        step();
    }

    /**
     * @return false: it reads zeros already
     */
    private boolean writeEdge(long from, long to) {
        if (pool.map.find(layer(), from >>> UnitMap.UNIT_SHIFT, 1) == UnitMap.HOLE) {
            return false;
        }
        edgeWrite.operation = Operation.WRITE;
        edgeWrite.startBlock = from >>> replica.blockShift();
        edgeWrite.blocks = to - from >>> replica.blockShift();
        edgeWrite.address = pool.zeros;
        edgeWrite.forceUnitAccess = host.forceUnitAccess;
        pool.takeWrite().begin(replica, edgeWrite, false);
        return true;
    }

    private void edgeWritten(int status) {
        if (status == Status.SUCCESS) {
            nextEdge();
        } else {
            finish(status);
        }
    }

    private void step() {
        int looks = 0;
        while (position < end && readsZeros(position, regionEnd(position))) {
            position = regionEnd(position);
            if (++looks == LOOKS_PER_TURN && position < end && yielded()) {
                return;
            }
        }
        if (position >= end) {
            finishSteps();
            return;
        }
        int region = regionAt(position);
        int regions = 1;
        stepEnd = regionEnd(position);
        boolean whole = isWhole(position, stepEnd);
        while (whole
                && regions < ClearEntry.MOST_REGIONS
                && stepEnd < end
                && isWhole(stepEnd, regionEnd(stepEnd))) {
            stepEnd = regionEnd(stepEnd);
            regions++;
        }
        if (replica.isHeld()) {
            replica.hold(this);
            return;
        }
        long units = (long) regions * pool.geometry.unitsPerCluster();
        if (replica.locks().acquire(lock, pool.geometry.firstUnit(region), units, true)) {
            locked();
        }
    }

    private boolean yielded() {
        try {
            pool.reactor.execute(nextTurn);
            return true;
        } catch (RejectedExecutionException e) {
            // Without a place in the inbox the rest is looked at now.
            return false;
        }
    }

    private int regionAt(long at) {
        return pool.geometry.region(at >>> UnitMap.UNIT_SHIFT);
    }

    /** End of the part of the request that lies in the region of this byte. */
    private long regionEnd(long at) {
        return Math.min(end, (regionAt(at) + 1L) * pool.geometry.clusterBytes());
    }

    private boolean isWhole(long from, long to) {
        return to - from == pool.geometry.clusterBytes();
    }

    private boolean readsZeros(long from, long to) {
        long last = to - 1 >>> UnitMap.UNIT_SHIFT;
        long unit = from >>> UnitMap.UNIT_SHIFT;
        while (unit <= last) {
            if (pool.map.find(layer(), unit, last - unit + 1) != UnitMap.HOLE) {
                return false;
            }
            unit += pool.map.units();
        }
        return true;
    }

    private void lockGranted() {
        if (replica.isHeld()) {
            replica.hold(this);
            replica.locks().release(lock);
        } else {
            locked();
        }
    }

    private void locked() {
        replica.changeBegins();
        if (stepEnd > replica.sizeBytes()) {
            endStep(Status.LBA_OUT_OF_RANGE);
            return;
        }
        record.begin(layer());
        for (long at = position; at < stepEnd; at = regionEnd(at)) {
            if (!readsZeros(at, regionEnd(at))) {
                addToRecord(at, regionEnd(at));
            }
        }
        if (record.records() == 0) {
            endStep(Status.SUCCESS);
        } else {
            takePages();
        }
    }

    private void addToRecord(long from, long to) {
        if (isWhole(from, to)) {
            record.addRegion(regionAt(from));
        } else {
            int first = pool.geometry.unitInRegion(from >>> UnitMap.UNIT_SHIFT);
            record.addUnits(regionAt(from), first, (int) (to - from >>> UnitMap.UNIT_SHIFT));
        }
    }

    private void takePages() {
        if (pool.core.isFaulted()) {
            endStep(Status.INTERNAL_ERROR);
        } else if (pool.pages.promise(record.records(), Use.UPKEEP)) {
            pool.journal.append(record);
        } else if (!pool.space.await(this)) {
            endStep(Status.CAPACITY_EXCEEDED);
        }
    }

    @Override
    protected void retrySpace() {
        takePages();
    }

    void recorded(int status) {
        pool.pages.redeem(record.records());
        if (status == Status.SUCCESS) {
            record.apply(pool.metadata);
            pool.journal.complete(record);
        }
        endStep(status);
    }

    private void endStep(int status) {
        replica.locks().release(lock);
        replica.changeEnds();
        position = stepEnd;
        if (status == Status.SUCCESS) {
            step();
        } else {
            finish(status);
        }
    }

    /** What reads zeros without a record of ours may do so by one that is not durable yet. */
    private void finishSteps() {
        if (host.forceUnitAccess) {
            pool.sync.request(syncWaiter);
        } else {
            finish(Status.SUCCESS);
        }
    }

    @Override
    protected void transfersDone(int status) {
        throw new IllegalStateException("zeros are not transferred");
    }

    @Override
    protected void recycle() {
        pool.zeroes = pool.give(this, pool.zeroes);
    }
}
