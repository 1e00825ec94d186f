package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.pool.format.Root;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A pool's metadata under random records, with the model beside it, checkpoints, and a log of the
 * records since the last one. One seed is one history.
 */
final class RandomPool implements AutoCloseable, FreedListener {
    private static final UUID POOL = new UUID(1, 2);
    private static final long PAGE_MEMORY = 64L << 20;
    private static final int MEBIBYTE = 1 << 20;

    private final Random random;
    private final Geometry geometry;
    private final int clusters;
    private final int maxRegions;
    private final Arena arena = Arena.ofShared();
    private final long placesAddress;
    private final PageStore store = new PageStore(POOL);
    private final Deque<Runnable> dying = new ArrayDeque<>();
    private Metadata metadata;
    private ModelPool model;
    private List<Consumer<Metadata>> sinceMark = new ArrayList<>();
    private List<Consumer<Metadata>> sinceRoot = new ArrayList<>();
    private Root root;
    private Root markedRoot;
    private ModelPool rootModel;
    private ModelPool markedModel;
    private long sequence;
    private long checkpoint;

    RandomPool(long seed, int clusterBytes, int clusters, int maxRegions) {
        random = new Random(seed);
        geometry = Geometry.of(clusterBytes);
        this.clusters = clusters;
        this.maxRegions = maxRegions;
        placesAddress = arena.allocate(8L * geometry.slicesPerCluster(), 8).address();
        metadata = empty();
        metadata.metadataSpace().copies(0, 1);
        assertTrue(metadata.metadataSpace().addJournalChunk());
        metadata.run(this);
        model = new ModelPool(geometry);
        mark();
        finishCheckpoint();
    }

    private Metadata empty() {
        Metadata made = new Metadata(geometry, POOL, PAGE_MEMORY);
        made.addExtent(0, 0, clusters / 2);
        made.addExtent(1, clusters / 2, clusters / 4);
        made.addExtent(0, clusters / 2 + clusters / 4, clusters / 4);
        return made;
    }

    void verify() {
        model.verify(metadata);
    }

    void step() {
        switch (random.nextInt(24)) {
            case 0 -> makeReplica();
            case 1 -> takeSnapshot();
            case 2 -> resize();
            case 3, 4, 5 -> mergeStep();
            case 6, 7, 8, 9 -> clear();
            case 10 -> dropRegion();
            case 11 -> hydrate();
            case 12 -> mark();
            case 13, 14 -> release(random.nextInt(20));
            default -> write();
        }
        if (markedRoot != null && !store.writeOne(metadata)) {
            finishCheckpoint();
        }
    }

    /** The process dies: a new one loads the last checkpoint and applies the records since. */
    void crash() {
        Metadata again = empty();
        List<String> problems = new ArrayList<>();
        again.load(root, problems);
        store.load(again, root.pages(), root.number(), root.fingerprint());
        again.derive(problems);
        assertEquals(List.of(), problems);
        rootModel.verify(again);
        sinceRoot.forEach(record -> record.accept(again));
        model.verify(again);
        Space recovered = again.space();
        assertEquals(0, recovered.dying() + recovered.dyingSlices());
        assertEquals(0, recovered.held() + recovered.heldSlices());
        dying.clear();
        metadata.close();
        metadata = again;
        markedRoot = null;
        markedModel = null;
        again.run(this);
        mark();
        finishCheckpoint();
    }

    private void record(Consumer<Metadata> record) {
        record.accept(metadata);
        sinceRoot.add(record);
        sinceMark.add(record);
    }

    private void mark() {
        if (markedRoot != null) {
            return;
        }
        checkpoint++;
        metadata.markCheckpoint(checkpoint, 1);
        markedRoot = root(0);
        markedModel = model.copy();
        sinceMark = new ArrayList<>();
    }

    private Root root(long fingerprint) {
        MetadataSpace.Lists lists = metadata.metadataSpace().marked();
        return new Root(
                POOL,
                checkpoint,
                (int) (checkpoint % 2),
                1,
                sequence,
                fingerprint,
                metadata.markedPages(),
                metadata.nextLayerId(),
                0,
                0,
                0,
                false,
                0,
                lists.copyDisks(),
                lists.clusters(),
                lists.pageChunks(),
                lists.journalChunks());
    }

