package io.mayastor.engine.pool.metadata;

import java.util.Arrays;

/**
 * For each region of a layer with a parent: which layer above it holds the region. Two bytes a
 * region, only where somebody asked. 0: not known.
 */
final class NearestCache {
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK_REGIONS = 1 << CHUNK_SHIFT;

    private short[][] chunks = new short[0][];

    int get(int region) {
        int index = region >>> CHUNK_SHIFT;
        if (index >= chunks.length || chunks[index] == null) {
            return 0;
        }
        return chunks[index][region & CHUNK_REGIONS - 1] & 0xFFFF;
    }

    void put(int region, int value) {
        int index = region >>> CHUNK_SHIFT;
        if (index >= chunks.length) {
            chunks = Arrays.copyOf(chunks, index + 1);
        }
        if (chunks[index] == null) {
            chunks[index] = new short[CHUNK_REGIONS];
        }
        chunks[index][region & CHUNK_REGIONS - 1] = (short) value;
    }

    void forget(int region) {
        int index = region >>> CHUNK_SHIFT;
        if (index < chunks.length && chunks[index] != null) {
            chunks[index][region & CHUNK_REGIONS - 1] = 0;
        }
    }

    void forgetAll() {
        chunks = new short[0][];
    }

    long memoryBytes() {
        long bytes = 0;
        for (short[] chunk : chunks) {
            bytes += chunk == null ? 8 : 8 + Short.BYTES * (long) CHUNK_REGIONS;
        }
        return bytes;
    }
}
