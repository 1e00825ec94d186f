package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;

/**
 * Fields of Identify (Base 2.0 §5.17). Every answer is 4096 bytes.
 *
 * <pre>
 * field   place         meaning
 * CNS     CDW10  7:0    structure asked for
 * CNTID   CDW10  31:16  controller
 * CNSSID  CDW11  15:0   identifier by CNS
 * CSI     CDW11  31:24  command set
 * UIDX    CDW14  6:0    UUID index
 * </pre>
 */
public final class IdentifyCommand {
    /** Bytes of every answer. */
    public static final int DATA_LENGTH = 4096;

    /** {@link IdentifyNamespace}. */
    public static final int CNS_NAMESPACE = 0x00;

    /** {@link IdentifyController}. */
    public static final int CNS_CONTROLLER = 0x01;

    /** {@link NamespaceList} of active namespaces above NSID. */
    public static final int CNS_ACTIVE_NAMESPACES = 0x02;

    /** {@link NamespaceDescriptors}. */
    public static final int CNS_NAMESPACE_DESCRIPTORS = 0x03;

    /** {@link IdentifyNvmNamespace}, with CSI NVM. */
    public static final int CNS_COMMAND_SET_NAMESPACE = 0x05;

    /** {@link IdentifyNvmController}, with CSI NVM. */
    public static final int CNS_COMMAND_SET_CONTROLLER = 0x06;

    /** {@link NamespaceList} of active namespaces of one command set. */
    public static final int CNS_COMMAND_SET_ACTIVE_NAMESPACES = 0x07;

    /** {@link IdentifyIndependentNamespace}. */
    public static final int CNS_INDEPENDENT_NAMESPACE = 0x08;

    /** {@link NamespaceList} of allocated namespaces above NSID. */
    public static final int CNS_ALLOCATED_NAMESPACES = 0x10;

    /** {@link IdentifyNamespace} of an allocated namespace. */
    public static final int CNS_ALLOCATED_NAMESPACE = 0x11;

    /** {@link IoCommandSets}. */
    public static final int CNS_IO_COMMAND_SETS = 0x1c;

    /** CSI of the NVM command set. */
    public static final int CSI_NVM = 0x00;

    private IdentifyCommand() {}

    public static int cns(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) & 0xff;
    }

    public static int controllerId(MemorySegment memory, long base) {
        return SubmissionEntry.cdw10(memory, base) >>> 16;
    }

    public static int commandSet(MemorySegment memory, long base) {
        return SubmissionEntry.cdw11(memory, base) >>> 24;
    }

    public static int uuidIndex(MemorySegment memory, long base) {
        return SubmissionEntry.cdw14(memory, base) & 0x7f;
    }

    /** Writes the whole submission entry. */
    public static void encode(
            MemorySegment memory,
            long base,
            int commandId,
            int namespaceId,
            int cns,
            int commandSet) {
        SubmissionEntry.encode(memory, base, AdminOpcode.IDENTIFY, commandId, namespaceId);
        SubmissionEntry.setTransportData(memory, base, DATA_LENGTH);
        SubmissionEntry.setCdw10(memory, base, cns);
        SubmissionEntry.setCdw11(memory, base, commandSet << 24);
    }
}
