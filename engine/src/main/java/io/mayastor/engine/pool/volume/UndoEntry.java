package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.DiskLayout;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.journal.JournalEntry;

/**
 * Takes the record of a span back whose data could not be written: every unit that was not valid
 * before becomes again what it was. Owner thread: the pool's reactor.
 */
final class UndoEntry extends JournalEntry {
    private enum Former {
        VALID,
        ZERO,
        INHERIT
    }

    private final WriteIo write;
    private int runs;

    /** Of each run: first unit in the region, count, whether its units were zero. */
    private final int[] firsts = new int[WriteIo.MOST_UNITS];

    private final int[] counts = new int[WriteIo.MOST_UNITS];
    private final boolean[] zeros = new boolean[WriteIo.MOST_UNITS];

    UndoEntry(WriteIo write) {
        this.write = write;
    }

    /** Whether there is anything to take back. */
    boolean prepare() {
        runs = 0;
        int entry = write.pool.metadata.entry(write.layer(), write.region);
        for (int i = 0; i < write.units; i++) {
            int unit = write.first + i;
            Former former = former(entry, unit);
            if (former == Former.VALID) {
                continue;
            }
            boolean zero = former == Former.ZERO;
            int last = runs - 1;
            if (last >= 0 && firsts[last] + counts[last] == unit && zeros[last] == zero) {
                counts[last]++;
            } else {
                firsts[runs] = unit;
                counts[runs] = 1;
                zeros[runs++] = zero;
            }
        }
        return runs > 0;
    }

    private Former former(int entry, int unit) {
        if (MapEntry.isDetail(entry)) {
            int bit = 1 << unit % DiskLayout.UNITS_PER_SLICE;
            int mask = write.pool.metadata.mask(entry, unit / DiskLayout.UNITS_PER_SLICE);
            if ((DetailSlot.valid(mask) & bit) != 0) {
                return Former.VALID;
            }
            return (DetailSlot.zero(mask) & bit) != 0 ? Former.ZERO : Former.INHERIT;
        }
        if (MapEntry.isWhole(entry)) {
            return Former.VALID;
        }
        return MapEntry.isZero(entry) ? Former.ZERO : Former.INHERIT;
    }

    /** The same in memory, where it changes nothing that a reader sees. */
    void apply() {
        for (int run = 0; run < runs; run++) {
            write.pool.metadata.clear(
                    sequence() + run,
                    write.layer(),
                    write.region,
                    firsts[run],
                    counts[run],
                    zeros[run]);
        }
    }

    @Override
    protected int recordBytes() {
        return runs * RecordWriter.CLEAR_BYTES;
    }

    @Override
    protected int records() {
        return runs;
    }

    @Override
    protected void encode(long address) {
        long at = address;
        for (int run = 0; run < runs; run++) {
            int layer = write.layer().id();
            at += RecordWriter.clear(at, layer, write.region, firsts[run], counts[run], zeros[run]);
        }
    }

    @Override
    protected void recorded(int status) {
        write.undone(status);
    }
}
