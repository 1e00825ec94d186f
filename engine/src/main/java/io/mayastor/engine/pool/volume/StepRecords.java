package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.journal.JournalEntry;
import io.mayastor.engine.ring.Memory;
import java.util.function.IntConsumer;

/**
 * The records of one step of a deletion, made beforehand in own memory: they happen together. Owner
 * thread: the pool's reactor.
 */
final class StepRecords extends JournalEntry {
    /** Room for 64 runs of a slice, or for this many other records of 24 bytes. */
    static final int MEMORY_BYTES = 8192;

    static final int MOST_REGIONS = 128;

    private final long memory;
    private final IntConsumer whenRecorded;
    private int bytes;
    private int count;

    /**
     * @param memory address of {@link #MEMORY_BYTES} bytes
     * @param whenRecorded told the status of the records
     */
    StepRecords(long memory, IntConsumer whenRecorded) {
        this.memory = memory;
        this.whenRecorded = whenRecorded;
    }

    void clear() {
        bytes = 0;
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void region(int layer, int region, int value) {
        added(RecordWriter.region(at(), layer, region, value));
    }

    void move(int from, int to, int region) {
        added(RecordWriter.move(at(), from, to, region));
    }

    void zero(int layer, int region, int first, int units) {
        added(RecordWriter.clear(at(), layer, region, first, units, true));
    }

    /**
     * Units of one slice.
     *
     * @param cluster where they lie when {@code place} is 0
     * @return address for their CRCs
     */
    long units(int layer, int region, int first, int units, int cluster, long place) {
        long record = at();
        if (place == 0) {
            added(RecordWriter.units(record, layer, region, first, units, cluster));
            return RecordWriter.crcsAt(record, 0);
        }
        added(RecordWriter.slicedUnits(record, layer, region, first, units));
        Memory.putLong(RecordWriter.placesAt(record), place);
        return RecordWriter.crcsAt(record, 1);
    }

    private long at() {
        return memory + bytes;
    }

    private void added(int length) {
        bytes += length;
        count++;
    }

    @Override
    protected int recordBytes() {
        return bytes;
    }

    @Override
    protected int records() {
        return count;
    }

    @Override
    protected void encode(long address) {
        Memory.copy(memory, address, bytes);
    }

    @Override
    protected void recorded(int status) {
        whenRecorded.accept(status);
    }
}
