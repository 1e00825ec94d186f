package io.mayastor.engine.pool.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.pool.format.DetailSlot;
import io.mayastor.engine.pool.format.LayerRecord;
import io.mayastor.engine.pool.format.MapEntry;
import io.mayastor.engine.pool.format.Place;
import io.mayastor.engine.ring.Memory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random history of two volumes, one with clusters and one with slices, that ends in a crash. It
 * remembers every value each unit has had since the last synchronisation: one of them is what a
 * unit may read after a power cut, and the last one after the end of the process.
 */
final class CrashHistory implements AutoCloseable {
    private static final int PLAIN = 1;
    private static final int CLONE = 3;
    private static final int REGIONS = 2;
    private static final int UNITS = 48;
    private static final int GARBAGE = 0xEE;

    private final SplittableRandom random;
    private final boolean powerCut;
    private final HandMadePool pool = new HandMadePool(1);
    private final Map<Long, List<Integer>> values = new HashMap<>();
    private final Map<Long, Integer> cached = new HashMap<>();
    private final List<Long> undurableBlocks = new ArrayList<>();
    private int fill;

    CrashHistory(long seed, boolean powerCut) {
        random = new SplittableRandom(seed);
        this.powerCut = powerCut;
        pool.block()
                .layer(HandMadePool.replica(PLAIN, REGIONS))
                .layer(
                        HandMadePool.replica(2, REGIONS)
                                .with()
                                .kind(LayerRecord.Kind.SNAPSHOT)
                                .make())
                .layer(HandMadePool.replica(CLONE, REGIONS).with().parent(2).make())
                .write(0);
        synchronise();
    }

    void step() {
        int region = random.nextInt(REGIONS);
        switch (random.nextInt(10)) {
            case 0 -> synchronise();
            case 1, 2 -> clear(random.nextBoolean() ? PLAIN : CLONE, region);
            case 3 -> hydrate(region);
            case 4, 5, 6 -> writeInCluster(PLAIN, region);
            default -> {
                if (MapEntry.isPartial(entry(CLONE, region))) {
                    writeInCluster(CLONE, region);
                } else {
                    writeInSlice(region);
                }
            }
        }
    }

    private int entry(int layer, int region) {
        return pool.metadata.entry(pool.metadata.layer(layer), region);
    }

    private void writeInCluster(int layer, int region) {
        int entry = entry(layer, region);
        int cluster = MapEntry.isPartial(entry) ? pool.metadata.cluster(entry) : newCluster();
        if (cluster < 0) {
            return;
        }
        int first = random.nextInt(UNITS);
        int count = 1 + random.nextInt(Math.min(6, UNITS - first));
        fill = fill % 200 + 1;
        block(pool.block().units(layer, region, first, count, cluster, fill));
        for (int unit = first; unit < first + count; unit++) {
            write(Place.of(cluster, unit / 16), unit, fill);
            value(layer, region, unit, fill);
        }
    }

    private int newCluster() {
        int cluster = pool.metadata.allocateCluster(true);
        if (cluster >= 0) {
            pool.data(cluster, 0, 256, GARBAGE);
        }
        return cluster;
    }

    private void writeInSlice(int region) {
        int slice = random.nextInt(UNITS / 16);
        long place = pool.metadata.place(entry(CLONE, region), slice);
        if (place == Place.NONE) {
            place = pool.metadata.allocateSlice(Use.THICK);
            if (place == Place.NONE) {
                return;
            }
            pool.data(place, 0, 16, GARBAGE);
        }
        int first = slice * 16 + random.nextInt(16);
        int count = 1 + random.nextInt(slice * 16 + 16 - first);
        fill = fill % 200 + 1;
        block(pool.block().slice(CLONE, region, first, count, place, fill));
        for (int unit = first; unit < first + count; unit++) {
            write(place, unit, fill);
            value(CLONE, region, unit, fill);
        }
    }

