package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.Checksum;
import io.mayastor.engine.pool.format.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the data of the units that records beyond the durable sequence made valid, leaves out those
 * whose data is not there, and applies the records.
 */
final class UnitPhase implements LoadPhase {
    private static final int MAX_READ_UNITS = 256;
    private static final int READS_AT_A_TIME = 16;

    private final ArrayDeque<JournalPhase.Pending> pending;
    private final DiskMap disks;
    private final Geometry geometry;
    private final LoadMemory memory;
    private final Checksum checksum;
    private final RecordApplier applier;
    private final UnitGroups groups = new UnitGroups();
    private final List<Span> spans = new ArrayList<>();
    private List<UnitGroups.Group> needed;
    private int nextNeeded;
    private long rolledBack;

    /** Groups from {@code first} to {@code end} whose units are what was read, gaps excluded. */
    private record Span(DiskRead read, int first, int end, long firstUnit) {}

    UnitPhase(
            ArrayDeque<JournalPhase.Pending> pending,
            DiskMap disks,
            Geometry geometry,
            LoadMemory memory,
            Checksum checksum,
            RecordApplier applier) {
        this.pending = pending;
        this.disks = disks;
        this.geometry = geometry;
        this.memory = memory;
        this.checksum = checksum;
        this.applier = applier;
    }

    long verified() {
        return needed.size();
    }

    long rolledBack() {
        return rolledBack;
    }

    @Override
    public List<DiskRead> next() {
        if (needed == null) {
            pending.forEach(record -> groups.add(record.record(), geometry));
            needed = new ArrayList<>(groups.needed());
            needed.sort(Comparator.comparingLong(group -> group.poolUnit(geometry)));
        }
        spans.forEach(this::verify);
        spans.clear();
        memory.reset();
        while (nextNeeded < needed.size() && spans.size() < READS_AT_A_TIME) {
            readSpan();
        }
        if (spans.isEmpty()) {
            for (JournalPhase.Pending record : pending) {
                applier.apply(record, groups.leftOut(record.record()));
            }
        }
        return spans.stream().map(Span::read).toList();
    }

    private void readSpan() {
        int first = nextNeeded;
        UnitGroups.Group group = needed.get(first);
        int cluster = Place.cluster(group.place);
        int disk = disks.disk(cluster);
        if (disk < 0 || Place.slice(group.place) >= geometry.slicesPerCluster()) {
            throw new LoadException(
                    LoadException.Kind.CORRUPT,
                    "a journal record puts units into %s, which does not exist"
                            .formatted(Place.text(group.place)));
        }
        long firstUnit = group.poolUnit(geometry);
        long lastUnit = firstUnit;
        while (nextNeeded < needed.size()) {
            UnitGroups.Group following = needed.get(nextNeeded);
            long unit = following.poolUnit(geometry);
            if (Place.cluster(following.place) != cluster
                    || unit > lastUnit + 1
                    || unit - firstUnit >= MAX_READ_UNITS) {
                break;
            }
            lastUnit = unit;
            nextNeeded++;
        }
        int length = Math.toIntExact(lastUnit - firstUnit + 1) * Geometry.UNIT_BYTES;
        long inCluster = firstUnit % geometry.unitsPerCluster();
        long offset = disks.offset(disk, cluster) + inCluster * Geometry.UNIT_BYTES;
        DiskRead read = new DiskRead(disks.input(disk), offset, memory.take(length), length);
        spans.add(new Span(read, first, nextNeeded, firstUnit));
    }

    private void verify(Span span) {
        if (span.read.hasFailed()) {
            throw new LoadException(
                    LoadException.Kind.CORRUPT,
                    "data at byte %d of disk %d, written last, cannot be read"
                            .formatted(span.read.offset(), span.read.disk()));
        }
        for (int i = span.first; i < span.end; i++) {
            UnitGroups.Group group = needed.get(i);
            long unit = group.poolUnit(geometry) - span.firstUnit;
            long address = span.read.address() + unit * Geometry.UNIT_BYTES;
            if (!group.matches(checksum.of(address, Geometry.UNIT_BYTES))) {
                groups.refuse(group);
                rolledBack++;
            }
        }
    }
}
