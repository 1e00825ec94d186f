package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.LayerRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * A node of the layer tree in memory: a replica, a snapshot, or a deleted one that waits to be
 * merged. It changes only through {@link Metadata}, on the pool's reactor.
 */
public final class Layer {
    /** Small number of this layer while it lives; indexes {@link LayerTree}. */
    final int slot;

    final List<Layer> children = new ArrayList<>();
    final NearestCache above = new NearestCache();
    LayerRecord record;
    Layer parent;
    int regions;
    int parentLimitRegions;

    /** By map page: address of its content, 0 when all its regions are absent. */
    long[] maps = new long[0];

    int[] mapPages = new int[0];
    int[] entriesIn = new int[0];
    int[] recordPages = new int[0];

    long entries;
    long clusters;
    long slices;
    long promised;

    Layer(int slot, LayerRecord record) {
        this.slot = slot;
        this.record = record;
    }

    void resize(int regionCount, int mapCount) {
        regions = regionCount;
        maps = Arrays.copyOf(maps, mapCount);
        mapPages = Arrays.copyOf(mapPages, mapCount);
        entriesIn = Arrays.copyOf(entriesIn, mapCount);
    }

    public int id() {
        return record.id();
    }

    public LayerRecord record() {
        return record;
    }

    /** The layer to ask for what this one inherits, or null. */
    public Layer parent() {
        return parent;
    }

    public int children() {
        return children.size();
    }

    public Collection<Layer> childLayers() {
        return Collections.unmodifiableList(children);
    }

    /** The only child; there must be exactly one. */
    public Layer onlyChild() {
        if (children.size() != 1) {
            throw new IllegalStateException(this + " has " + children.size() + " children");
        }
        return children.get(0);
    }

    public int regions() {
        return regions;
    }

    /** Regions below this one may be asked of the parent; from it on, what is absent is zero. */
    public int parentLimitRegions() {
        return parentLimitRegions;
    }

    /** Regions that are not absent. */
    public long mappedRegions() {
        return entries;
    }

    /** Clusters that only this layer names. */
    public long mappedClusters() {
        return clusters;
    }

    /** Slices that only this layer names. */
    public long mappedSlices() {
        return slices;
    }

    /** Bytes on the disks that only this layer names. */
    public long ownBytes(Geometry geometry) {
        return clusters * geometry.clusterBytes() + slices * Geometry.SLICE_BYTES;
    }

    /** Bytes on the disks that the layers above it name. */
    public long ancestorBytes(Geometry geometry) {
        long bytes = 0;
        for (Layer layer = parent; layer != null; layer = layer.parent) {
            bytes += layer.ownBytes(geometry);
        }
        return bytes;
    }

    long memoryBytes() {
        return 16L * maps.length + 4L * recordPages.length + above.memoryBytes();
    }

    @Override
    public String toString() {
        return "layer " + id();
    }
}
