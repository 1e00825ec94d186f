package io.mayastor.engine.pool.volume;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Use;
import io.mayastor.engine.pool.volume.LayerChanges.Change;
import io.mayastor.engine.reactor.Timer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Gives the space of deleted layers back, one layer after the other, in small steps beside the I/O
 * of hosts. Owner thread: the pool's reactor.
 *
 * <ul>
 *   <li>A layer without children gives up its regions, many in one record block.
 *   <li>A layer with one child is merged into it, region by region: what the child does not have is
 *       moved to it by a record; where both have something the child gets copies of what it
 *       inherits ({@link SliceMerge}), and only when those are durable the parent gives the region
 *       up.
 *   <li>A layer with more children waits until one is left.
 * </ul>
 *
 * <p>Every step is complete in itself: after a crash the rest is done. While hosts have I/O in
 * flight there is a pause after each step.
 */
public final class LayerDeleter {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SLICE = DiskLayout.SLICE;

    /** Regions whose copies one synchronisation makes durable. */
    private static final int MOST_COPIED = 32;

    private final Volumes volumes;
    private final IoPool pool;
    private final MemorySegment memory;
    private final StepRecords records;
    private final SliceMerge merge;
    private final Set<Integer> waiting = new LinkedHashSet<>();
    private final List<Integer> copied = new ArrayList<>();
    private final Timer pause =
            new Timer() {
                @Override
                protected void expired() {
                    step();
                }
            };
    private final RangeLock lock =
            new RangeLock() {
                @Override
                protected void granted() {
                    moveOne();
                }
            };

    private Layer parent;
    private Layer child;
    private Replica live;
    private int region;
    private int slice;
    private Runnable whenRecorded;
    private Runnable whenStopped;
    private boolean stopped;
    private boolean busy;

    public LayerDeleter(Volumes volumes) {
        this.volumes = volumes;
        this.pool = volumes.pool;
        memory = pool.reactor.kernel().map(SLICE + 2L * StepRecords.MEMORY_BYTES, false);
        long address = memory.address();
        merge = new SliceMerge(pool, address, address + SLICE, this::merged);
        records = new StepRecords(address + SLICE + StepRecords.MEMORY_BYTES, this::recorded);
    }

    /** The layer is marked deleted; its space is to come back. */
    void add(Layer layer) {
        waiting.add(layer.id());
        next();
    }

    /** Bytes that deleted layers still have. */
    public long pendingBytes() {
        long bytes = 0;
        for (int id : waiting) {
            Layer layer = pool.metadata.layer(id);
            bytes += layer == null ? 0 : layer.ownBytes(pool.geometry);
        }
        return bytes;
    }

    /** Deleted layers that are not gone yet, those that wait for a child to go included. */
    public int pendingLayers() {
        return waiting.size();
    }

    /**
     * Ends after the step under way; the next opening goes on.
     *
     * @param done told once no step is under way; memory is given back
     */
    public void stop(Runnable done) {
        stopped = true;
        pool.reactor.cancel(pause);
        whenStopped = done;
        if (!busy) {
            ended();
        }
    }

    private void ended() {
        if (whenStopped != null) {
            Runnable done = whenStopped;
            whenStopped = null;
            pool.reactor.kernel().unmap(memory);
            done.run();
        }
    }

    /** Begins with a layer that can go, unless one is in work. */
    private void next() {
        if (parent != null || stopped || pool.core.isFaulted()) {
            return;
        }
        waiting.removeIf(id -> pool.metadata.layer(id) == null);
        for (int id : waiting) {
            Layer layer = pool.metadata.layer(id);
            if (layer.children() <= 1) {
                parent = layer;
                region = 0;
                slice = 0;
                copied.clear();
                pause(0);
                return;
            }
        }
    }

    private void pause(long nanos) {
        busy = false;
        if (stopped) {
            ended();
        } else {
            pool.reactor.schedule(pause, nanos);
        }
    }

    private void stepDone() {
        pause(pool.grace.inFlight() > 0 ? PAUSE_NANOS : 0);
    }

    private void step() {
        if (pool.core.isFaulted()) {
            return;
        }
        busy = true;
        if (parent.children() == 0) {
            giveUp();
            return;
        }
        child = parent.onlyChild();
        live = replicaOn(child);
        region = pool.metadata.nextMapped(parent, region);
        if (copied.size() == MOST_COPIED || (region >= parent.regions() && !copied.isEmpty())) {
            dropCopied();
        } else if (region >= parent.regions()) {
            removeMerged();
        } else if (inheritsNothing()) {
            copied.add(region);
            nextRegion();
            pause(0);
        } else if (MapEntry.isAbsent(pool.metadata.entry(child, region))) {
            move();
        } else {
            copySlice();
        }
    }

    private Replica replicaOn(Layer layer) {
        return layer.record().kind() == Kind.REPLICA ? volumes.writerOf(layer) : null;
    }

