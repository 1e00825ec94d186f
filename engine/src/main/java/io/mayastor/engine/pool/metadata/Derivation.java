package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.FormatException;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.pool.format.Place;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes the state in memory out of the pages of a checkpoint: layers, maps, detail slots, and the
 * free space, which is what no map names. Every contradiction is told; a state with one is not used
 * for I/O.
 */
final class Derivation {
    private final Geometry geometry;
    private final PageTable table;
    private final RegionDetails details;
    private final LayerMaps maps;
    private final LayerTree tree;
    private final LayerChanges layerChanges;
    private final Allocator allocator;

    Derivation(
            Geometry geometry,
            PageTable table,
            RegionDetails details,
            LayerMaps maps,
            LayerTree tree,
            LayerChanges layerChanges,
            Allocator allocator) {
        this.geometry = geometry;
        this.table = table;
        this.details = details;
        this.maps = maps;
        this.tree = tree;
        this.layerChanges = layerChanges;
        this.allocator = allocator;
    }

    void run(List<String> problems) {
        layers(problems);
        pages(problems);
        if (!details.partial.loaded() || !details.sliced.loaded()) {
            problems.add("a detail slot lacks some of its pages");
            return;
        }
        int partials = 0;
        int sliceds = 0;
        for (Layer layer : tree.layers()) {
            for (int r = maps.nextMapped(layer, 0);
                    r < layer.regions;
                    r = maps.nextMapped(layer, r + 1)) {
                int entry = maps.entry(layer, r);
                String problem = region(layer, r, entry);
                if (problem != null) {
                    problems.add(
                            "%s region %d (%s): %s"
                                    .formatted(layer, r, MapEntry.text(entry), problem));
                }
                partials += MapEntry.isPartial(entry) ? 1 : 0;
                sliceds += MapEntry.isSliced(entry) ? 1 : 0;
            }
        }
        if (partials != details.partial.slotsInUse() || sliceds != details.sliced.slotsInUse()) {
            problems.add(
                    "%d partial and %d sliced slots are in use, maps name %d and %d"
                            .formatted(
                                    details.partial.slotsInUse(),
                                    details.sliced.slotsInUse(),
                                    partials,
                                    sliceds));
        }
    }

    private void layers(List<String> problems) {
        TreeMap<Integer, TreeMap<Integer, Integer>> parts = new TreeMap<>();
        for (int page = 0; page < table.pages(); page++) {
            long address = table.address(page);
            if (PageHeader.type(address) == PageHeader.LAYER) {
                Integer other =
                        parts.computeIfAbsent(PageHeader.owner(address), id -> new TreeMap<>())
                                .put(PageHeader.index(address), page);
                if (other != null) {
                    problems.add("pages %d and %d are the same".formatted(other, page));
                }
            }
        }
        parts.forEach((id, pages) -> layer(id, pages, problems));
        for (Layer layer : tree.layers()) {
            Layer parent = tree.layer(layer.record.parent());
            if (parent == null && layer.record.parent() != 0) {
                problems.add(layer + " has no parent " + layer.record.parent());
            }
            try {
                layerChanges.setUp(layer, layer.record, parent);
            } catch (IllegalStateException e) {
                problems.add(e.getMessage());
            }
        }
    }

    private void layer(int id, TreeMap<Integer, Integer> parts, List<String> problems) {
        int[] pages = parts.values().stream().mapToInt(Integer::intValue).toArray();
        if (parts.lastKey() != pages.length - 1) {
            problems.add("layer %d lacks a part of its record".formatted(id));
            return;
        }
        try {
            layerChanges.load(id, pages);
        } catch (FormatException e) {
            problems.add(e.getMessage());
        }
    }

    private void pages(List<String> problems) {
        for (int page = 0; page < table.pages(); page++) {
            long address = table.address(page);
            int index = PageHeader.index(address);
            String problem =
                    switch (PageHeader.type(address)) {
                        case PageHeader.MAP -> map(page, PageHeader.owner(address));
                        case PageHeader.PARTIAL -> slots(details.partial, page, index);
                        case PageHeader.SLICED -> slots(details.sliced, page, index);
                        default -> null;
                    };
            if (problem != null) {
                problems.add("page %d %s".formatted(page, problem));
            }
        }
    }

    private String map(int page, int owner) {
        Layer layer = tree.layer(owner);
        return layer == null ? "is of layer " + owner + ", unknown" : maps.load(layer, page);
    }

    private static String slots(SlotSpace space, int page, int index) {
        return space.load(page, index) ? null : "cannot have the index " + index;
    }

    private String region(Layer layer, int region, int entry) {
        if (!MapEntry.isDetail(entry)) {
            return MapEntry.isZero(entry) || allocator.map(layer, MapEntry.cluster(entry))
                    ? null
                    : "its cluster does not exist or has another owner";
        }
        SlotSpace space = details.space(entry);
        int slot = MapEntry.slot(entry);
        if (!space.isUsed(slot)
                || space.getInt(slot, DetailSlot.LAYER_AT) != layer.id()
                || space.getInt(slot, DetailSlot.REGION_AT) != region) {
            return "its slot has another owner";
        }
        return MapEntry.isSliced(entry) ? sliced(layer, entry) : partial(layer, entry);
    }

    private String partial(Layer layer, int entry) {
        String problem = masks(entry, false);
        if (problem == null && !allocator.map(layer, details.cluster(entry))) {
            return "cluster %d does not exist or has another owner"
                    .formatted(details.cluster(entry));
        }
        return problem;
    }

    private String sliced(Layer layer, int entry) {
        for (int slice = 0; slice < geometry.slicesPerCluster(); slice++) {
            long place = details.place(entry, slice);
            if (place != Place.NONE && !allocator.map(layer, place)) {
                return Place.text(place) + " does not exist or has another owner";
            }
        }
        return masks(entry, true);
    }

    private String masks(int entry, boolean sliced) {
        int units = 0;
        for (int slice = 0; slice < geometry.slicesPerCluster(); slice++) {
            int mask = details.mask(entry, slice);
            int valid = DetailSlot.valid(mask);
            if ((valid & DetailSlot.zero(mask)) != 0) {
                return "slice %d has units both valid and zero".formatted(slice);
            }
            if (sliced && (valid == 0) != (details.place(entry, slice) == Place.NONE)) {
                return "slice %d has a place or valid units, not both".formatted(slice);
            }
            units += Integer.bitCount(valid);
        }
        if (units != details.validUnits(entry)) {
            return "%d units are valid, %d counted".formatted(units, details.validUnits(entry));
        }
        boolean smallest =
                sliced
                        ? units > 0 || details.withoutValid(entry) == entry
                        : units > 0 && units < geometry.unitsPerCluster();
        return smallest ? null : "%d valid units are not its smallest form".formatted(units);
    }
}
