package io.mayastor.engine.pool.volume;

import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.RecordWriter;
import io.mayastor.engine.pool.journal.JournalEntry;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Metadata;

/**
 * The records of one step of a {@link ZeroIo}: whole regions, or units of one, give up their
 * content. In a layer with a parent they read zeros from then on, in a root they are absent.
 */
final class ClearEntry extends JournalEntry {
    static final int MOST_REGIONS = 32;

    private final ZeroIo zero;
    private final int[] regions = new int[MOST_REGIONS];
    private Layer layer;
    private int count;
    private int firstUnit;

    /** Units of the only region, 0: all of it. */
    private int units;

    ClearEntry(ZeroIo zero) {
        this.zero = zero;
    }

    void begin(Layer of) {
        layer = of;
        count = 0;
        units = 0;
    }

    void addRegion(int region) {
        regions[count++] = region;
    }

    void addUnits(int region, int first, int unitCount) {
        addRegion(region);
        firstUnit = first;
        units = unitCount;
    }

    void apply(Metadata metadata) {
        for (int i = 0; i < count; i++) {
            long number = sequence() + i;
            if (units == 0) {
                metadata.region(number, layer, regions[i], value());
            } else {
                metadata.clear(number, layer, regions[i], firstUnit, units, hides());
            }
        }
    }

    private boolean hides() {
        return layer.parent() != null;
    }

    private int value() {
        return hides() ? MapEntry.ZERO : MapEntry.ABSENT;
    }

    @Override
    protected int recordBytes() {
        return count * (units == 0 ? RecordWriter.REGION_BYTES : RecordWriter.CLEAR_BYTES);
    }

    @Override
    protected int records() {
        return count;
    }

    @Override
    protected void encode(long address) {
        long at = address;
        for (int i = 0; i < count; i++) {
            at +=
                    units == 0
                            ? RecordWriter.region(at, layer.id(), regions[i], value())
                            : RecordWriter.clear(
                                    at, layer.id(), regions[i], firstUnit, units, hides());
        }
    }

    @Override
    protected void recorded(int status) {
        zero.recorded(status);
    }
}