    /** Whether the child does not look at the parent's region. */
    private boolean inheritsNothing() {
        if (region >= child.regions() || region >= child.parentLimitRegions()) {
            return true;
        }
        int entry = pool.metadata.entry(child, region);
        return MapEntry.isWhole(entry) || MapEntry.isZero(entry);
    }

    private void nextRegion() {
        region++;
        slice = 0;
    }

    // ---- a layer that nobody reads

    private void giveUp() {
        records.clear();
        List<Integer> regions = new ArrayList<>();
        int at = pool.metadata.nextMapped(parent, 0);
        while (at < parent.regions() && regions.size() < StepRecords.MOST_REGIONS) {
            records.region(parent.id(), at, MapEntry.ABSENT);
            regions.add(at);
            at = pool.metadata.nextMapped(parent, at + 1);
        }
        if (regions.isEmpty()) {
            remove(() -> new Change(List.of(), List.of(parent.id())), () -> {});
        } else {
            append(() -> absent(regions));
        }
    }

    private void absent(List<Integer> regions) {
        long sequence = records.sequence();
        for (int each : regions) {
            pool.metadata.region(sequence++, parent, each, MapEntry.ABSENT);
        }
    }

    // ---- a layer that one child reads

    private void move() {
        if (live == null) {
            moveOne();
        } else {
            long units = pool.geometry.unitsPerCluster();
            live.lock(lock, region * units, (int) units);
        }
    }

    /** The child may have taken space of its own, or shrunk, while the lock was waited for. */
    private void moveOne() {
        if (inheritsNothing() || !MapEntry.isAbsent(pool.metadata.entry(child, region))) {
            unlock();
            pause(0);
            return;
        }
        if (!pool.pages.promise(1, Use.UPKEEP)) {
            unlock();
            retry();
            return;
        }
        records.clear();
        records.move(parent.id(), child.id(), region);
        append(() -> {
            pool.metadata.move(records.sequence(), parent, child, region);
            pool.pages.redeem(1);
            unlock();
            nextRegion();
        });
    }

    private void unlock() {
        if (lock.listed) {
            live.unlock(lock);
        }
    }

    private void copySlice() {
        int slices = pool.geometry.slicesPerCluster();
        while (slice < slices && !merge.isNeeded(parent, child, region, slice)) {
            slice++;
        }
        if (slice < slices) {
            merge.start(parent, child, live, region, slice);
        } else {
            copied.add(region);
            nextRegion();
            pause(0);
        }
    }

    private void merged(int status) {
        if (status == Status.SUCCESS) {
            slice++;
            stepDone();
        } else {
            retry();
        }
    }

    /** Without space: what is copied already goes first, for that is where space comes from. */
    private void retry() {
        if (copied.isEmpty() || pool.core.isFaulted()) {
            pause(RETRY_NANOS);
        } else {
            dropCopied();
        }
    }

    /** The copies are durable first: a copy that is lost must still be inherited. */
    private void dropCopied() {
        volumes.changes
                .durable()
                .whenComplete((durable, failure) -> {
                    if (failure == null) {
                        appendDrops();
                    } else {
                        pause(RETRY_NANOS);
                    }
                });
    }

    private void appendDrops() {
        List<Integer> regions = List.copyOf(copied);
        copied.clear();
        records.clear();
        for (int each : regions) {
            records.region(parent.id(), each, MapEntry.ABSENT);
        }
        append(() -> absent(regions));
    }

    /** The child stands where the parent stood. Its writes are held: they look at its parent. */
    private void removeMerged() {
        Replica held = live;
        if (held == null) {
            remove(this::adoption, () -> {});
        } else {
            held.holdWrites(() -> remove(this::adoption, held::releaseWrites));
        }
    }

    private Change adoption() {
        LayerRecord gone = parent.record();
        LayerRecord heir = child.record();
        long limit = Math.min(gone.parentLimitBytes(), gone.sizeBytes());
        return new Change(
                List.of(
                        heir.with()
                                .parent(gone.parent())
                                .parentLimitBytes(Math.min(limit, heir.parentLimitBytes()))
                                .make()),
                List.of(gone.id()));
    }

    private void remove(Supplier<Change> change, Runnable afterwards) {
        volumes.changes
                .record(change)
                .whenComplete((recorded, failure) -> {
                    afterwards.run();
                    removed(failure == null);
                });
    }

    private void removed(boolean gone) {
        if (!gone) {
            pause(RETRY_NANOS);
            return;
        }
        waiting.remove(parent.id());
        parent = null;
        busy = false;
        next();
        if (stopped) {
            ended();
        }
    }

    // ---- records

    private void append(Runnable apply) {
        whenRecorded = apply;
        pool.journal.append(records);
    }

    private void recorded(int status) {
        Runnable apply = whenRecorded;
        whenRecorded = null;
        if (status != Status.SUCCESS) {
            unlock();
            busy = false;
            if (stopped) {
                ended();
            }
            return;
        }
        apply.run();
        pool.journal.complete(records);
        stepDone();
    }
}
