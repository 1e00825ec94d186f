package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.journal.SyncWaiter;
import io.mayastor.engine.pool.metadata.Use;
import io.mayastor.engine.ring.Memory;

/**
 * A write, span by span; a span lies in one region.
 *
 * <pre>
 * all units in the layer and durable:  shared lock → data
 * else:                                exclusive lock → (parts of units: read, merge) → space →
 *                                      data and record together, or, when a unit has a record that
 *                                      is not durable, the record and then the data → map
 * </pre>
 *
 * <p>While a unit's record is just becoming durable, or is, but recovery does not know it yet, the
 * write waits for a synchronisation first ({@link
 * io.mayastor.engine.pool.journal.Undurable#mustSettle}).
 *
 * <p>When data can not be written after its record, a second record takes the first one back before
 * that one counts as complete: nobody ever reads what lay in the space before. Owner thread: the
 * pool's reactor; nothing is allocated but after a failure.
 */
final class WriteIo extends ReplicaIo {
    /** Units of one span: 1 MiB. */
    static final int MOST_UNITS = 256;

    private static final int UNIT = DiskLayout.UNIT;

    /** Merged first and last unit, then the CRCs, then the places. */
    static final int SCRATCH_BYTES = 3 * UNIT;

    private static final int CRCS_AT = 2 * UNIT;
    private static final int PLACES_AT = CRCS_AT + MOST_UNITS * Integer.BYTES;

    private enum Phase {
        STRAIGHT,
        MERGING,
        DATA
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

    private final SyncWaiter settled =
            new SyncWaiter() {
                @Override
                protected void synced(int status) {
                    if (status == Status.SUCCESS) {
                        write();
                    } else {
                        pool.pages.redeem(1);
                        space.leave(false, 0);
                        endSpan(status);
                    }
                }
            };

    private final long scratch;
    private final UnitsEntry record;
    private UndoEntry undo;
    final SpanSpace space;

    private Phase phase;
    int region;
    int first;
    long firstUnit;
    int units;
    private long spanEnd;
    private boolean headMerged;
    private boolean tailMerged;
    private boolean recordFirst;
    private boolean spanAgain;
    private boolean needsSync;
    private int outstanding;
    private int recordStatus;
    private int dataStatus;

    WriteIo(IoPool pool, long scratch) {
        super(pool);
        this.scratch = scratch;
        this.space = new SpanSpace(pool, scratch + PLACES_AT);
        this.record = new UnitsEntry(this);
    }

    @Override
    protected void start() {
        needsSync = false;
        nextSpan();
    }

    @Override
    protected void resume() {
        nextSpan();
    }

    private void nextSpan() {
        firstUnit = position >>> UnitMap.UNIT_SHIFT;
        region = pool.map.region(firstUnit);
        first = pool.map.unitInRegion(firstUnit);
        long last = end - 1 >>> UnitMap.UNIT_SHIFT;
        int left = Math.min(MOST_UNITS, pool.geometry.unitsPerCluster() - first);
        units = (int) Math.min(left, last - firstUnit + 1);
        spanEnd = Math.min(end, firstUnit + units << UnitMap.UNIT_SHIFT);
        if (replica.isHeld()) {
            replica.hold(this);
        } else if (replica.locks().acquire(lock, firstUnit, units, !isStraight())) {
            locked();
        }
    }

    private void lockGranted() {
        if (replica.isHeld()) {
            replica.hold(this);
            replica.locks().release(lock);
        } else {
            locked();
        }
    }

    /** Things may have changed while we waited. */
    private void locked() {
        replica.changeBegins();
        if (spanEnd > replica.sizeBytes()) {
            endSpan(Status.LBA_OUT_OF_RANGE);
        } else if (isStraight()) {
            phase = Phase.STRAIGHT;
            enterGrace();
            beginTransfers();
            transferRuns(
                    Operation.WRITE, position, spanEnd, hostAddress(position), forceUnitAccess());
            endTransfers();
        } else if (!lock.isExclusive()) {
            unlock();
            nextSpan();
        } else {
            merge();
        }
    }

    private boolean isStraight() {
        return pool.map.holds(layer(), firstUnit, units)
                && !pool.undurable.contains(layer().id(), firstUnit, units);
    }

    private boolean forceUnitAccess() {
        return host.forceUnitAccess;
    }

    private long hostAddress(long at) {
        return host.address + (at - (host.startBlock << replica.blockShift()));
    }

    private void merge() {
        boolean tailCut = (spanEnd & UNIT - 1) != 0;
        headMerged = (position & UNIT - 1) != 0 || (units == 1 && tailCut);
        tailMerged = units > 1 && tailCut;
        if (!headMerged && !tailMerged) {
            takeSpace();
            return;
        }
        phase = Phase.MERGING;
        enterGrace();
        beginTransfers();
        if (headMerged) {
            readUnit(firstUnit, scratch);
        }
        if (tailMerged) {
            readUnit(firstUnit + units - 1, scratch + UNIT);
        }
        endTransfers();
    }

    private void readUnit(long unit, long address) {
        long start = unit << UnitMap.UNIT_SHIFT;
        transferRuns(Operation.READ, start, start + UNIT, address, false);
    }

    private void merged() {
        leaveGrace();
        if (headMerged) {
            long unitEnd = firstUnit + 1 << UnitMap.UNIT_SHIFT;
            Memory.copy(
                    hostAddress(position),
                    scratch + (position & UNIT - 1),
                    Math.min(spanEnd, unitEnd) - position);
        }
        if (tailMerged) {
            long unitStart = spanEnd & -UNIT;
            Memory.copy(hostAddress(unitStart), scratch + UNIT, spanEnd - unitStart);
        }
        takeSpace();
    }

