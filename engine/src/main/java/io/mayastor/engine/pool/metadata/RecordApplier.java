package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.JournalRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Applies records of the journal to a pool that is being loaded. A record that contradicts what is
 * there means corruption.
 *
 * <p>Of a record of units some may be left out, because their data did not reach the disk. One that
 * brings a sliced region into a cluster counts only whole: else the region stays sliced, and what
 * later records say of that cluster is left out as well.
 */
final class RecordApplier {
    private static final int NO_CLUSTER = -1;

    private final Metadata metadata;
    private final Map<Long, Integer> refused = new HashMap<>();
    private long records;

    RecordApplier(Metadata metadata) {
        this.metadata = metadata;
    }

    long records() {
        return records;
    }

    void apply(JournalPhase.Pending pending) {
        apply(pending, null);
    }

    /**
     * @param leftOut units of the region that a record of units must not make valid, or null
     */
    void apply(JournalPhase.Pending pending, BitSet leftOut) {
        long sequence = pending.sequence();
        records++;
        try {
            switch (pending.record()) {
                case JournalRecord.Units units -> units(sequence, units, leftOut);
                case JournalRecord.Clear clear ->
                        metadata.clear(
                                sequence,
                                layer(clear.layer()),
                                clear.region(),
                                clear.first(),
                                clear.count(),
                                clear.zero());
                case JournalRecord.Region region -> {
                    refused.remove(key(region.layer(), region.region()));
                    metadata.region(
                            sequence, layer(region.layer()), region.region(), region.value());
                }
                case JournalRecord.Move move -> {
                    Integer cluster = refused.remove(key(move.from(), move.region()));
                    if (cluster != null) {
                        refused.put(key(move.to(), move.region()), cluster);
                    }
                    metadata.move(sequence, layer(move.from()), layer(move.to()), move.region());
                }
                case JournalRecord.PutLayer put -> metadata.putLayer(sequence, put.layer());
                case JournalRecord.RemoveLayer remove ->
                        metadata.removeLayer(sequence, remove.layer());
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            LoadException corrupt =
                    new LoadException(
                            LoadException.Kind.CORRUPT,
                            "journal record %d: %s".formatted(sequence, e.getMessage()));
            corrupt.initCause(e);
            throw corrupt;
        }
    }

    private void units(long sequence, JournalRecord.Units units, BitSet leftOut) {
        Layer layer = layer(units.layer());
        if (units.region() >= layer.regions()
                || units.first() + units.count() > metadata.geometry().unitsPerCluster()) {
            throw new IllegalStateException(
                    "%s with %d regions has no units %d+%d in region %d"
                            .formatted(
                                    layer,
                                    layer.regions(),
                                    units.first(),
                                    units.count(),
                                    units.region()));
        }
        if (leftOut == null && refused.isEmpty()) {
            run(sequence, layer, units, units.first(), units.first() + units.count());
            return;
        }
        if (isRefused(layer, units, leftOut)) {
            return;
        }
        int end = units.first() + units.count();
        for (int from = present(leftOut, units.first()); from < end; ) {
            int to = leftOut == null ? end : next(leftOut, from, end);
            run(sequence, layer, units, from, to);
            from = present(leftOut, to);
        }
    }

    private static int present(BitSet leftOut, int from) {
        return leftOut == null ? from : leftOut.nextClearBit(from);
    }

    private static int next(BitSet leftOut, int from, int end) {
        int at = leftOut.nextSetBit(from);
        return at < 0 ? end : Math.min(at, end);
    }

    private boolean isRefused(Layer layer, JournalRecord.Units units, BitSet leftOut) {
        if (units.sliced()) {
            return false;
        }
        long key = key(layer.id(), units.region());
        if (refused.getOrDefault(key, NO_CLUSTER) == units.cluster()) {
            return true;
        }
        boolean incomplete =
                leftOut != null
                        && next(leftOut, units.first(), units.first() + units.count())
                                < units.first() + units.count();
        if (incomplete && MapEntry.isSliced(metadata.entry(layer, units.region()))) {
            refused.put(key, units.cluster());
            return true;
        }
        return false;
    }

    private void run(long sequence, Layer layer, JournalRecord.Units units, int from, int to) {
        if (!units.sliced()) {
            metadata.units(
                    sequence, layer, units.region(), from, to - from, units.cluster(), Place.NONE);
            return;
        }
        int firstSlice = from / Geometry.UNITS_PER_SLICE;
        int lastSlice = (to - 1) / Geometry.UNITS_PER_SLICE;
        try (Arena arena = Arena.ofConfined()) {
            long places =
                    arena.allocate((long) Place.BYTES * (lastSlice - firstSlice + 1), Place.BYTES)
                            .address();
            for (int slice = firstSlice; slice <= lastSlice; slice++) {
                Memory.putLong(
                        places + (long) Place.BYTES * (slice - firstSlice),
                        units.place(slice * Geometry.UNITS_PER_SLICE));
            }
            metadata.units(sequence, layer, units.region(), from, to - from, 0, places);
        }
    }

    private Layer layer(int id) {
        Layer layer = metadata.layer(id);
        if (layer == null) {
            throw new IllegalStateException("there is no layer " + id);
        }
        return layer;
    }

    private static long key(int layer, int region) {
        return (long) layer << 32 | region;
    }
}
