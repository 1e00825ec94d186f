package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.FreedListener;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.reactor.TurnEndTask;
import java.util.Arrays;

/**
 * Space that records gave up, on its way to be free. Owner thread: the pool's reactor.
 *
 * <pre>
 *  collected → in grace → waits until durable → (being punched) → free
 * </pre>
 *
 * <p>In batches, each of which takes every step as a whole: all I/O that was in flight when the map
 * changed has ended; the records that gave it up are durable; then, when the pool punches, the
 * disks are told that the range holds nothing, one merged range after the other and no faster than
 * the limit. Nobody may be given the space before. A punch that fails leaves the space as free as
 * one that succeeds.
 */
public final class DyingSpace implements FreedListener {
    /** Takes the space back. */
    public interface FreeSpace {
        void releaseCluster(int cluster);

        /**
         * @param place see {@link Place}
         */
        void releaseSlice(long place);
    }

    /** Slice number of an item that is a whole cluster; sorts after the cluster's slices. */
    private static final int WHOLE = 0xFFFF;

    private static final long LARGEST_PUNCH = 64L << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Reactor reactor;
    private final GracePeriod grace;
    private final Journal journal;
    private final PoolDisks disks;
    private final FreeSpace free;
    private final int clusterBytes;
    private final Runnable graceEnded = this::graceEnded;
    private final TurnEndTask advancing =
            new TurnEndTask() {
                @Override
                protected void run() {
                    advance();
                }
            };
    private final BlockIo punch = new BlockIo(io -> punched());
    private final Timer pace =
            new Timer() {
                @Override
                protected void expired() {
                    punchNext();
                }
            };
    private Batch collected = new Batch();
    private Batch inGrace = new Batch();
    private Batch recorded = new Batch();
    private Batch punching = new Batch();
    private boolean graceRuns;
    private boolean punchRuns;
    private long punchBytesPerSecond;
    private int punchFrom;
    private int punchTo;
    private long punchBytes;
    private boolean stopped;

    DyingSpace(
            Reactor reactor,
            GracePeriod grace,
            Journal journal,
            PoolSync sync,
            PoolDisks disks,
            int clusterBytes,
            FreeSpace free) {
        this.reactor = reactor;
        this.grace = grace;
        this.journal = journal;
        this.disks = disks;
        this.clusterBytes = clusterBytes;
        this.free = free;
        sync.whenDurable(() -> reactor.atTurnEnd(advancing));
    }

    /**
     * Whether disks are told what is free, and how fast.
     *
     * @param bytesPerSecond 0: never
     */
    public void punch(long bytesPerSecond) {
        punchBytesPerSecond = bytesPerSecond;
    }

    /**
     * A cluster is no longer mapped.
     *
     * @param sequence of the record that did it; 0 when no record ever named it
     */
    @Override
    public void cluster(int cluster, long sequence) {
        add(Place.of(cluster, WHOLE), sequence);
    }

    @Override
    public void slice(long place, long sequence) {
        add(place, sequence);
    }

    /** Clusters and slices on their way. */
    public int size() {
        return collected.size + inGrace.size + recorded.size + punching.size;
    }

    /** Whether the disks are told about some range at this moment. */
    boolean isPunching() {
        return punchRuns;
    }

    /** Nothing becomes free any more. */
    void stop() {
        stopped = true;
        reactor.cancel(pace);
    }

    private void add(long item, long sequence) {
        collected.add(item, sequence);
        reactor.atTurnEnd(advancing);
    }

    private void advance() {
        if (stopped) {
            return;
        }
        if (recorded.size > 0 && recorded.sequence <= journal.durableSequence()) {
            if (punchBytesPerSecond == 0) {
                release(recorded, 0, recorded.size);
                recorded.clear();
            } else if (punching.size == 0) {
                Batch empty = punching;
                punching = recorded;
                recorded = empty;
                punching.sort();
                punchFrom = 0;
                punchNext();
            }
        }
        if (recorded.size == 0 && inGrace.size > 0 && !graceRuns) {
            Batch empty = recorded;
            recorded = inGrace;
            inGrace = empty;
            reactor.atTurnEnd(advancing);
        }
        if (inGrace.size == 0 && collected.size > 0) {
            Batch empty = inGrace;
            inGrace = collected;
            collected = empty;
            graceRuns = true;
            grace.afterCurrent(graceEnded);
        }
    }

    private void graceEnded() {
        graceRuns = false;
        reactor.atTurnEnd(advancing);
    }

    private void release(Batch batch, int from, int to) {
        for (int i = from; i < to; i++) {
            long item = batch.items[i];
            if (Place.slice(item) == WHOLE) {
                free.releaseCluster(Place.cluster(item));
            } else {
                free.releaseSlice(item);
            }
        }
    }

    private void punchNext() {
        if (stopped) {
            return;
        }
        PoolDisk disk = punchFrom < punching.size ? disks.holder(cluster(punchFrom)) : null;
        if (disk == null) {
            release(punching, punchFrom, punching.size);
            punching.clear();
            reactor.atTurnEnd(advancing);
            return;
        }
        long start = start(punchFrom);
        long end = start + bytes(punchFrom);
        punchTo = punchFrom + 1;
        while (punchTo < punching.size
                && disks.holder(cluster(punchTo)) == disk
                && start(punchTo) == end
                && end - start < LARGEST_PUNCH) {
            end += bytes(punchTo++);
        }
        punchBytes = end - start;
        punchRuns = true;
        punch.operation = BlockIo.Operation.DEALLOCATE;
        punch.blocks = punchBytes / disks.blockBytes();
        disks.submitRange(punch, disk, start);
    }

    private void punched() {
        punchRuns = false;
        release(punching, punchFrom, punchTo);
        punchFrom = punchTo;
        if (!stopped) {
            long rate = Math.max(1, punchBytesPerSecond);
            reactor.schedule(pace, punchBytes * NANOS_PER_SECOND / rate);
        }
    }

    private int cluster(int index) {
        return Place.cluster(punching.items[index]);
    }

    private long start(int index) {
        int slice = Place.slice(punching.items[index]);
        long within = slice == WHOLE ? 0 : (long) slice * DiskLayout.SLICE;
        return disks.byteOffset(cluster(index)) + within;
    }

    private long bytes(int index) {
        return Place.slice(punching.items[index]) == WHOLE ? clusterBytes : DiskLayout.SLICE;
    }

    private static final class Batch {
        private long[] items = new long[64];
        private int size;
        private long sequence;

        void add(long item, long itsSequence) {
            if (size == items.length) {
                items = Arrays.copyOf(items, size * 2);
            }
            items[size++] = item;
            sequence = Math.max(sequence, itsSequence);
        }

        void sort() {
            Arrays.sort(items, 0, size);
        }

        void clear() {
            size = 0;
            sequence = 0;
        }
    }
}
