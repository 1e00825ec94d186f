package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Valid structures, fixed and random. */
final class Samples {
    static final UUID POOL = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    static final UUID DISK = UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10");
    static final UUID OTHER = UUID.fromString("11121314-1516-1718-191a-1b1c1d1e1f20");
    static final int CLUSTER = 4 << 20;

    private Samples() {}

    static Label label() {
        return new Label(
                POOL,
                7,
                3,
                DISK,
                1,
                0,
                CLUSTER,
                512,
                1L << 30,
                1_700_000_000_000L,
                "pool-ü",
                "node-1",
                List.of(new Label.Extent(16, 8, 1 << 20), new Label.Extent(90, 2, 64 << 20)),
                List.of(
                        new Label.Disk(OTHER, true, false),
                        new Label.Disk(DISK, false, false),
                        new Label.Disk(POOL, true, true)));
    }

    static Root root() {
        return new Root(
                POOL,
                9,
                1,
                3,
                1234,
                0x1122334455667788L,
                130,
                17,
                1,
                8192,
                0xCAFEBABE,
                true,
                99 * 4096,
                new int[] {0, 2},
                new int[][] {{1, 5}, {9, 7}},
                new int[] {Root.chunk(0, 0), Root.chunk(0, 3)},
                new int[] {Root.chunk(0, 1), Root.chunk(1, 2)});
    }

    static LayerRecord layer() {
        return LayerRecord.replica(5, DISK, "vol", 8L << 20, true)
                .with()
                .kind(LayerRecord.Kind.SNAPSHOT)
                .parent(4)
                .parentLimitBytes(4L << 20)
                .pending(true)
                .allowedHosts(List.of("nqn.a", "nqn.b"))
                .createTime("2026-01-02T03:04:05Z")
                .parentUuid(POOL)
                .reservations(new byte[] {1, 2, 3})
                .keyId(6)
                .make();
    }

    /** Writes a random record; returns what it says. */
    static JournalRecord record(long address, RandomGenerator random) {
        int layer = 1 + random.nextInt(1000);
        int region = random.nextInt(1 << 20);
        int first = random.nextInt(1024);
        int count = 1 + random.nextInt(Math.min(70, 1024 - first));
        switch (random.nextInt(7)) {
            case 0 -> {
                int cluster = random.nextInt(1 << 20);
                RecordWriter.units(address, layer, region, first, count, cluster);
                return new JournalRecord.Units(
                        layer,
                        region,
                        first,
                        count,
                        cluster,
                        null,
                        crcs(RecordWriter.crcsAt(address, 0), count, random));
            }
            case 1 -> {
                long[] places = new long[RecordWriter.slices(first, count)];
                RecordWriter.slicedUnits(address, layer, region, first, count);
                for (int i = 0; i < places.length; i++) {
                    places[i] = Place.of(random.nextInt(1 << 20), random.nextInt(64));
                    Memory.putLong(RecordWriter.placesAt(address) + 8L * i, places[i]);
                }
                int[] crcs = crcs(RecordWriter.crcsAt(address, places.length), count, random);
                return new JournalRecord.Units(layer, region, first, count, 0, places, crcs);
            }
            case 2 -> {
                boolean zero = random.nextBoolean();
                RecordWriter.clear(address, layer, region, first, count, zero);
                return new JournalRecord.Clear(layer, region, first, count, zero);
            }
            case 3 -> {
                int value = random.nextInt(2);
                RecordWriter.region(address, layer, region, value);
                return new JournalRecord.Region(layer, region, value);
            }
            case 4 -> {
                RecordWriter.move(address, layer, layer + 1, region);
                return new JournalRecord.Move(layer, layer + 1, region);
            }
            case 5 -> {
                LayerRecord record = layer().with().id(layer + 4).name("v" + region).make();
                RecordWriter.putLayer(address, record.id(), record.encoded());
                return new JournalRecord.PutLayer(record);
            }
            default -> {
                RecordWriter.removeLayer(address, layer);
                return new JournalRecord.RemoveLayer(layer);
            }
        }
    }

    private static int[] crcs(long address, int count, RandomGenerator random) {
        int[] crcs = new int[count];
        for (int i = 0; i < count; i++) {
            crcs[i] = random.nextInt();
            Memory.putInt(address + 4L * i, crcs[i]);
        }
        return crcs;
    }
}
