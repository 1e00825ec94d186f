package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Submission queue entry, 64 bytes (Base 2.0 §3.3.3.1; for Fabrics commands §3.3.3.2 and §6).
 *
 * <pre>
 * field  offset  size  unit
 * OPC    0       1     {@link AdminOpcode} or {@link NvmOpcode}
 * FLAGS  1       1     FUSE in bits 1:0, PSDT in bits 7:6
 * CID    2       2     command identifier
 * NSID   4       4     namespace; for Fabrics commands byte 4 is the {@link FabricsCommandType}
 * CDW2   8       4
 * CDW3   12      4
 * MPTR   16      8     metadata pointer
 * SGL1   24      16    {@link SglDescriptor}
 * CDW10  40      4     … CDW15 at 60
 * </pre>
 *
 * <p>Stateless, any thread, no allocation.
 */
public final class SubmissionEntry {
    public static final int LENGTH = 64;

    public static final int OPC = 0;
    public static final int FLAGS = 1;
    public static final int CID = 2;
    public static final int NSID = 4;
    public static final int FCTYPE = 4;
    public static final int CDW2 = 8;
    public static final int CDW3 = 12;
    public static final int MPTR = 16;
    public static final int SGL1 = 24;
    public static final int CDW10 = 40;
    public static final int CDW11 = 44;
    public static final int CDW12 = 48;
    public static final int CDW13 = 52;
    public static final int CDW14 = 56;
    public static final int CDW15 = 60;

    // FUSE
    public static final int FUSE_NONE = 0;
    public static final int FUSE_FIRST = 1;
    public static final int FUSE_SECOND = 2;

    // PSDT
    public static final int PSDT_PRP = 0;
    public static final int PSDT_SGL = 1;
    public static final int PSDT_SGL_METADATA_SGL = 2;

    /** NSID that names every namespace. */
    public static final int ALL_NAMESPACES = 0xffffffff;

    private SubmissionEntry() {}

    public static int opcode(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + OPC);
    }

    /** {@link #FUSE_NONE}, {@link #FUSE_FIRST}, {@link #FUSE_SECOND}, or 3, which is reserved. */
    public static int fuse(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + FLAGS) & 3;
    }

    public static int psdt(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + FLAGS) >>> 6;
    }

    public static int commandId(MemorySegment memory, long base) {
        return LittleEndian.u16(memory, base + CID);
    }

    /** Unsigned 32 bits; {@link #ALL_NAMESPACES} is −1. */
    public static int namespaceId(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + NSID);
    }

    /** {@link FabricsCommandType}, of a command with opcode {@link AdminOpcode#FABRICS}. */
    public static int fabricsType(MemorySegment memory, long base) {
        return LittleEndian.u8(memory, base + FCTYPE);
    }

    public static int sglIdentifier(MemorySegment memory, long base) {
        return SglDescriptor.identifier(memory, base + SGL1);
    }

    public static long sglAddress(MemorySegment memory, long base) {
        return SglDescriptor.address(memory, base + SGL1);
    }

    public static long sglLength(MemorySegment memory, long base) {
        return SglDescriptor.byteLength(memory, base + SGL1);
    }

    public static int cdw10(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + CDW10);
    }

    public static int cdw11(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + CDW11);
    }

    public static int cdw12(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + CDW12);
    }

    public static int cdw13(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + CDW13);
    }

    public static int cdw14(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + CDW14);
    }

    public static int cdw15(MemorySegment memory, long base) {
        return LittleEndian.int32(memory, base + CDW15);
    }

    /**
     * Clears the entry and writes its head with PSDT = {@link #PSDT_SGL}, FUSE = 0 and no data; the
     * command's own fields follow.
     */
    public static void encode(
            MemorySegment memory, long base, int opcode, int commandId, int namespaceId) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put32(memory, base, (opcode & 0xff) | PSDT_SGL << 14 | commandId << 16);
        LittleEndian.put32(memory, base + NSID, namespaceId);
        SglDescriptor.encode(memory, base + SGL1, SglDescriptor.TRANSPORT, 0, 0);
    }

    /** Clears the entry and writes the head of a Fabrics command without data. */
    public static void encodeFabrics(
            MemorySegment memory, long base, int fabricsType, int commandId) {
        encode(memory, base, AdminOpcode.FABRICS, commandId, fabricsType & 0xff);
    }

    public static void setFuse(MemorySegment memory, long base, int fuse) {
        LittleEndian.put8(
                memory, base + FLAGS, (LittleEndian.u8(memory, base + FLAGS) & ~3) | (fuse & 3));
    }

    public static void setCommandId(MemorySegment memory, long base, int commandId) {
        LittleEndian.put16(memory, base + CID, commandId);
    }

    /** Data that moves in data PDUs. */
    public static void setTransportData(MemorySegment memory, long base, long byteLength) {
        SglDescriptor.encode(memory, base + SGL1, SglDescriptor.TRANSPORT, 0, byteLength);
    }

    /** Data inside the capsule, from its first byte. */
    public static void setInCapsuleData(MemorySegment memory, long base, long byteLength) {
        SglDescriptor.encode(memory, base + SGL1, SglDescriptor.IN_CAPSULE, 0, byteLength);
    }

    public static void setCdw10(MemorySegment memory, long base, int value) {
        LittleEndian.put32(memory, base + CDW10, value);
    }

    public static void setCdw11(MemorySegment memory, long base, int value) {
        LittleEndian.put32(memory, base + CDW11, value);
    }

    public static void setCdw12(MemorySegment memory, long base, int value) {
        LittleEndian.put32(memory, base + CDW12, value);
    }

    public static void setCdw13(MemorySegment memory, long base, int value) {
        LittleEndian.put32(memory, base + CDW13, value);
    }

    public static void setCdw14(MemorySegment memory, long base, int value) {
        LittleEndian.put32(memory, base + CDW14, value);
    }

    public static void setCdw15(MemorySegment memory, long base, int value) {
        LittleEndian.put32(memory, base + CDW15, value);
    }
}
