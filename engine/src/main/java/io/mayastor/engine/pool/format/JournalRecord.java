package io.mayastor.engine.pool.format;

import static io.mayastor.engine.pool.format.FormatException.require;

import io.mayastor.engine.ring.Memory;

/**
 * A record of the journal as it is read. {@link RecordWriter} writes them. Every record begins with
 * type u16, flags u16 and its whole length u32, a multiple of 8; then
 *
 * <pre>
 * units      8 layer, 12 region, 16 first unit, 20 count, 24 cluster (not sliced), 28 reserved,
 *            32 sliced (flag 1): a {@link Place} u64 for each slice touched; then the CRC32C u32 of each unit
 * clear      8 layer, 12 region, 16 first unit, 20 count; flag 1: zero, else inherit
 * region     8 layer, 12 region, 16 value (0 absent, 1 zero), 20 reserved
 * move       8 from layer, 12 to layer, 16 region, 20 reserved
 * layer      8 layer id, 12 bytes of the encoded layer, 16 encoded {@link LayerRecord}
 * remove     8 layer id, 12 reserved
 * </pre>
 */
public sealed interface JournalRecord {
    int UNITS = 1;
    int CLEAR = 2;
    int REGION = 3;
    int MOVE = 4;
    int PUT_LAYER = 5;
    int REMOVE_LAYER = 6;

    /** Units become valid at a place; null {@code places}: in the cluster. */
    @SuppressWarnings("ArrayRecordComponent") // Made once by the decoder and only read.
    record Units(
            int layer, int region, int first, int count, int cluster, long[] places, int[] crcs)
            implements JournalRecord {
        public boolean sliced() {
            return places != null;
        }

        /** The place of the slice in which a unit of this record lies. */
        public long place(int unit) {
            int slice = unit / DiskLayout.UNITS_PER_SLICE;
            return places == null
                    ? Place.of(cluster, slice)
                    : places[slice - first / DiskLayout.UNITS_PER_SLICE];
        }
    }

    /** Units give up their content. */
    record Clear(int layer, int region, int first, int count, boolean zero)
            implements JournalRecord {}

    /** A region gives up all it has and is {@link MapEntry#ABSENT} or {@link MapEntry#ZERO}. */
    record Region(int layer, int region, int value) implements JournalRecord {}

    /** A region's entry goes from one layer to another one. */
    record Move(int from, int to, int region) implements JournalRecord {}

    /** A layer is made or changed. */
    record PutLayer(LayerRecord layer) implements JournalRecord {}

    /** A layer is gone. */
    record RemoveLayer(int layer) implements JournalRecord {}

    /** Whole length of a record that has been decoded. */
    static int length(long address) {
        return Memory.getInt(address + RecordWriter.LENGTH_AT);
    }

    /** The record at {@code address}, of whose block {@code available} bytes are left. */
    static JournalRecord decode(long address, int available) {
        require(available >= RecordWriter.HEAD_BYTES, "record: bytes left", available);
        int head = Memory.getInt(address);
        int length = length(address);
        require(
                length >= RecordWriter.REMOVE_LAYER_BYTES && length <= available && length % 8 == 0,
                "record: length",
                length);
        int type = head & 0xFFFF;
        int flags = head >>> 16;
        boolean mayHaveFlag = type == UNITS || type == CLEAR;
        require(flags == 0 || mayHaveFlag && flags == 1, "record: flags", flags);
        return switch (type) {
            case UNITS -> units(address, length, flags == RecordWriter.SLICED);
            case CLEAR -> {
                exact(length, RecordWriter.CLEAR_BYTES);
                checkUnits(address);
                yield new Clear(
                        layer(address, 8),
                        region(address, 12),
                        Memory.getInt(address + 16),
                        Memory.getInt(address + 20),
                        flags == RecordWriter.ZERO);
            }
            case REGION -> {
                exact(length, RecordWriter.REGION_BYTES);
                int value = Memory.getInt(address + 16);
                require(
                        value == MapEntry.ABSENT || value == MapEntry.ZERO,
                        "record: value of a region",
                        value);
                yield new Region(layer(address, 8), region(address, 12), value);
            }
            case MOVE -> {
                exact(length, RecordWriter.MOVE_BYTES);
                yield new Move(layer(address, 8), layer(address, 12), region(address, 16));
            }
            case PUT_LAYER -> {
                int bytes = Memory.getInt(address + 12);
                require(
                        bytes >= 0 && bytes == length - RecordWriter.PUT_LAYER_AT,
                        "record: bytes of a layer",
                        bytes);
                yield new PutLayer(
                        LayerRecord.decode(
                                layer(address, 8), address + RecordWriter.PUT_LAYER_AT, bytes));
            }
            case REMOVE_LAYER -> {
                exact(length, RecordWriter.REMOVE_LAYER_BYTES);
                yield new RemoveLayer(layer(address, 8));
            }
            default -> throw new FormatException("record: type " + type);
        };
    }

    private static Units units(long address, int length, boolean sliced) {
        require(length >= RecordWriter.UNITS_AT, "record: length", length);
        checkUnits(address);
        int first = Memory.getInt(address + 16);
        int count = Memory.getInt(address + 20);
        int cluster = Memory.getInt(address + 24);
        int slices = sliced ? RecordWriter.slices(first, count) : 0;
        // The count is at most 2^18: nothing overflows.
        exact(length, RecordWriter.unitsBytes(count, slices));
        require(
                cluster >= 0
                        && cluster <= DiskLayout.MAX_CLUSTER_NUMBER
                        && (!sliced || cluster == 0),
                "record: cluster",
                cluster);
        long at = address + RecordWriter.UNITS_AT;
        long[] places = sliced ? new long[slices] : null;
        for (int i = 0; i < slices; i++, at += Place.BYTES) {
            places[i] = Memory.getLong(at);
            require(Place.isPossible(places[i]), "record: place", places[i]);
        }
        int[] crcs = new int[count];
        for (int i = 0; i < count; i++) {
            crcs[i] = Memory.getInt(at + 4L * i);
        }
        return new Units(
                layer(address, 8), region(address, 12), first, count, cluster, places, crcs);
    }

    private static void checkUnits(long address) {
        int max = DiskLayout.MAX_CLUSTER / DiskLayout.UNIT;
        int first = Memory.getInt(address + 16);
        int count = Memory.getInt(address + 20);
        require(first >= 0 && first < max, "record: first unit", first);
        require(count >= 1 && count <= max - first, "record: count of units", count);
    }

    private static int layer(long address, int at) {
        int layer = Memory.getInt(address + at);
        require(layer > 0, "record: layer", layer);
        return layer;
    }

    private static int region(long address, int at) {
        int region = Memory.getInt(address + at);
        require(region >= 0, "record: region", region);
        return region;
    }

    private static void exact(int length, int expected) {
        require(length == expected, "record: length", length);
    }
}