    private void takeSpace() {
        if (pool.core.isFaulted()) {
            endSpan(Status.INTERNAL_ERROR);
        } else if (!pool.pages.promise(1, use())) {
            awaitSpace();
        } else if (space.claim(replica, region, first, units)) {
            write();
        } else {
            pool.pages.redeem(1);
            awaitSpace();
        }
    }

    private Use use() {
        return layer().record().thick() ? Use.THICK : Use.THIN;
    }

    private void awaitSpace() {
        if (!pool.space.await(this)) {
            endSpan(Status.CAPACITY_EXCEEDED);
        }
    }

    @Override
    protected void retrySpace() {
        takeSpace();
    }

    private void write() {
        if (mustSettle()) {
            pool.sync.request(settled);
            return;
        }
        for (int unit = 0; unit < units; unit++) {
            int crc = pool.checksum.of(unitAddress(unit), UNIT);
            Memory.putInt(crcs() + (long) unit * Integer.BYTES, crc);
        }
        needsSync = true;
        enterGrace();
        recordFirst = pool.undurable.contains(layer().id(), firstUnit, units);
        recordStatus = Status.SUCCESS;
        dataStatus = Status.SUCCESS;
        outstanding = recordFirst ? 1 : 2;
        pool.journal.append(record);
        if (!recordFirst) {
            writeData();
        }
    }

    private boolean mustSettle() {
        return pool.undurable.mustSettle(layer().id(), firstUnit, units);
    }

    private long unitAddress(int unit) {
        if (unit == 0 && headMerged) {
            return scratch;
        }
        if (unit == units - 1 && tailMerged) {
            return scratch + UNIT;
        }
        return hostAddress(firstUnit + unit << UnitMap.UNIT_SHIFT);
    }

    long crcs() {
        return scratch + CRCS_AT;
    }

    /** One transfer for each run of units that lie behind each other in memory and on a disk. */
    private void writeData() {
        phase = Phase.DATA;
        beginTransfers();
        int runStart = 0;
        long spot = space.spot(first);
        long address = unitAddress(0);
        for (int unit = 1; unit < units; unit++) {
            long bytes = (long) (unit - runStart) << UnitMap.UNIT_SHIFT;
            long unitSpot = space.spot(first + unit);
            boolean follows =
                    unitAddress(unit) == address + bytes
                            && unitSpot == spot + bytes
                            && UnitMap.cluster(unitSpot) == UnitMap.cluster(spot);
            if (!follows) {
                transfer(Operation.WRITE, spot, address, bytes, false);
                runStart = unit;
                spot = unitSpot;
                address = unitAddress(unit);
            }
        }
        long bytes = (long) (units - runStart) << UnitMap.UNIT_SHIFT;
        transfer(Operation.WRITE, spot, address, bytes, false);
        endTransfers();
    }

    @Override
    protected void transfersDone(int status) {
        switch (phase) {
            case STRAIGHT -> endSpan(status);
            case MERGING -> {
                if (status == Status.SUCCESS) {
                    merged();
                } else {
                    endSpan(status);
                }
            }
            case DATA -> {
                dataStatus = status;
                ended();
            }
        }
    }

    void recorded(int status) {
        recordStatus = status;
        if (recordFirst && status == Status.SUCCESS) {
            if (mustSettle()) {
                // A synchronisation has begun meanwhile: the record holds for what is there.
                spanAgain = true;
                dataStatus = Status.COMMAND_INTERRUPTED;
            } else {
                outstanding++;
                writeData();
            }
        }
        ended();
    }

    private void ended() {
        if (--outstanding > 0) {
            return;
        }
        pool.pages.redeem(1);
        if (recordStatus != Status.SUCCESS) {
            forgetSpace();
            endSpan(recordStatus);
        } else if (dataStatus == Status.SUCCESS) {
            pool.metadata.units(
                    record.sequence(),
                    layer(),
                    region,
                    first,
                    units,
                    space.cluster(),
                    space.places());
            space.leave(true, 0);
            recordHolds();
            endSpan(Status.SUCCESS);
        } else if (undo().prepare()) {
            pool.journal.appendUrgently(undo);
        } else {
            space.leave(true, 0);
            recordHolds();
            endSpan(dataStatus);
        }
    }

    private void recordHolds() {
        pool.undurable.add(layer().id(), firstUnit, units, record.sequence());
        pool.journal.complete(record);
    }

    private UndoEntry undo() {
        if (undo == null) {
            undo = new UndoEntry(this);
        }
        return undo;
    }

    /** The first record has been taken back. */
    void undone(int status) {
        if (status == Status.SUCCESS) {
            undo.apply();
            pool.journal.complete(undo);
            space.leave(false, undo.sequence());
            recordHolds();
        } else {
            forgetSpace();
        }
        endSpan(dataStatus);
    }

    /** The pool is faulted: what its journal says of the space is not known, nobody may have it. */
    private void forgetSpace() {
        space.leave(true, 0);
    }

    private void unlock() {
        replica.locks().release(lock);
        replica.changeEnds();
    }

    private void endSpan(int status) {
        leaveGrace();
        unlock();
        if (spanAgain) {
            spanAgain = false;
            nextSpan();
            return;
        }
        position = spanEnd;
        if (status != Status.SUCCESS) {
            finish(status);
        } else if (position < end) {
            nextSpan();
        } else if (needsSync && forceUnitAccess()) {
            pool.sync.request(syncWaiter);
        } else {
            finish(Status.SUCCESS);
        }
    }

    @Override
    protected void recycle() {
        pool.writes = pool.give(this, pool.writes);
    }
}
