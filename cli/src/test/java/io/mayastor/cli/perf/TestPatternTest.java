package io.mayastor.cli.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.ring.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What verify mode notices. */
class TestPatternTest {
    private static final int BLOCK = 512;

    private final MemorySegment memory = Arena.ofAuto().allocate(4 * BLOCK, 4096);
    private long address;

    @BeforeEach
    void fill() {
        address = memory.address();
        TestPattern.fill(address, 100, 4, BLOCK, 7);
    }

    @Test
    void whatWasWrittenIsRight() {
        assertEquals(-1, TestPattern.mismatch(address, 100, 4, BLOCK, 7));
    }

    @Test
    void anOldGenerationIsNoticed() {
        assertEquals(0, TestPattern.mismatch(address, 100, 4, BLOCK, 8));
        assertEquals(
                "block 100 must have generation 8 but has generation 7",
                TestPattern.describe(address, BLOCK, 100, 8));
    }

    @Test
    void aBlockInTheWrongPlaceIsNoticed() {
        Memory.copy(address, address + 2 * BLOCK, BLOCK);

        assertEquals(2, TestPattern.mismatch(address, 100, 4, BLOCK, 7));
        assertEquals(
                "block 102 must have generation 7 but names itself block 100",
                TestPattern.describe(address + 2 * BLOCK, BLOCK, 102, 7));
    }

    @Test
    void aFlippedBitAtTheEndIsNoticed() {
        long last = address + 4 * BLOCK - 1;
        Memory.putByte(last, (byte) (Memory.getByte(last) ^ 1));

        assertEquals(3, TestPattern.mismatch(address, 100, 4, BLOCK, 7));
    }

    @Test
    void anEmptyBlockIsNoticed() {
        Memory.zero(address + BLOCK, BLOCK);

        assertEquals(1, TestPattern.mismatch(address, 100, 4, BLOCK, 7));
        assertEquals(
                "block 101 must have generation 7 but is empty or foreign",
                TestPattern.describe(address + BLOCK, BLOCK, 101, 7));
    }
}
