package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Identify CNS 1Ch: combinations of command sets a controller can enable, 4096 bytes: 512 vectors
 * of 8 bytes, ended by 0 (Base 2.0 §5.17.2.21).
 *
 * @param combinations vectors; bit 0 NVM, bit 1 key value, bit 2 zoned
 */
public record IoCommandSets(List<Long> combinations) {
    public static final int LENGTH = 4096;
    public static final int MAX_COMBINATIONS = LENGTH / Long.BYTES;

    /** Bit of a vector: the NVM command set. */
    public static final long NVM = 1;

    public IoCommandSets {
        if (combinations.size() > MAX_COMBINATIONS) {
            throw new IllegalArgumentException(
                    "%d combinations of command sets".formatted(combinations.size()));
        }
        combinations = List.copyOf(combinations);
    }

    public static IoCommandSets decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "I/O command sets");
        List<Long> combinations = new ArrayList<>();
        for (int i = 0; i < MAX_COMBINATIONS; i++) {
            long vector = LittleEndian.int64(memory, base + (long) i * Long.BYTES);
            if (vector == 0) {
                break;
            }
            combinations.add(vector);
        }
        return new IoCommandSets(combinations);
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        for (int i = 0; i < combinations.size(); i++) {
            LittleEndian.put64(memory, base + (long) i * Long.BYTES, combinations.get(i));
        }
    }
}