    void finishCheckpoint() {
        if (markedRoot == null) {
            return;
        }
        while (store.writeOne(metadata)) {
            assertTrue(metadata.markedLeft() >= 0);
        }
        root = root(metadata.fingerprint());
        rootModel = markedModel;
        sinceRoot = sinceMark;
        sinceMark = new ArrayList<>();
        markedRoot = null;
    }

    private void makeReplica() {
        if (model.layers.size() >= 6) {
            return;
        }
        int id = metadata.newLayerId();
        long size =
                (1L + random.nextInt(maxRegions * (geometry.clusterBytes() / MEBIBYTE))) * MEBIBYTE;
        boolean thick =
                random.nextInt(3) == 0 && metadata.space().available() >= geometry.regions(size);
        put(LayerRecord.replica(id, new UUID(3, id), "r" + id, size, thick));
    }

    private void put(LayerRecord record) {
        long seq = ++sequence;
        record(m -> m.putLayer(seq, record));
        model.putLayer(record);
    }

    private Layer anyLayer(boolean writable) {
        List<Layer> found = new ArrayList<>();
        for (Layer layer : metadata.layers()) {
            if (layer.regions() > 0
                    && (!writable
                            || layer.children() == 0
                                    && layer.record().kind() != LayerRecord.Kind.DELETED)) {
                found.add(layer);
            }
        }
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }

    private void takeSnapshot() {
        Layer layer = anyLayer(random.nextInt(4) != 0);
        if (layer == null || model.layers.size() >= 12) {
            return;
        }
        if (layer.children() == 0) {
            put(layer.record().with().kind(LayerRecord.Kind.SNAPSHOT).thick(false).make());
        }
        LayerRecord record = metadata.layer(layer.id()).record();
        int id = metadata.newLayerId();
        put(
                LayerRecord.replica(id, new UUID(3, id), "r" + id, record.sizeBytes(), false)
                        .with()
                        .parent(layer.id())
                        .make());
    }

    private void resize() {
        Layer layer = anyLayer(true);
        if (layer == null) {
            return;
        }
        long size =
                (1L + random.nextInt(maxRegions * (geometry.clusterBytes() / MEBIBYTE))) * MEBIBYTE;
        if (layer.record().thick()
                && metadata.space().available() < geometry.regions(size) - layer.regions()) {
            return;
        }
        put(layer.record().with().sizeBytes(size).make());
    }

    /** One step of the background deletion, at random: all that it may do is done here. */
    private void mergeStep() {
        Layer layer = anyLayer(false);
        if (layer == null || layer.children() > 1) {
            return;
        }
        if (layer.record().kind() != LayerRecord.Kind.DELETED) {
            if (random.nextInt(4) == 0) {
                put(layer.record().with().kind(LayerRecord.Kind.DELETED).make());
            }
            return;
        }
        int region = metadata.nextMapped(layer, 0);
        if (region < layer.regions()) {
            Layer child = layer.children() == 1 ? layer.onlyChild() : null;
            if (child != null
                    && region < Math.min(child.regions(), child.parentLimitRegions())
                    && metadata.entry(child, region) == MapEntry.ABSENT) {
                move(layer.id(), child.id(), region);
            } else {
                region(layer.id(), region, MapEntry.ABSENT);
            }
            return;
        }
        for (Layer child : List.copyOf(layer.childLayers())) {
            LayerRecord record = child.record();
            put(
                    record.with()
                            .parent(layer.record().parent())
                            .parentLimitBytes(
                                    Math.min(
                                            record.parentLimitBytes(),
                                            layer.record().parentLimitBytes()))
                            .make());
        }
        int id = layer.id();
        long seq = ++sequence;
        record(m -> m.removeLayer(seq, id));
        model.removeLayer(id);
    }

    private void move(int from, int to, int region) {
        long seq = ++sequence;
        record(m -> m.move(seq, m.layer(from), m.layer(to), region));
        model.move(from, to, region);
    }

    private void region(int id, int region, int value) {
        long seq = ++sequence;
        record(m -> m.region(seq, m.layer(id), region, value));
        model.clear(id, region, 0, geometry.unitsPerCluster(), value == MapEntry.ZERO);
    }

