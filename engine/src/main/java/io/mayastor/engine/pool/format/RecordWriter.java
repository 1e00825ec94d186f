package io.mayastor.engine.pool.format;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes journal records, as {@link JournalRecord} draws them, to a native address. Each method
 * answers the record's length; nothing is allocated.
 */
public final class RecordWriter {
    public static final int CLEAR_BYTES = 24;
    public static final int REGION_BYTES = 24;
    public static final int MOVE_BYTES = 24;
    public static final int REMOVE_LAYER_BYTES = 16;

    static final int HEAD_BYTES = 8;
    static final int LENGTH_AT = 4;
    static final int UNITS_AT = 32;
    static final int PUT_LAYER_AT = 16;
    static final int SLICED = 1;
    static final int ZERO = 1;

    private RecordWriter() {}

    /** Slices that a range of units touches. */
    public static int slices(int first, int count) {
        return (first + count - 1) / DiskLayout.UNITS_PER_SLICE
                - first / DiskLayout.UNITS_PER_SLICE
                + 1;
    }

    /**
     * Length of a record of units.
     *
     * @param slices touched, 0 when the region is not sliced
     */
    public static int unitsBytes(int count, int slices) {
        return UNITS_AT + Place.BYTES * slices + (Integer.BYTES * count + 7 & ~7);
    }

    /**
     * Units in one cluster. The caller puts a CRC for each unit at {@link #crcsAt}.
     *
     * @return the record's length
     */
    public static int units(
            long address, int layer, int region, int first, int count, int cluster) {
        return unitsHead(address, 0, layer, region, first, count, cluster, unitsBytes(count, 0));
    }

    /**
     * Units in slices. The caller puts the place of each slice touched at {@link #placesAt} and a
     * CRC for each unit at {@link #crcsAt}.
     *
     * @return the record's length
     */
    public static int slicedUnits(long address, int layer, int region, int first, int count) {
        int length = unitsBytes(count, slices(first, count));
        return unitsHead(address, SLICED, layer, region, first, count, 0, length);
    }

    /** Where the places of a record of sliced units begin. */
    public static long placesAt(long address) {
        return address + UNITS_AT;
    }

    /**
     * Where the CRCs of a record of units begin.
     *
     * @param slices touched, 0 when the region is not sliced
     */
    public static long crcsAt(long address, int slices) {
        return address + UNITS_AT + (long) Place.BYTES * slices;
    }

    public static int clear(
            long address, int layer, int region, int first, int count, boolean zero) {
        head(address, JournalRecord.CLEAR, zero ? ZERO : 0, CLEAR_BYTES);
        Memory.putInt(address + 8, layer);
        Memory.putInt(address + 12, region);
        Memory.putInt(address + 16, first);
        Memory.putInt(address + 20, count);
        return CLEAR_BYTES;
    }

    /**
     * A region gives up all it has.
     *
     * @param value {@link MapEntry#ABSENT} or {@link MapEntry#ZERO}
     */
    public static int region(long address, int layer, int region, int value) {
        head(address, JournalRecord.REGION, 0, REGION_BYTES);
        Memory.putInt(address + 8, layer);
        Memory.putInt(address + 12, region);
        Memory.putInt(address + 16, value);
        Memory.putInt(address + 20, 0);
        return REGION_BYTES;
    }

    public static int move(long address, int from, int to, int region) {
        head(address, JournalRecord.MOVE, 0, MOVE_BYTES);
        Memory.putInt(address + 8, from);
        Memory.putInt(address + 12, to);
        Memory.putInt(address + 16, region);
        Memory.putInt(address + 20, 0);
        return MOVE_BYTES;
    }

    /** Length of the record that carries an encoded layer of so many bytes. */
    public static int putLayerBytes(int encodedBytes) {
        return PUT_LAYER_AT + encodedBytes;
    }

    /**
     * A layer is made or changed.
     *
     * @param encoded what {@link LayerRecord#encoded} gave
     */
    public static int putLayer(long address, int layer, byte[] encoded) {
        int length = putLayerBytes(encoded.length);
        head(address, JournalRecord.PUT_LAYER, 0, length);
        Memory.putInt(address + 8, layer);
        Memory.putInt(address + 12, encoded.length);
        MemorySegment.copy(
                encoded,
                0,
                Memory.ALL,
                ValueLayout.JAVA_BYTE,
                address + PUT_LAYER_AT,
                encoded.length);
        return length;
    }

    public static int removeLayer(long address, int layer) {
        head(address, JournalRecord.REMOVE_LAYER, 0, REMOVE_LAYER_BYTES);
        Memory.putInt(address + 8, layer);
        Memory.putInt(address + 12, 0);
        return REMOVE_LAYER_BYTES;
    }

    private static int unitsHead(
            long address,
            int flags,
            int layer,
            int region,
            int first,
            int count,
            int cluster,
            int length) {
        // The padding after an odd number of CRCs; the caller writes all the rest.
        Memory.putInt(address + length - 4, 0);
        head(address, JournalRecord.UNITS, flags, length);
        Memory.putInt(address + 8, layer);
        Memory.putInt(address + 12, region);
        Memory.putInt(address + 16, first);
        Memory.putInt(address + 20, count);
        Memory.putInt(address + 24, cluster);
        Memory.putInt(address + 28, 0);
        return length;
    }

    private static void head(long address, int type, int flags, int length) {
        Memory.putInt(address, type | flags << 16);
        Memory.putInt(address + LENGTH_AT, length);
    }
}