    /** All units of a sliced region come into one cluster, valid. */
    private void hydrate(int region) {
        if (!MapEntry.isSliced(entry(CLONE, region))) {
            return;
        }
        int cluster = newCluster();
        if (cluster < 0) {
            return;
        }
        int[] fills = new int[UNITS];
        for (int unit = 0; unit < UNITS; unit++) {
            fills[unit] = values(CLONE, region, unit).getLast();
        }
        block(pool.block().units(CLONE, region, 0, cluster, fills));
        for (int unit = 0; unit < UNITS; unit++) {
            write(Place.of(cluster, unit / 16), unit, fills[unit]);
        }
    }

    private void clear(int layer, int region) {
        int first = random.nextInt(UNITS);
        int count = 1 + random.nextInt(UNITS - first);
        block(pool.block().clear(layer, region, first, count));
        for (int unit = first; unit < first + count; unit++) {
            value(layer, region, unit, 0);
        }
    }

    private void block(HandMadePool.Block block) {
        long before = pool.position;
        block.write(durable);
        undurableBlocks.add(before);
    }

    private long durable;

    private void synchronise() {
        cached.forEach((unit, data) -> put(unit, data));
        cached.clear();
        durable = pool.sequence;
        values.replaceAll((unit, all) -> new ArrayList<>(List.of(all.getLast())));
        pool.releaseDying();
        pool.block().write(durable);
        if (random.nextInt(4) == 0) {
            pool.checkpoint();
        }
        undurableBlocks.clear();
    }

    /** The data of a unit; on a power cut it may be in the disk's cache only. */
    private void write(long place, int unit, int data) {
        long key = place << 4 | unit % 16;
        cached.put(key, data);
        if (!powerCut || random.nextInt(3) != 0) {
            put(key, data);
        }
    }

    private void put(long key, int data) {
        pool.data(key >>> 4, (int) (key & 15), 1, data);
    }

    private void value(int layer, int region, int unit, int value) {
        values(layer, region, unit).add(value);
    }

    private List<Integer> values(int layer, int region, int unit) {
        long key = (long) layer << 32 | region * 256L + unit;
        return values.computeIfAbsent(key, absent -> new ArrayList<>(List.of(0)));
    }

    /** The crash, and what is there after it. */
    void verify() {
        if (powerCut && !undurableBlocks.isEmpty() && random.nextBoolean()) {
            long lost = undurableBlocks.get(random.nextInt(undurableBlocks.size()));
            int chunk = (int) (lost >>> 20) % HandMadePool.JOURNAL_CHUNKS;
            Memory.zero(pool.journalAddress(0, chunk, (int) lost & (1 << 20) - 1), 4096);
        }
        LoadedPool loaded = pool.load();
        try (Metadata metadata = loaded.metadata()) {
            assertEquals(List.of(), PoolCheck.check(loaded).problems());
            for (int layer : new int[] {PLAIN, CLONE}) {
                for (int region = 0; region < REGIONS; region++) {
                    for (int unit = 0; unit < UNITS; unit++) {
                        verify(metadata, layer, region, unit);
                    }
                }
            }
        }
    }

    private void verify(Metadata metadata, int layer, int region, int unit) {
        int entry = metadata.entry(metadata.layer(layer), region);
        int value = 0;
        if (MapEntry.isDetail(entry)) {
            int mask = DetailSlot.valid(metadata.mask(entry, unit / 16));
            if ((mask >>> unit % 16 & 1) != 0) {
                long place = metadata.place(entry, unit / 16);
                int at = (Place.slice(place) * 16 + unit % 16) * Geometry.UNIT_BYTES;
                value = Memory.getByte(pool.address(Place.cluster(place), at)) & 0xFF;
            }
        }
        List<Integer> allowed = values(layer, region, unit);
        boolean right = powerCut ? allowed.contains(value) : allowed.getLast() == value;
        assertTrue(
                right,
                "layer %d region %d (%s) unit %d reads %d, had %s"
                        .formatted(layer, region, MapEntry.text(entry), unit, value, allowed));
    }

    @Override
    public void close() {
        pool.close();
    }
}
