package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;

/** What the records that make, change and remove a layer do. */
final class LayerChanges {
    private final Geometry geometry;
    private final LayerMaps maps;
    private final LayerTree tree;
    private final LayerPages pages;
    private final RegionChanges regions;
    private final Allocator allocator;

    LayerChanges(
            Geometry geometry,
            LayerMaps maps,
            LayerTree tree,
            LayerPages pages,
            RegionChanges regions,
            Allocator allocator) {
        this.geometry = geometry;
        this.maps = maps;
        this.tree = tree;
        this.pages = pages;
        this.regions = regions;
        this.allocator = allocator;
    }

    void put(long sequence, LayerRecord record) {
        Layer layer = tree.layer(record.id());
        Layer parent = parent(record);
        long limit = Math.min(record.parentLimitBytes(), record.sizeBytes());
        if (layer == null) {
            layer = tree.add(record);
        } else {
            if (layer.parent == parent) {
                limit = Math.min(limit, layer.record.parentLimitBytes());
            }
            cut(sequence, layer, record.sizeBytes());
        }
        setUp(layer, record.with().parentLimitBytes(limit).make(), parent);
        pages.write(layer);
    }

    private Layer parent(LayerRecord record) {
        Layer parent = tree.layer(record.parent());
        if (parent == null && record.parent() != 0) {
            throw new IllegalStateException(
                    "layer %d has no parent %d".formatted(record.id(), record.parent()));
        }
        return parent;
    }

    private void cut(long sequence, Layer layer, long sizeBytes) {
        if (sizeBytes >= layer.record.sizeBytes()) {
            return;
        }
        int end = geometry.regions(sizeBytes);
        giveUpFrom(sequence, layer, end);
        int units = geometry.unitsIn(sizeBytes, end - 1);
        int rest = geometry.unitsPerCluster() - units;
        if (end > 0 && rest > 0) {
            regions.clear(sequence, layer, end - 1, units, rest, true);
        }
    }

    private void giveUpFrom(long sequence, Layer layer, int first) {
        for (int r = maps.nextMapped(layer, first);
                r < layer.regions;
                r = maps.nextMapped(layer, r + 1)) {
            regions.region(sequence, layer, r, MapEntry.ABSENT);
        }
    }

    /** The layer is as its record says; its map stays. */
    void setUp(Layer layer, LayerRecord record, Layer parent) {
        boolean otherAbove =
                layer.record.parentLimitBytes() != record.parentLimitBytes()
                        || layer.record.sizeBytes() != record.sizeBytes();
        layer.record = record;
        maps.resize(layer, geometry.regions(record.sizeBytes()));
        layer.parentLimitRegions = geometry.regions(record.parentLimitBytes());
        if (otherAbove) {
            tree.forgetTree(layer);
        }
        tree.adopt(layer, parent);
        allocator.promise(layer);
    }

    void remove(long sequence, int id) {
        Layer layer = tree.layer(id);
        if (layer == null || layer.children() > 0 || layer.clusters + layer.slices > 0) {
            throw new IllegalStateException("layer %d cannot be removed".formatted(id));
        }
        giveUpFrom(sequence, layer, 0);
        pages.free(layer);
        allocator.forget(layer);
        tree.remove(layer);
    }

    /** Takes over a layer whose pages were loaded; {@link #setUp} follows. */
    void load(int id, int[] recordPages) {
        tree.add(pages.read(id, recordPages)).recordPages = recordPages;
    }
}