    private void dropRegion() {
        Layer layer = anyLayer(true);
        if (layer != null) {
            region(layer.id(), random.nextInt(layer.regions()), random.nextInt(2));
        }
    }

    private void clear() {
        Layer layer = anyLayer(true);
        if (layer == null) {
            return;
        }
        int id = layer.id();
        int region = random.nextInt(layer.regions());
        int first = start();
        int count = count(first);
        boolean zero = random.nextInt(4) != 0;
        long seq = ++sequence;
        record(m -> m.clear(seq, m.layer(id), region, first, count, zero));
        model.clear(id, region, first, count, zero);
    }

    private int start() {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(geometry.unitsPerCluster());
    }

    private int count(int first) {
        int rest = geometry.unitsPerCluster() - first;
        return random.nextInt(3) == 0 ? rest : 1 + random.nextInt(rest);
    }

    private void write() {
        Layer layer = anyLayer(true);
        if (layer == null || !metadata.prepare(metadata.pagesPerChange())) {
            return;
        }
        int region = random.nextInt(layer.regions());
        int entry = metadata.entry(layer, region);
        int first = start();
        int count = count(first);
        boolean slices =
                MapEntry.isSliced(entry)
                        || (MapEntry.isAbsent(entry) || MapEntry.isZero(entry))
                                && layer.parent() != null
                                && random.nextInt(5) != 0;
        if (slices) {
            writeSlices(layer, region, first, count, entry);
        } else {
            writeCluster(layer, region, first, count, entry);
        }
    }

    private void writeCluster(Layer layer, int region, int first, int count, int entry) {
        boolean has = MapEntry.isWhole(entry) || MapEntry.isPartial(entry);
        int cluster =
                has ? metadata.cluster(entry) : metadata.allocateCluster(layer.record().thick());
        if (cluster < 0) {
            assertEquals(0, metadata.space().available());
            return;
        }
        inCluster(layer.id(), region, first, count, cluster);
    }

    private void inCluster(int id, int region, int first, int count, int cluster) {
        long seq = ++sequence;
        record(m -> m.units(seq, m.layer(id), region, first, count, cluster, 0));
        model.inCluster(id, region, first, count, cluster);
    }

    private void writeSlices(Layer layer, int region, int first, int count, int entry) {
        int firstSlice = first / Geometry.UNITS_PER_SLICE;
        long[] places = new long[(first + count - 1) / Geometry.UNITS_PER_SLICE - firstSlice + 1];
        List<Long> held = new ArrayList<>();
        for (int i = 0; i < places.length; i++) {
            places[i] = metadata.place(entry, firstSlice + i);
            if (places[i] == Place.NONE) {
                places[i] = metadata.allocateSlice();
                if (places[i] == Place.NONE) {
                    held.forEach(metadata::releaseSlice);
                    return;
                }
                held.add(places[i]);
            }
        }
        int id = layer.id();
        long seq = ++sequence;
        record(m -> {
            for (int i = 0; i < places.length; i++) {
                Memory.putLong(placesAddress + 8L * i, places[i]);
            }
            m.units(seq, m.layer(id), region, first, count, 0, placesAddress);
        });
        model.inSlices(id, region, first, count, places);
    }

    private void hydrate() {
        Layer layer = anyLayer(true);
        if (layer == null) {
            return;
        }
        int region = random.nextInt(layer.regions());
        if (MapEntry.isSliced(metadata.entry(layer, region))) {
            int cluster = metadata.allocateCluster(Use.UPKEEP);
            if (cluster >= 0) {
                inCluster(layer.id(), region, 0, geometry.unitsPerCluster(), cluster);
            }
        }
    }

    @Override
    public void cluster(int cluster, long freedBy) {
        assertEquals(sequence, freedBy);
        dying.add(() -> metadata.releaseCluster(cluster));
    }

    @Override
    public void slice(long place, long freedBy) {
        assertEquals(sequence, freedBy);
        dying.add(() -> metadata.releaseSlice(place));
    }

    private void release(int count) {
        for (int i = 0; i < count && !dying.isEmpty(); i++) {
            dying.remove().run();
        }
    }

    @Override
    public void close() {
        metadata.close();
        store.close();
        arena.close();
    }
}
