package io.mayastor.engine.pool.metadata;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A pool's metadata on one disk, running, that collects what is given up. */
final class MetadataFixture implements AutoCloseable, FreedListener {
    static final UUID POOL = new UUID(7, 7);

    final Metadata metadata;
    final Geometry geometry;
    final List<Integer> freedClusters = new ArrayList<>();
    final List<Long> freedSlices = new ArrayList<>();
    private final Arena arena = Arena.ofShared();
    private final long places = arena.allocate(8 * 64, 8).address();
    private long sequence;

    MetadataFixture(int clusters) {
        this(4 << 20, clusters, 64L << 20);
    }

    MetadataFixture(int clusterBytes, int clusters, long pageMemoryBytes) {
        geometry = Geometry.of(clusterBytes);
        metadata = new Metadata(geometry, POOL, pageMemoryBytes);
        metadata.addExtent(0, 0, clusters);
        metadata.metadataSpace().copies(0);
        metadata.run(this);
    }

    Layer replica(int regions, boolean thick) {
        int id = metadata.newLayerId();
        long size = (long) regions * geometry.clusterBytes();
        return put(LayerRecord.replica(id, new UUID(8, id), "replica " + id, size, thick));
    }

    /** A layer whose parent is this one. */
    Layer child(Layer parent) {
        int id = metadata.newLayerId();
        return put(
                LayerRecord.replica(
                                id,
                                new UUID(8, id),
                                "replica " + id,
                                parent.record().sizeBytes(),
                                false)
                        .with()
                        .parent(parent.id())
                        .make());
    }

    Layer put(LayerRecord record) {
        metadata.putLayer(++sequence, record);
        return metadata.layer(record.id());
    }

    Layer resize(Layer layer, long sizeBytes) {
        return put(layer.record().with().sizeBytes(sizeBytes).make());
    }

    /** Units become valid in a new cluster, or in the one the region has. */
    int write(Layer layer, int region, int first, int count) {
        int entry = metadata.entry(layer, region);
        int cluster = entry == 0 ? metadata.allocateCluster(false) : metadata.cluster(entry);
        metadata.units(++sequence, layer, region, first, count, cluster, 0);
        return cluster;
    }

    void writeWhole(Layer layer, int region) {
        write(layer, region, 0, geometry.unitsPerCluster());
    }

    /** Units of one slice become valid in a new slice. */
    long writeSlice(Layer layer, int region, int first, int count) {
        long place = metadata.allocateSlice();
        Memory.putLong(places, place);
        metadata.units(++sequence, layer, region, first, count, 0, places);
        return place;
    }

    void units(Layer layer, int region, int first, int count, int cluster) {
        metadata.units(++sequence, layer, region, first, count, cluster, 0);
    }

    void clear(Layer layer, int region, int first, int count) {
        metadata.clear(++sequence, layer, region, first, count, true);
    }

    void region(Layer layer, int region, int value) {
        metadata.region(++sequence, layer, region, value);
    }

    void move(Layer from, Layer to, int region) {
        metadata.move(++sequence, from, to, region);
    }

    void remove(Layer layer) {
        metadata.removeLayer(++sequence, layer.id());
    }

    int entry(Layer layer, int region) {
        return metadata.entry(layer, region);
    }

    @Override
    public void cluster(int cluster, long freedBy) {
        freedClusters.add(cluster);
    }

    @Override
    public void slice(long place, long freedBy) {
        freedSlices.add(place);
    }

    @Override
    public void close() {
        metadata.close();
        arena.close();
    }
}
