package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.Label.Extent;
import io.mayastor.engine.pool.format.LayerRecord.Kind;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.LoadedPool.MemberDisk;
import io.mayastor.engine.pool.metadata.PoolReport.Problem;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Goes over all maps of a pool: no space has two owners, all of it exists, masks and slots are
 * right; counts it anew, to compare with what the pool itself has counted.
 */
final class SpaceCheck {
    private final Metadata metadata;
    private final Geometry geometry;
    private final RegionDetails details;
    private final List<Problem> problems;
    private final BitSet existing = new BitSet();
    private final BitSet metadataClusters = new BitSet();
    private final BitSet mapped = new BitSet();
    private final Map<Integer, BitSet> sliced = new HashMap<>();
    private long wholeRegions;
    private long partialRegions;
    private long slicedRegions;
    private long zeroRegions;
    private long slices;
    private long promised;

    private Layer layer;
    private int region;
    private int entry;
    private long layerClusters;
    private long layerSlices;

    SpaceCheck(Metadata metadata, List<MemberDisk> disks, List<Problem> problems) {
        this.metadata = metadata;
        this.problems = problems;
        geometry = metadata.geometry();
        details = metadata.details();
        for (MemberDisk disk : disks) {
            for (Extent extent : disk.label().extents()) {
                existing.set(extent.firstCluster(), Math.toIntExact(extent.endCluster()));
            }
        }
    }

    long clusters() {
        return existing.cardinality();
    }

    long usedClusters() {
        return mapped.cardinality();
    }

    long slicedClusters() {
        return sliced.size();
    }

    long metadataClusters() {
        return metadataClusters.cardinality();
    }

    long freeClusters() {
        return clusters() - usedClusters() - slicedClusters() - metadataClusters();
    }

    long slices() {
        return slices;
    }

    long wholeRegions() {
        return wholeRegions;
    }

    long partialRegions() {
        return partialRegions;
    }

    long slicedRegions() {
        return slicedRegions;
    }

    long zeroRegions() {
        return zeroRegions;
    }

    void run() {
        for (int[] copies : metadata.metadataSpace().clusters()) {
            for (int cluster : copies) {
                if (!existing.get(cluster) || metadataClusters.get(cluster)) {
                    problems.add(
                            new Problem(
                                    "metadata cluster " + cluster,
                                    "does not exist or is used twice"));
                }
                metadataClusters.set(cluster);
            }
        }
        for (Layer each : metadata.layers()) {
            layer(each);
        }
        if (partialRegions != details.partial.slotsInUse()
                || slicedRegions != details.sliced.slotsInUse()) {
            problems.add(
                    new Problem(
                            "detail slots",
                            "%d partial and %d sliced ones are in use, maps name %d and %d"
                                    .formatted(
                                            details.partial.slotsInUse(),
                                            details.sliced.slotsInUse(),
                                            partialRegions,
                                            slicedRegions)));
        }
    }

    private void layer(Layer each) {
        layer = each;
        layerClusters = 0;
        layerSlices = 0;
        long regions = 0;
        for (region = metadata.nextMapped(layer, 0);
                region < layer.regions();
                region = metadata.nextMapped(layer, region + 1)) {
            regions++;
            entry = metadata.entry(layer, region);
            region();
        }
        if (regions != layer.mappedRegions()
                || layerClusters != layer.mappedClusters()
                || layerSlices != layer.mappedSlices()) {
            problems.add(
                    new Problem(
                            layer.toString(),
                            "maps %d regions, %d clusters, %d slices; counted were %d, %d, %d"
                                    .formatted(
                                            regions,
                                            layerClusters,
                                            layerSlices,
                                            layer.mappedRegions(),
                                            layer.mappedClusters(),
                                            layer.mappedSlices())));
        }
        if (layer.record().thick() && layer.record().kind() != Kind.DELETED) {
            promised += Math.max(0, layer.regions() - layerClusters);
        }
    }

    private void region() {
        if (MapEntry.isZero(entry)) {
            zeroRegions++;
        } else if (MapEntry.isWhole(entry)) {
            wholeRegions++;
            cluster(MapEntry.cluster(entry));
        } else if (slot()) {
            if (MapEntry.isPartial(entry)) {
                partialRegions++;
                cluster(metadata.cluster(entry));
            } else {
                slicedRegions++;
            }
            masks();
        }
    }

