package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.JournalRecord;
import io.mayastor.engine.pool.format.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The units of records that are not known to be durable, grouped by what they have to prove: all
 * records that put one unit of a layer at one place, up to a record that takes the unit away from
 * there. The data at that place must be what one of them says; else none of them counts for the
 * unit.
 *
 * <p>A unit that a record clears later needs no proof: it ends up the same either way.
 */
final class UnitGroups {
    /** The records of one unit at one place. */
    static final class Group {
        final long place;
        final int unitInSlice;
        private final List<JournalRecord.Units> records = new ArrayList<>(1);
        private final List<Integer> crcs = new ArrayList<>(1);
        private final int unit;
        boolean needed = true;

        Group(long place, int unit) {
            this.place = place;
            this.unit = unit;
            unitInSlice = unit % Geometry.UNITS_PER_SLICE;
        }

        boolean matches(int crc) {
            return crcs.contains(crc);
        }

        /** The unit's number in the pool if all clusters were laid end to end. */
        long poolUnit(Geometry geometry) {
            return (long) Place.cluster(place) * geometry.unitsPerCluster()
                    + (long) Place.slice(place) * Geometry.UNITS_PER_SLICE
                    + unitInSlice;
        }
    }

    private final Map<Long, Map<Integer, Group>> open = new HashMap<>();
    private final List<Group> all = new ArrayList<>();
    private final Map<JournalRecord.Units, BitSet> leftOut = new IdentityHashMap<>();

    void add(JournalRecord record, Geometry geometry) {
        switch (record) {
            case JournalRecord.Units units -> units(units);
            case JournalRecord.Clear clear -> {
                Map<Integer, Group> region = open.get(key(clear.layer(), clear.region()));
                if (region != null) {
                    region.entrySet()
                            .removeIf(e -> drop(e.getValue(), clear.first(), clear.count()));
                }
            }
            case JournalRecord.Region region -> drop(key(region.layer(), region.region()));
            case JournalRecord.Move move -> {
                Map<Integer, Group> region = open.remove(key(move.from(), move.region()));
                if (region != null) {
                    open.put(key(move.to(), move.region()), region);
                }
            }
            case JournalRecord.PutLayer put ->
                    cut(
                            put.layer().id(),
                            put.layer().sizeBytes() / Geometry.UNIT_BYTES,
                            geometry.unitsPerCluster());
            case JournalRecord.RemoveLayer remove -> {}
        }
    }

    private void units(JournalRecord.Units units) {
        Map<Integer, Group> region =
                open.computeIfAbsent(key(units.layer(), units.region()), absent -> new HashMap<>());
        for (int i = 0; i < units.count(); i++) {
            int unit = units.first() + i;
            long place = units.place(unit);
            Group group = region.get(unit);
            if (group == null || group.place != place) {
                group = new Group(place, unit);
                region.put(unit, group);
                all.add(group);
            }
            group.records.add(units);
            group.crcs.add(units.crcs()[i]);
        }
    }

    private static boolean drop(Group group, int first, int count) {
        boolean covered = group.unit >= first && group.unit < first + count;
        group.needed &= !covered;
        return covered;
    }

    private void drop(long key) {
        Map<Integer, Group> region = open.remove(key);
        if (region != null) {
            region.values().forEach(group -> group.needed = false);
        }
    }

    /** A layer may have become smaller. */
    private void cut(int layer, long units, int unitsPerCluster) {
        for (Map.Entry<Long, Map<Integer, Group>> region : open.entrySet()) {
            long key = region.getKey();
            if ((int) (key >>> 32) == layer) {
                long first = (key & 0xFFFF_FFFFL) * unitsPerCluster;
                region.getValue()
                        .values()
                        .removeIf(group -> {
                            boolean beyond = first + group.unit >= units;
                            group.needed &= !beyond;
                            return beyond;
                        });
            }
        }
    }

    /** The groups whose data must be looked at. */
    List<Group> needed() {
        return all.stream().filter(group -> group.needed).toList();
    }

    /** The data is none of what the group's records say: they do not count for the unit. */
    void refuse(Group group) {
        for (JournalRecord.Units units : group.records) {
            leftOut.computeIfAbsent(units, none -> new BitSet()).set(group.unit);
        }
    }

    /** Units of a record that do not count, or null. */
    BitSet leftOut(JournalRecord record) {
        return record instanceof JournalRecord.Units units ? leftOut.get(units) : null;
    }

    private static long key(int layer, int region) {
        return (long) layer << 32 | region;
    }
}
