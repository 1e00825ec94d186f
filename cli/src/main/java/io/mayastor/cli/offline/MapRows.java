package io.mayastor.cli.offline;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.metadata.Layer;
import io.mayastor.engine.pool.metadata.Metadata;
import java.util.ArrayList;
import java.util.List;

/**
 * The map of a layer, without what it inherits. Whole regions in clusters one after the other, and
 * zero ones, share a row.
 */
final class MapRows {
    private final Metadata metadata;
    private final Layer layer;
    private final Rows rows =
            new Rows(">first_region", ">regions", "kind", "at", ">valid_units", ">zero_units");

    private MapRows(Metadata metadata, Layer layer) {
        this.metadata = metadata;
        this.layer = layer;
    }

    static Rows of(Metadata metadata, Layer layer) {
        MapRows map = new MapRows(metadata, layer);
        int region = metadata.nextMapped(layer, 0);
        while (region < layer.regions()) {
            region = metadata.nextMapped(layer, map.add(region));
        }
        return map.rows;
    }

    /** A row from this region on; returns the region after it. */
    private int add(int region) {
        int entry = metadata.entry(layer, region);
        if (MapEntry.isDetail(entry)) {
            detail(region, entry);
            return region + 1;
        }
        boolean whole = MapEntry.isWhole(entry);
        int end = region + 1;
        while (end < layer.regions()
                && metadata.entry(layer, end) == (whole ? entry + (end - region) : entry)) {
            end++;
        }
        int count = end - region;
        int units = metadata.geometry().unitsPerCluster();
        if (whole) {
            rows.add(
                    region,
                    count,
                    "whole",
                    "cluster " + MapEntry.cluster(entry),
                    (long) units * count,
                    0);
        } else {
            rows.add(region, count, "zero", null, 0, (long) units * count);
        }
        return end;
    }

    private void detail(int region, int entry) {
        boolean sliced = MapEntry.isSliced(entry);
        int zero = 0;
        List<String> places = new ArrayList<>();
        for (int slice = 0; slice < metadata.geometry().slicesPerCluster(); slice++) {
            zero += Integer.bitCount(DetailSlot.zero(metadata.mask(entry, slice)));
            long place = metadata.place(entry, slice);
            if (sliced && place != Place.NONE) {
                places.add("%d:%d.%d".formatted(slice, Place.cluster(place), Place.slice(place)));
            }
        }
        rows.add(
                region,
                1,
                sliced ? "sliced" : "partial",
                sliced
                        ? "slices " + String.join(" ", places)
                        : "cluster " + metadata.cluster(entry),
                metadata.validUnits(entry),
                zero);
    }
}
