package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Golden bytes of submission entries, completion entries and SGL descriptors. */
class EntryFormatTest {
    @Test
    void submissionEntryHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(SubmissionEntry.LENGTH);
        SubmissionEntry.encode(memory, 0, NvmOpcode.WRITE, 0x1234, 0x01020304);
        SubmissionEntry.setFuse(memory, 0, SubmissionEntry.FUSE_SECOND);
        SubmissionEntry.setTransportData(memory, 0, 0x20000);
        SubmissionEntry.setCdw10(memory, 0, 0x10);
        SubmissionEntry.setCdw11(memory, 0, 0x11);
        SubmissionEntry.setCdw12(memory, 0, 0x12);
        SubmissionEntry.setCdw13(memory, 0, 0x13);
        SubmissionEntry.setCdw14(memory, 0, 0x14);
        SubmissionEntry.setCdw15(memory, 0, 0x8000_0015);
        assertBytes(
                "01 42 3412 04030201 00000000 00000000 0000000000000000"
                        + "0000000000000000 00000200 000000 5a"
                        + "10000000 11000000 12000000 13000000 14000000 15000080",
                memory);
        assertEquals(NvmOpcode.WRITE, SubmissionEntry.opcode(memory, 0));
        assertEquals(SubmissionEntry.FUSE_SECOND, SubmissionEntry.fuse(memory, 0));
        assertEquals(SubmissionEntry.PSDT_SGL, SubmissionEntry.psdt(memory, 0));
        assertEquals(0x1234, SubmissionEntry.commandId(memory, 0));
        assertEquals(0x01020304, SubmissionEntry.namespaceId(memory, 0));
        assertEquals(SglDescriptor.TRANSPORT, SubmissionEntry.sglIdentifier(memory, 0));
        assertEquals(0x20000, SubmissionEntry.sglLength(memory, 0));
        assertEquals(0x10, SubmissionEntry.cdw10(memory, 0));
        assertEquals(0x11, SubmissionEntry.cdw11(memory, 0));
        assertEquals(0x12, SubmissionEntry.cdw12(memory, 0));
        assertEquals(0x13, SubmissionEntry.cdw13(memory, 0));
        assertEquals(0x14, SubmissionEntry.cdw14(memory, 0));
        assertEquals(0x8000_0015, SubmissionEntry.cdw15(memory, 0));
    }

    @Test
    void commandIdentifierCanBeReplaced() {
        MemorySegment memory = Bytes.dirty(SubmissionEntry.LENGTH);
        SubmissionEntry.encode(memory, 0, NvmOpcode.FLUSH, 1, 1);
        SubmissionEntry.setCommandId(memory, 0, 0xfffe);
        assertBytes("00 40 feff 01000000", memory.asSlice(0, 8));
        assertEquals(0xfffe, SubmissionEntry.commandId(memory, 0));
    }

    @Test
    void inCapsuleDataIsAnOffsetOfZero() {
        MemorySegment memory = Bytes.dirty(SubmissionEntry.LENGTH);
        SubmissionEntry.setInCapsuleData(memory, 0, 8192);
        assertBytes("0000000000000000 00200000 000000 01", memory.asSlice(24, 16));
        assertEquals(SglDescriptor.IN_CAPSULE, SubmissionEntry.sglIdentifier(memory, 0));
        assertEquals(0, SubmissionEntry.sglAddress(memory, 0));
    }

    @Test
    void fabricsCommandKeepsItsTypeWhereTheNamespaceWouldBe() {
        MemorySegment memory = Bytes.dirty(SubmissionEntry.LENGTH);
        SubmissionEntry.encodeFabrics(memory, 0, FabricsCommandType.PROPERTY_GET, 9);
        assertBytes("7f 40 0900 04000000", memory.asSlice(0, 8));
        assertEquals(FabricsCommandType.PROPERTY_GET, SubmissionEntry.fabricsType(memory, 0));
    }

    @Test
    void sglDescriptorSplitsTypeAndSubtype() {
        MemorySegment memory = Bytes.of("8877665544332211 ffffffff 000000 4f");
        assertEquals(SglDescriptor.TYPE_KEYED_DATA_BLOCK, SglDescriptor.type(memory, 0));
        assertEquals(0xf, SglDescriptor.subtype(memory, 0));
        assertEquals(0x1122334455667788L, SglDescriptor.address(memory, 0));
        assertEquals(0xffffffffL, SglDescriptor.byteLength(memory, 0));
    }

    @Test
    void completionEntryHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(CompletionEntry.LENGTH);
        int status = Status.withDoNotRetry(Status.LBA_OUT_OF_RANGE);
        CompletionEntry.encode(memory, 0, 0x1122334455667788L, 0xfffe, 0xabcd, status);
        // status field: SC 80h in bits 8:1, DNR in bit 15
        assertBytes("88776655 44332211 feff 0000 cdab 0081", memory);
        assertEquals(0x55667788, CompletionEntry.dw0(memory, 0));
        assertEquals(0x11223344, CompletionEntry.dw1(memory, 0));
        assertEquals(0x1122334455667788L, CompletionEntry.result(memory, 0));
        assertEquals(0xfffe, CompletionEntry.sqHead(memory, 0));
        assertEquals(0xabcd, CompletionEntry.commandId(memory, 0));
        assertEquals(status, CompletionEntry.status(memory, 0));
    }

    @Test
    void completionIgnoresThePhaseBit() {
        assertEquals(0, CompletionEntry.status(Bytes.image(16, 14, "0100"), 0));
    }

    @Test
    void opcodesHaveNames() {
        assertEquals("Identify", AdminOpcode.name(0x06));
        assertEquals("admin opcode 0x03", AdminOpcode.name(0x03));
        assertEquals("Dataset Management", NvmOpcode.name(0x09));
        assertEquals("I/O opcode 0x55", NvmOpcode.name(0x55));
        assertEquals("Connect", FabricsCommandType.name(0x01));
        assertEquals("Fabrics command type 0x02", FabricsCommandType.name(0x02));
    }
}
