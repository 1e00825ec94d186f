package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.journal.JournalEntry;
import io.mayastor.engine.ring.Memory;

/** The record of one span of a write: its units become valid where the data goes. */
final class UnitsEntry extends JournalEntry {
    private final WriteIo write;

    UnitsEntry(WriteIo write) {
        this.write = write;
    }

    @Override
    protected int recordBytes() {
        return RecordWriter.unitsBytes(write.units, write.space.slices());
    }

    @Override
    protected int records() {
        return 1;
    }

    @Override
    protected void encode(long address) {
        int layer = write.layer().id();
        SpanSpace space = write.space;
        if (space.isSliced()) {
            RecordWriter.slicedUnits(address, layer, write.region, write.first, write.units);
            Memory.copy(
                    space.places(),
                    RecordWriter.placesAt(address),
                    (long) space.slices() * Place.BYTES);
        } else {
            RecordWriter.units(
                    address, layer, write.region, write.first, write.units, space.cluster());
        }
        Memory.copy(
                write.crcs(),
                RecordWriter.crcsAt(address, space.slices()),
                (long) write.units * Integer.BYTES);
    }

    @Override
    protected void recorded(int status) {
        write.recorded(status);
    }
}
