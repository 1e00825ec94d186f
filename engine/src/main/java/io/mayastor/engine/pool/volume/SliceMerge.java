package io.mayastor.engine.pool.volume;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Use;
import io.mayastor.engine.ring.Memory;
import java.util.function.IntConsumer;

/**
 * Gives one slice of a child what it inherits there from its parent, which is to go: units that the
 * parent holds are copied, those that it hides become zero. Owner thread: the pool's reactor; one
 * at a time.
 *
 * <p>The units of a child that takes writes are locked from before the look at its map until the
 * map has changed: without that a copy could end on top of a newer write. Data and records go out
 * together; the records carry the CRCs, so that a crash in between leaves the units inherited.
 */
final class SliceMerge {
    private static final int UNITS = DiskLayout.UNITS_PER_SLICE;
    private static final int ALL = (1 << UNITS) - 1;

    private final IoPool pool;
    private final IntConsumer whenDone;
    private final StepRecords records;
    private final long data;
    private final BlockIo read = new BlockIo(this::readDone);
    private final BlockIo[] writes = new BlockIo[UNITS];
    private final RangeLock lock =
            new RangeLock() {
                @Override
                protected void granted() {
                    look();
                }
            };

    private Layer parent;
    private Layer child;
    private Replica locked;
    private int region;
    private int slice;
    private int copied;
    private int zeroed;
    private int childCluster;
    private long childPlace;
    private boolean tookPlace;
    private int ticket;
    private int outstanding;
    private int worst;

    /**
     * @param data address of a slice's bytes
     * @param records address of {@link StepRecords#MEMORY_BYTES} bytes
     * @param whenDone told the status after each {@link #start}
     */
    SliceMerge(IoPool pool, long data, long records, IntConsumer whenDone) {
        this.pool = pool;
        this.data = data;
        this.whenDone = whenDone;
        this.records = new StepRecords(records, this::recorded);
        for (int i = 0; i < UNITS; i++) {
            writes[i] = new BlockIo(io -> ended(io.status));
        }
    }

    /** Units of the slice that the child would lose with its parent. */
    boolean isNeeded(Layer parent, Layer child, int region, int slice) {
        return (copies(parent, child, region, slice) | zeros(parent, child, region, slice)) != 0;
    }

    /**
     * @param live the child's replica when it takes writes, else null
     */
    void start(Layer from, Layer to, Replica live, int inRegion, int atSlice) {
        parent = from;
        child = to;
        locked = live;
        region = inRegion;
        slice = atSlice;
        if (live == null) {
            look();
        } else {
            long units = pool.geometry.unitsPerCluster();
            live.lock(lock, region * units + (long) slice * UNITS, UNITS);
        }
    }

    private int copies(Layer from, Layer to, int inRegion, int atSlice) {
        return mask(from, inRegion, atSlice, true) & inherited(to, inRegion, atSlice);
    }

    /** What the parent hides of its own parent. */
    private int zeros(Layer from, Layer to, int inRegion, int atSlice) {
        return from.parent() == null
                ? 0
                : mask(from, inRegion, atSlice, false) & inherited(to, inRegion, atSlice);
    }

    private int inherited(Layer to, int inRegion, int atSlice) {
        if (inRegion >= to.regions() || inRegion >= to.parentLimitRegions()) {
            return 0;
        }
        int entry = pool.metadata.entry(to, inRegion);
        return ALL
                & ~mask(to, inRegion, atSlice, true)
                & ~mask(to, inRegion, atSlice, false)
                & (MapEntry.isZero(entry) ? 0 : ALL);
    }

    private int mask(Layer layer, int inRegion, int atSlice, boolean valid) {
        int entry = pool.metadata.entry(layer, inRegion);
        if (MapEntry.isWhole(entry)) {
            return valid ? ALL : 0;
        }
        if (MapEntry.isZero(entry)) {
            return valid ? 0 : ALL;
        }
        if (!MapEntry.isDetail(entry)) {
            return 0;
        }
        int mask = pool.metadata.mask(entry, atSlice);
        return valid ? DetailSlot.valid(mask) : DetailSlot.zero(mask);
    }

    private void look() {
        copied = copies(parent, child, region, slice);
        zeroed = zeros(parent, child, region, slice);
        if ((copied | zeroed) == 0) {
            finish(Status.SUCCESS);
        } else if (!takeSpace()) {
            finish(Status.CAPACITY_EXCEEDED);
        } else if (copied == 0) {
            write();
        } else {
            long place = pool.metadata.place(pool.metadata.entry(parent, region), slice);
            ticket = pool.grace.enter();
            submit(read, BlockIo.Operation.READ, UnitMap.spot(place, 0), data, UNITS);
        }
    }

