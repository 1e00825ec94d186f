package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.PageHeader;
import io.mayastor.engine.ring.Memory;

/** The map pages of the layers. A page whose regions are all absent does not exist. */
final class LayerMaps {
    private static final int ENTRIES = PageHeader.MAP_ENTRIES;

    private final PageTable table;

    LayerMaps(PageTable table) {
        this.table = table;
    }

    /** Beyond the end all is absent: a request may have waited while its volume shrank. */
    int entry(Layer layer, int region) {
        int index = region / ENTRIES;
        long map = index < layer.maps.length ? layer.maps[index] : 0;
        return map == 0
                ? MapEntry.ABSENT
                : Memory.getInt(map + Integer.BYTES * (long) (region - index * ENTRIES));
    }

    /** Sets the entry; true when the region became absent or is not absent any more. */
    boolean set(Layer layer, int region, int value) {
        int index = region / ENTRIES;
        int old = entry(layer, region);
        if (old == value) {
            return false;
        }
        if (layer.maps[index] == 0) {
            attach(layer, index, table.allocate(PageHeader.MAP, layer.id(), index));
        }
        table.touch(layer.mapPages[index]);
        Memory.putInt(layer.maps[index] + Integer.BYTES * (long) (region % ENTRIES), value);
        int added = (value == MapEntry.ABSENT ? 0 : 1) - (old == MapEntry.ABSENT ? 0 : 1);
        layer.entries += added;
        layer.entriesIn[index] += added;
        if (layer.entriesIn[index] == 0) {
            table.free(layer.mapPages[index]);
            layer.maps[index] = 0;
        }
        return added != 0;
    }

    /** Makes the layer's map fit its number of regions; those that go away are absent. */
    void resize(Layer layer, int regions) {
        layer.resize(regions, (regions + ENTRIES - 1) / ENTRIES);
    }

    /** The first region from here on that is not absent, or the layer's number of regions. */
    int nextMapped(Layer layer, int from) {
        int region = from;
        while (region < layer.regions) {
            int index = region / ENTRIES;
            if (layer.maps[index] == 0) {
                region = (index + 1) * ENTRIES;
            } else if (entry(layer, region) == MapEntry.ABSENT) {
                region++;
            } else {
                return region;
            }
        }
        return layer.regions;
    }

    /** Takes over a loaded page; what is wrong with it, or null. */
    String load(Layer layer, int page) {
        int index = PageHeader.index(table.address(page));
        if (index >= layer.maps.length) {
            return "lies beyond the end of " + layer;
        }
        if (layer.maps[index] != 0) {
            return "is a second map " + index + " of " + layer;
        }
        attach(layer, index, page);
        int first = index * ENTRIES;
        for (int i = 0; i < ENTRIES; i++) {
            if (Memory.getInt(layer.maps[index] + Integer.BYTES * (long) i) != MapEntry.ABSENT) {
                if (first + i >= layer.regions) {
                    return "maps a region beyond the end of " + layer;
                }
                layer.entriesIn[index]++;
            }
        }
        layer.entries += layer.entriesIn[index];
        return layer.entriesIn[index] == 0 ? "maps nothing" : null;
    }

    private void attach(Layer layer, int index, int page) {
        layer.mapPages[index] = page;
        layer.maps[index] = table.content(page);
    }
}
