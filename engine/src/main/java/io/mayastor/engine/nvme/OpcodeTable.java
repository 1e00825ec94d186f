package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * 256 dwords indexed by an 8-bit identifier, as in the log pages of commands and of log pages;
 * absent = 0.
 */
final class OpcodeTable {
    static final int ENTRIES = 256;
    static final int LENGTH = ENTRIES * Integer.BYTES;

    private OpcodeTable() {}

    static SortedMap<Integer, Integer> copyOf(Map<Integer, Integer> table) {
        table.keySet()
                .forEach(id -> {
                    if (id < 0 || id >= ENTRIES) {
                        throw new IllegalArgumentException(
                                "identifier %d is not one byte".formatted(id));
                    }
                });
        return Collections.unmodifiableSortedMap(new TreeMap<>(table));
    }

    static SortedMap<Integer, Integer> decode(MemorySegment memory, long base) {
        SortedMap<Integer, Integer> table = new TreeMap<>();
        for (int id = 0; id < ENTRIES; id++) {
            int value = LittleEndian.int32(memory, base + (long) id * Integer.BYTES);
            if (value != 0) {
                table.put(id, value);
            }
        }
        return table;
    }

    static void encode(MemorySegment memory, long base, SortedMap<Integer, Integer> table) {
        LittleEndian.clear(memory, base, LENGTH);
        table.forEach(
                (id, value) -> LittleEndian.put32(memory, base + (long) id * Integer.BYTES, value));
    }
}