    private boolean slot() {
        SlotSpace space = details.space(entry);
        int slot = MapEntry.slot(entry);
        boolean mine =
                space.isUsed(slot)
                        && space.getInt(slot, DetailSlot.LAYER_AT) == layer.id()
                        && space.getInt(slot, DetailSlot.REGION_AT) == region;
        if (!mine) {
            problem("its slot has another owner");
        }
        return mine;
    }

    private void cluster(int cluster) {
        layerClusters++;
        if (!existing.get(cluster)) {
            problem("cluster %d is on no disk".formatted(cluster));
        } else if (metadataClusters.get(cluster)
                || mapped.get(cluster)
                || sliced.containsKey(cluster)) {
            problem("cluster %d has another owner".formatted(cluster));
        } else {
            mapped.set(cluster);
        }
    }

    private void masks() {
        boolean isSliced = MapEntry.isSliced(entry);
        int units = 0;
        for (int slice = 0; slice < geometry.slicesPerCluster(); slice++) {
            int mask = metadata.mask(entry, slice);
            int valid = DetailSlot.valid(mask);
            units += Integer.bitCount(valid);
            if ((valid & DetailSlot.zero(mask)) != 0) {
                problem("slice %d has units both valid and zero".formatted(slice));
            }
            if (isSliced) {
                long place = metadata.place(entry, slice);
                if ((place == Place.NONE) != (valid == 0)) {
                    problem("slice %d has a place or valid units, not both".formatted(slice));
                }
                if (place != Place.NONE) {
                    slice(place);
                }
            }
        }
        if (units != metadata.validUnits(entry)) {
            problem(
                    "%d units are valid, counted were %d"
                            .formatted(units, metadata.validUnits(entry)));
        }
        boolean smallest =
                isSliced
                        ? units > 0 || details.withoutValid(entry) == entry
                        : units > 0 && units < geometry.unitsPerCluster();
        if (!smallest) {
            problem("%d valid units are not its smallest form".formatted(units));
        }
    }

    private void slice(long place) {
        layerSlices++;
        slices++;
        int cluster = Place.cluster(place);
        if (!existing.get(cluster) || Place.slice(place) >= geometry.slicesPerCluster()) {
            problem(Place.text(place) + " is on no disk");
            return;
        }
        if (metadataClusters.get(cluster) || mapped.get(cluster)) {
            problem(Place.text(place) + " is in a cluster that has another owner");
            return;
        }
        BitSet taken = sliced.computeIfAbsent(cluster, absent -> new BitSet());
        if (taken.get(Place.slice(place))) {
            problem(Place.text(place) + " has another owner");
        }
        taken.set(Place.slice(place));
    }

    /**
     * Compares with the counters of the pool.
     *
     * @param idle whether nothing can be held or dying, as after loading
     */
    void compare(Space space, boolean idle) {
        equal("clusters", clusters(), space.total());
        equal("metadata clusters", metadataClusters(), space.metadata());
        equal("mapped clusters", usedClusters(), space.mapped());
        equal("mapped slices", slices, space.mappedSlices());
        equal("promised clusters", promised, space.promised());
        equal(
                "all clusters",
                space.total(),
                space.metadata()
                        + space.mapped()
                        + space.sliced()
                        + space.held()
                        + space.dying()
                        + space.free());
        equal(
                "all slices",
                space.sliced() * geometry.slicesPerCluster(),
                space.mappedSlices()
                        + space.heldSlices()
                        + space.dyingSlices()
                        + space.freeSlices());
        if (idle) {
            equal("free clusters", freeClusters(), space.free());
            equal("clusters with slices", slicedClusters(), space.sliced());
            equal("held and dying", 0, space.held() + space.dying());
            equal("held and dying slices", 0, space.heldSlices() + space.dyingSlices());
        }
        if (space.free() < 0 || space.held() < 0 || space.dying() < 0 || space.dyingSlices() < 0) {
            problems.add(new Problem("counters", space.toString()));
        }
    }

    private void equal(String what, long counted, long known) {
        if (counted != known) {
            problems.add(new Problem("counters", "%s: %d, not %d".formatted(what, counted, known)));
        }
    }

    private void problem(String what) {
        problems.add(
                new Problem(
                        "%s region %d (%s)".formatted(layer, region, MapEntry.text(entry)), what));
    }
}
