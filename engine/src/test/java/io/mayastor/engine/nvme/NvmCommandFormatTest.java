package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Golden bytes of NVM commands. */
class NvmCommandFormatTest {
    @Test
    void writeHasItsFieldsAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        BlockCommand.encode(
                memory,
                0,
                NvmOpcode.WRITE,
                9,
                1,
                0x1122334455667788L,
                65_536,
                BlockCommand.FORCE_UNIT_ACCESS);
        assertBytes("01 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("8877665544332211 ffff 0040 00000000", memory.asSlice(40, 16));
        assertEquals(0x1122334455667788L, BlockCommand.firstBlock(memory, 0));
        assertEquals(65_536, BlockCommand.blocks(memory, 0));
        assertTrue(BlockCommand.forceUnitAccess(memory, 0));
        assertFalse(BlockCommand.deallocate(memory, 0));
        assertEquals(0, BlockCommand.protection(memory, 0));
    }

    @Test
    void writeZeroesMayDeallocate() {
        MemorySegment memory = Bytes.dirty(64);
        BlockCommand.encode(memory, 0, NvmOpcode.WRITE_ZEROES, 9, 1, 0, 8, BlockCommand.DEALLOCATE);
        assertBytes("0700 0002", memory.asSlice(48, 4));
        assertTrue(BlockCommand.deallocate(memory, 0));
    }

    @Test
    void protectionBitsAreSeen() {
        assertEquals(0xf, BlockCommand.protection(Bytes.image(64, 48, "0000003c"), 0));
    }

    @Test
    void rangeIsCheckedWithoutOverflow() {
        assertTrue(BlockCommand.isInRange(0, 100, 100));
        assertTrue(BlockCommand.isInRange(99, 1, 100));
        assertFalse(BlockCommand.isInRange(99, 2, 100));
        assertFalse(BlockCommand.isInRange(100, 1, 100));
        assertFalse(BlockCommand.isInRange(-1, 1, 100));
        assertFalse(BlockCommand.isInRange(-1, 65_536, Long.MAX_VALUE));
        assertFalse(BlockCommand.isInRange(Long.MAX_VALUE, 1, Long.MAX_VALUE));
    }

    @Test
    void datasetManagementHasItsFieldsAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        DatasetManagement.encode(memory, 0, 9, 1, 256, DatasetManagement.DEALLOCATE);
        assertBytes("09 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("ff000000 04000000", memory.asSlice(40, 8));
        assertEquals(256, DatasetManagement.ranges(memory, 0));
        assertTrue(DatasetManagement.deallocate(memory, 0));
    }

    @Test
    void datasetRangesHaveTheirBytesAndComeBack() {
        MemorySegment memory = Bytes.dirty(32);
        DatasetManagement.encodeRange(memory, 0, 0, 1, 2);
        DatasetManagement.encodeRange(memory, 0, 1, 0x1122334455667788L, 0xffffffffL);
        assertBytes(
                "00000000 02000000 0100000000000000  00000000 ffffffff 8877665544332211", memory);
        assertEquals(2, DatasetManagement.rangeBlocks(memory, 0, 0));
        assertEquals(1, DatasetManagement.rangeFirstBlock(memory, 0, 0));
        assertEquals(0xffffffffL, DatasetManagement.rangeBlocks(memory, 0, 1));
        assertEquals(0x1122334455667788L, DatasetManagement.rangeFirstBlock(memory, 0, 1));
    }
}