    /** Where the child's units are going to lie; the reserve is for this. */
    private boolean takeSpace() {
        int entry = pool.metadata.entry(child, region);
        tookPlace = false;
        childPlace = Place.NONE;
        childCluster = 0;
        if (!pool.pages.promise(1, Use.UPKEEP)) {
            return false;
        }
        if (copied == 0) {
            return true;
        }
        if (MapEntry.isPartial(entry)) {
            childCluster = pool.metadata.cluster(entry);
            return true;
        }
        childPlace = pool.metadata.place(entry, slice);
        if (childPlace == Place.NONE) {
            childPlace = pool.metadata.allocateSlice(Use.UPKEEP);
            tookPlace = childPlace != Place.NONE;
        }
        if (childPlace == Place.NONE) {
            pool.pages.redeem(1);
            return false;
        }
        return true;
    }

    private void readDone(BlockIo io) {
        pool.grace.leave(ticket);
        if (io.status == Status.SUCCESS) {
            write();
        } else {
            giveUpSpace();
            finish(io.status);
        }
    }

    private void write() {
        records.clear();
        worst = Status.SUCCESS;
        outstanding = 2;
        ticket = pool.grace.enter();
        int first = slice * UNITS;
        for (int at = 0; at < UNITS; at += Math.max(1, run(copied, at))) {
            int units = run(copied, at);
            if (units > 0) {
                long crcs =
                        records.units(
                                child.id(), region, first + at, units, childCluster, childPlace);
                for (int unit = 0; unit < units; unit++) {
                    int crc = pool.checksum.of(address(at + unit), DiskLayout.UNIT);
                    Memory.putInt(crcs + (long) unit * Integer.BYTES, crc);
                }
                outstanding++;
                submit(writes[at], BlockIo.Operation.WRITE, spot(at), address(at), units);
            }
        }
        for (int at = 0; at < UNITS; at += Math.max(1, run(zeroed, at))) {
            if (run(zeroed, at) > 0) {
                records.zero(child.id(), region, first + at, run(zeroed, at));
            }
        }
        pool.journal.append(records);
        ended(Status.SUCCESS);
    }

    private long spot(int unit) {
        return childPlace == Place.NONE
                ? UnitMap.spot(childCluster, (long) (slice * UNITS + unit) << UnitMap.UNIT_SHIFT)
                : UnitMap.spot(childPlace, unit);
    }

    private long address(int unit) {
        return data + ((long) unit << UnitMap.UNIT_SHIFT);
    }

    /** Length of the run of set bits that begins at this one. */
    private static int run(int mask, int from) {
        return Integer.numberOfTrailingZeros(~(mask >>> from));
    }

    private void submit(
            BlockIo io, BlockIo.Operation operation, long spot, long address, int units) {
        io.operation = operation;
        io.address = address;
        io.blocks = (long) units << UnitMap.UNIT_SHIFT - pool.blockShift;
        io.forceUnitAccess = false;
        pool.disks.submit(io, UnitMap.cluster(spot), UnitMap.offsetInCluster(spot));
    }

    private void recorded(int status) {
        ended(status);
    }

    private void ended(int status) {
        worst = worst == Status.SUCCESS ? status : worst;
        if (--outstanding > 0) {
            return;
        }
        pool.grace.leave(ticket);
        if (worst == Status.SUCCESS) {
            apply();
            pool.journal.complete(records);
        } else {
            // What the record says is not so, and the disk is faulted: no record may follow it.
            pool.core.fault(
                    "merging into layer %d failed with status 0x%x".formatted(child.id(), worst));
        }
        pool.pages.redeem(1);
        finish(worst);
    }

    private void apply() {
        long sequence = records.sequence();
        int first = slice * UNITS;
        long firstUnit = (long) region * pool.geometry.unitsPerCluster() + first;
        for (int at = 0; at < UNITS; at += Math.max(1, run(copied, at))) {
            int units = run(copied, at);
            if (units > 0) {
                Memory.putLong(data, childPlace);
                pool.metadata.units(
                        sequence,
                        child,
                        region,
                        first + at,
                        units,
                        childCluster,
                        childPlace == Place.NONE ? 0 : data);
                pool.undurable.add(child.id(), firstUnit + at, units, sequence);
                sequence++;
            }
        }
        for (int at = 0; at < UNITS; at += Math.max(1, run(zeroed, at))) {
            if (run(zeroed, at) > 0) {
                pool.metadata.clear(sequence++, child, region, first + at, run(zeroed, at), true);
            }
        }
    }

    private void giveUpSpace() {
        pool.pages.redeem(1);
        if (tookPlace) {
            pool.metadata.releaseSlice(childPlace);
        }
    }

    private void finish(int status) {
        if (locked != null) {
            locked.unlock(lock);
        }
        whenDone.accept(status);
    }
}
