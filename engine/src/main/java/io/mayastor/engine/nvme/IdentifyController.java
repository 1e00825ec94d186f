package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/**
 * Identify CNS 01h: what a controller is and can, 4096 bytes (Base 2.0 §5.17.2.1, NVM Command Set
 * 1.0 §4.1.5.2). Fields that mean nothing over TCP are not kept and are written as zero.
 *
 * <pre>
 * field      offset  size  component                     unit
 * VID        0       2     vendorId                      PCI vendor
 * SSVID      2       2     subsystemVendorId             PCI subsystem vendor
 * SN         4       20    serialNumber                  ASCII
 * MN         24      40    modelNumber                   ASCII
 * FR         64      8     firmwareRevision              ASCII
 * RAB        72      1     arbitrationBurst              recommended, 2^n commands
 * IEEE       73      3     ieeeOui                       organization
 * CMIC       76      1     sharing                       bit 0 several ports, bit 1 several controllers, bit 3 ANA
 * MDTS       77      1     maxTransferShift              longest transfer, 2^n minimum pages; 0 no limit
 * CNTLID     78      2     controllerId                  controller
 * VER        80      4     version                       specification
 * RTD3R      84      4     resumeLatencyMicros           microseconds
 * RTD3E      88      4     entryLatencyMicros            microseconds, also longest normal shutdown
 * OAES       92      4     asyncEvents                   notices supported, bits as in {@link AsyncEventNotice}
 * CTRATT     96      4     attributes                    bit 0 128-bit host identifier, bit 6 traffic based keep alive
 * CNTRLTYPE  111     1     controllerType                1 I/O, 2 discovery, 3 administrative
 * FGUID      112     16    fruGuid                       globally unique identifier
 * CRDT1      128     2     retryDelay1                   units of 100 ms
 * CRDT2      130     2     retryDelay2                   units of 100 ms
 * CRDT3      132     2     retryDelay3                   units of 100 ms
 * OACS       256     2     adminCommands                 optional admin commands
 * ACL        258     1     abortLimit                    concurrent Aborts, 0's based
 * AERL       259     1     asyncEventLimit               outstanding Asynchronous Event Requests, 0's based
 * FRMW       260     1     firmwareUpdates               bit 0 slot 1 read only, bits 3:1 slots
 * LPA        261     1     logPageAttributes             bit 0 SMART per namespace, bit 1 effects log, bit 2 extended length, bit 5 supported log pages
 * ELPE       262     1     errorLogEntries               0's based
 * NPSS       263     1     powerStates                   0's based
 * WCTEMP     266     2     warningTemperature            kelvin
 * CCTEMP     268     2     criticalTemperature           kelvin
 * TNVMCAP    280     16    totalCapacityBytes            bytes
 * UNVMCAP    296     16    unallocatedCapacityBytes      bytes
 * KAS        320     2     keepAliveGranularity          units of 100 ms, 0 no keep alive
 * SANICAP    328     4     sanitizeCapabilities
 * ANATT      342     1     anaTransitionSeconds          longest stay in state change, seconds
 * ANACAP     343     1     anaCapabilities               bits 0–4 states optimized, non-optimized, inaccessible, persistent loss, change; bit 6 group does not change, bit 7 group given on creation
 * ANAGRPMAX  344     4     maxAnaGroupId                 largest ANA group identifier
 * NANAGRPID  348     4     anaGroups                     number of ANA groups
 * SQES       512     1     submissionEntrySizes          bits 3:0 least, bits 7:4 largest, 2^n bytes
 * CQES       513     1     completionEntrySizes          bits 3:0 least, bits 7:4 largest, 2^n bytes
 * MAXCMD     514     2     maxCommands                   outstanding commands per queue
 * NN         516     4     namespaceCount                largest namespace identifier
 * ONCS       520     2     nvmCommands                   optional I/O commands
 * FUSES      522     2     fusedOperations               bit 0 Compare and Write
 * FNA        524     1     formatAttributes
 * VWC        525     1     volatileWriteCache            bit 0 present, bits 2:1 Flush of all namespaces: 2 refused, 3 supported
 * AWUN       526     2     atomicWriteBlocks             blocks, 0's based
 * AWUPF      528     2     atomicWritePowerFailBlocks    blocks, 0's based
 * NWPC       531     1     writeProtection
 * ACWU       532     2     atomicCompareWriteBlocks      blocks, 0's based
 * SGLS       536     4     sglSupport                    bits 1:0 SGLs, bit 20 offsets (in-capsule data), bit 21 transport data block
 * MNAN       540     4     maxNamespaces                 namespaces, 0 = NN
 * SUBNQN     768     256   subsystemNqn                  UTF-8, zero-terminated
 * IOCCSZ     1792    4     commandCapsuleSize            largest I/O command capsule, units of 16 bytes
 * IORCSZ     1796    4     responseCapsuleSize           largest I/O response capsule, units of 16 bytes
 * ICDOFF     1800    2     inCapsuleOffset               in-capsule data after the entry, units of 16 bytes
 * FCATT      1802    1     fabricsAttributes             bit 0 static controller model
 * MSDBD      1803    1     maxSglDescriptors             data block descriptors of a capsule; 0 no limit
 * OFCS       1804    2     fabricsCommands               bit 0 Disconnect
 * </pre>
 *
 * <p>Made from a {@link Draft}, since nobody can place sixty arguments right.
 */
public record IdentifyController(
        int vendorId,
        int subsystemVendorId,
        String serialNumber,
        String modelNumber,
        String firmwareRevision,
        int arbitrationBurst,
        int ieeeOui,
        int sharing,
        int maxTransferShift,
        int controllerId,
        SpecificationVersion version,
        int resumeLatencyMicros,
        int entryLatencyMicros,
        int asyncEvents,
        int attributes,
        int controllerType,
        UUID fruGuid,
        int retryDelay1,
        int retryDelay2,
        int retryDelay3,
        int adminCommands,
        int abortLimit,
        int asyncEventLimit,
        int firmwareUpdates,
        int logPageAttributes,
        int errorLogEntries,
        int powerStates,
        int warningTemperature,
        int criticalTemperature,
        long totalCapacityBytes,
        long unallocatedCapacityBytes,
        int keepAliveGranularity,
        int sanitizeCapabilities,
        int anaTransitionSeconds,
        int anaCapabilities,
        int maxAnaGroupId,
        int anaGroups,
        int submissionEntrySizes,
        int completionEntrySizes,
        int maxCommands,
        int namespaceCount,
        int nvmCommands,
        int fusedOperations,
        int formatAttributes,
        int volatileWriteCache,
        int atomicWriteBlocks,
        int atomicWritePowerFailBlocks,
        int writeProtection,
        int atomicCompareWriteBlocks,
        int sglSupport,
        int maxNamespaces,
        String subsystemNqn,
        int commandCapsuleSize,
        int responseCapsuleSize,
        int inCapsuleOffset,
        int fabricsAttributes,
        int maxSglDescriptors,
        int fabricsCommands) {
    public static final int LENGTH = 4096;

    private static final int VID = 0;
    private static final int SSVID = 2;
    private static final int SN = 4;
    private static final int MN = 24;
    private static final int FR = 64;
    private static final int RAB = 72;
    private static final int IEEE = 73;
    private static final int CMIC = 76;
    private static final int MDTS = 77;
    private static final int CNTLID = 78;
    private static final int VER = 80;
    private static final int RTD3R = 84;
    private static final int RTD3E = 88;
    private static final int OAES = 92;
    private static final int CTRATT = 96;
    private static final int CNTRLTYPE = 111;
    private static final int FGUID = 112;
    private static final int CRDT1 = 128;
    private static final int CRDT2 = 130;
    private static final int CRDT3 = 132;
    private static final int OACS = 256;
    private static final int ACL = 258;
    private static final int AERL = 259;
    private static final int FRMW = 260;
    private static final int LPA = 261;
    private static final int ELPE = 262;
    private static final int NPSS = 263;
    private static final int WCTEMP = 266;
    private static final int CCTEMP = 268;
    private static final int TNVMCAP = 280;
    private static final int UNVMCAP = 296;
    private static final int KAS = 320;
    private static final int SANICAP = 328;
    private static final int ANATT = 342;
    private static final int ANACAP = 343;
    private static final int ANAGRPMAX = 344;
    private static final int NANAGRPID = 348;
    private static final int SQES = 512;
    private static final int CQES = 513;
    private static final int MAXCMD = 514;
    private static final int NN = 516;
    private static final int ONCS = 520;
    private static final int FUSES = 522;
    private static final int FNA = 524;
    private static final int VWC = 525;
    private static final int AWUN = 526;
    private static final int AWUPF = 528;
    private static final int NWPC = 531;
    private static final int ACWU = 532;
    private static final int SGLS = 536;
    private static final int MNAN = 540;
    private static final int SUBNQN = 768;
    private static final int IOCCSZ = 1792;
    private static final int IORCSZ = 1796;
    private static final int ICDOFF = 1800;
    private static final int FCATT = 1802;
    private static final int MSDBD = 1803;
    private static final int OFCS = 1804;

    // CMIC
    public static final int SHARING_PORTS = 1;
    public static final int SHARING_CONTROLLERS = 1 << 1;
    public static final int SHARING_ANA = 1 << 3;

    // CTRATT
    public static final int ATTRIBUTE_HOST_ID_128 = 1;
    public static final int ATTRIBUTE_TRAFFIC_BASED_KEEP_ALIVE = 1 << 6;

    // CNTRLTYPE
    public static final int TYPE_IO = 1;
    public static final int TYPE_DISCOVERY = 2;
    public static final int TYPE_ADMINISTRATIVE = 3;

    // LPA
    public static final int LOG_SMART_PER_NAMESPACE = 1;
    public static final int LOG_COMMAND_EFFECTS = 1 << 1;
    public static final int LOG_EXTENDED_LENGTH = 1 << 2;
    public static final int LOG_SUPPORTED_PAGES = 1 << 5;

    // ANACAP
    public static final int ANA_OPTIMIZED = 1;
    public static final int ANA_NON_OPTIMIZED = 1 << 1;
    public static final int ANA_INACCESSIBLE = 1 << 2;
    public static final int ANA_PERSISTENT_LOSS = 1 << 3;
    public static final int ANA_CHANGE = 1 << 4;
    public static final int ANA_GROUP_DOES_NOT_CHANGE = 1 << 6;

    // ONCS
    public static final int NVM_COMPARE = 1;
    public static final int NVM_WRITE_UNCORRECTABLE = 1 << 1;
    public static final int NVM_DATASET_MANAGEMENT = 1 << 2;
    public static final int NVM_WRITE_ZEROES = 1 << 3;
    public static final int NVM_SAVE_FEATURES = 1 << 4;
    public static final int NVM_RESERVATIONS = 1 << 5;
    public static final int NVM_TIMESTAMP = 1 << 6;
    public static final int NVM_VERIFY = 1 << 7;
    public static final int NVM_COPY = 1 << 8;

    // FUSES
    public static final int FUSED_COMPARE_AND_WRITE = 1;

    // VWC
    public static final int CACHE_PRESENT = 1;
    public static final int CACHE_FLUSH_ALL_REFUSED = 2 << 1;
    public static final int CACHE_FLUSH_ALL_SUPPORTED = 3 << 1;

    // SGLS
    public static final int SGL_SUPPORTED = 1;
    public static final int SGL_OFFSET = 1 << 20;
    public static final int SGL_TRANSPORT = 1 << 21;

    // OFCS
    public static final int FABRICS_DISCONNECT = 1;

    public static IdentifyController decode(MemorySegment memory, long base) {
        WireFormatException.requireBytes(memory, base, LENGTH, "Identify controller");
        Draft draft = new Draft();
        draft.vendorId = LittleEndian.u16(memory, base + VID);
        draft.subsystemVendorId = LittleEndian.u16(memory, base + SSVID);
        draft.serialNumber = LittleEndian.ascii(memory, base + SN, 20);
        draft.modelNumber = LittleEndian.ascii(memory, base + MN, 40);
        draft.firmwareRevision = LittleEndian.ascii(memory, base + FR, 8);
        draft.arbitrationBurst = LittleEndian.u8(memory, base + RAB);
        draft.ieeeOui = LittleEndian.u24(memory, base + IEEE);
        draft.sharing = LittleEndian.u8(memory, base + CMIC);
        draft.maxTransferShift = LittleEndian.u8(memory, base + MDTS);
        draft.controllerId = LittleEndian.u16(memory, base + CNTLID);
        draft.version = SpecificationVersion.decode(LittleEndian.int32(memory, base + VER));
        draft.resumeLatencyMicros = LittleEndian.int32(memory, base + RTD3R);
        draft.entryLatencyMicros = LittleEndian.int32(memory, base + RTD3E);
        draft.asyncEvents = LittleEndian.int32(memory, base + OAES);
        draft.attributes = LittleEndian.int32(memory, base + CTRATT);
        draft.controllerType = LittleEndian.u8(memory, base + CNTRLTYPE);
        draft.fruGuid = GlobalIdentifier.get128(memory, base + FGUID);
        draft.retryDelay1 = LittleEndian.u16(memory, base + CRDT1);
        draft.retryDelay2 = LittleEndian.u16(memory, base + CRDT2);
        draft.retryDelay3 = LittleEndian.u16(memory, base + CRDT3);
        draft.adminCommands = LittleEndian.u16(memory, base + OACS);
        draft.abortLimit = LittleEndian.u8(memory, base + ACL);
        draft.asyncEventLimit = LittleEndian.u8(memory, base + AERL);
        draft.firmwareUpdates = LittleEndian.u8(memory, base + FRMW);
        draft.logPageAttributes = LittleEndian.u8(memory, base + LPA);
        draft.errorLogEntries = LittleEndian.u8(memory, base + ELPE);
        draft.powerStates = LittleEndian.u8(memory, base + NPSS);
        draft.warningTemperature = LittleEndian.u16(memory, base + WCTEMP);
        draft.criticalTemperature = LittleEndian.u16(memory, base + CCTEMP);
        draft.totalCapacityBytes = LittleEndian.saturated128(memory, base + TNVMCAP);
        draft.unallocatedCapacityBytes = LittleEndian.saturated128(memory, base + UNVMCAP);
        draft.keepAliveGranularity = LittleEndian.u16(memory, base + KAS);
        draft.sanitizeCapabilities = LittleEndian.int32(memory, base + SANICAP);
        draft.anaTransitionSeconds = LittleEndian.u8(memory, base + ANATT);
        draft.anaCapabilities = LittleEndian.u8(memory, base + ANACAP);
        draft.maxAnaGroupId = LittleEndian.int32(memory, base + ANAGRPMAX);
        draft.anaGroups = LittleEndian.int32(memory, base + NANAGRPID);
        draft.submissionEntrySizes = LittleEndian.u8(memory, base + SQES);
        draft.completionEntrySizes = LittleEndian.u8(memory, base + CQES);
        draft.maxCommands = LittleEndian.u16(memory, base + MAXCMD);
        draft.namespaceCount = LittleEndian.int32(memory, base + NN);
        draft.nvmCommands = LittleEndian.u16(memory, base + ONCS);
        draft.fusedOperations = LittleEndian.u16(memory, base + FUSES);
        draft.formatAttributes = LittleEndian.u8(memory, base + FNA);
        draft.volatileWriteCache = LittleEndian.u8(memory, base + VWC);
        draft.atomicWriteBlocks = LittleEndian.u16(memory, base + AWUN);
        draft.atomicWritePowerFailBlocks = LittleEndian.u16(memory, base + AWUPF);
        draft.writeProtection = LittleEndian.u8(memory, base + NWPC);
        draft.atomicCompareWriteBlocks = LittleEndian.u16(memory, base + ACWU);
        draft.sglSupport = LittleEndian.int32(memory, base + SGLS);
        draft.maxNamespaces = LittleEndian.int32(memory, base + MNAN);
        draft.subsystemNqn = LittleEndian.utf8(memory, base + SUBNQN, Nqn.FIELD_LENGTH);
        draft.commandCapsuleSize = LittleEndian.int32(memory, base + IOCCSZ);
        draft.responseCapsuleSize = LittleEndian.int32(memory, base + IORCSZ);
        draft.inCapsuleOffset = LittleEndian.u16(memory, base + ICDOFF);
        draft.fabricsAttributes = LittleEndian.u8(memory, base + FCATT);
        draft.maxSglDescriptors = LittleEndian.u8(memory, base + MSDBD);
        draft.fabricsCommands = LittleEndian.u16(memory, base + OFCS);
        return draft.toIdentifyController();
    }

    public void encode(MemorySegment memory, long base) {
        LittleEndian.clear(memory, base, LENGTH);
        LittleEndian.put16(memory, base + VID, vendorId);
        LittleEndian.put16(memory, base + SSVID, subsystemVendorId);
        LittleEndian.putAscii(memory, base + SN, 20, serialNumber);
        LittleEndian.putAscii(memory, base + MN, 40, modelNumber);
        LittleEndian.putAscii(memory, base + FR, 8, firmwareRevision);
        LittleEndian.put8(memory, base + RAB, arbitrationBurst);
        LittleEndian.put24(memory, base + IEEE, ieeeOui);
        LittleEndian.put8(memory, base + CMIC, sharing);
        LittleEndian.put8(memory, base + MDTS, maxTransferShift);
        LittleEndian.put16(memory, base + CNTLID, controllerId);
        LittleEndian.put32(memory, base + VER, version.encode());
        LittleEndian.put32(memory, base + RTD3R, resumeLatencyMicros);
        LittleEndian.put32(memory, base + RTD3E, entryLatencyMicros);
        LittleEndian.put32(memory, base + OAES, asyncEvents);
        LittleEndian.put32(memory, base + CTRATT, attributes);
        LittleEndian.put8(memory, base + CNTRLTYPE, controllerType);
        GlobalIdentifier.put128(memory, base + FGUID, fruGuid);
        LittleEndian.put16(memory, base + CRDT1, retryDelay1);
        LittleEndian.put16(memory, base + CRDT2, retryDelay2);
        LittleEndian.put16(memory, base + CRDT3, retryDelay3);
        LittleEndian.put16(memory, base + OACS, adminCommands);
        LittleEndian.put8(memory, base + ACL, abortLimit);
        LittleEndian.put8(memory, base + AERL, asyncEventLimit);
        LittleEndian.put8(memory, base + FRMW, firmwareUpdates);
        LittleEndian.put8(memory, base + LPA, logPageAttributes);
        LittleEndian.put8(memory, base + ELPE, errorLogEntries);
        LittleEndian.put8(memory, base + NPSS, powerStates);
        LittleEndian.put16(memory, base + WCTEMP, warningTemperature);
        LittleEndian.put16(memory, base + CCTEMP, criticalTemperature);
        LittleEndian.put64(memory, base + TNVMCAP, totalCapacityBytes);
        LittleEndian.put64(memory, base + UNVMCAP, unallocatedCapacityBytes);
        LittleEndian.put16(memory, base + KAS, keepAliveGranularity);
        LittleEndian.put32(memory, base + SANICAP, sanitizeCapabilities);
        LittleEndian.put8(memory, base + ANATT, anaTransitionSeconds);
        LittleEndian.put8(memory, base + ANACAP, anaCapabilities);
        LittleEndian.put32(memory, base + ANAGRPMAX, maxAnaGroupId);
        LittleEndian.put32(memory, base + NANAGRPID, anaGroups);
        LittleEndian.put8(memory, base + SQES, submissionEntrySizes);
        LittleEndian.put8(memory, base + CQES, completionEntrySizes);
        LittleEndian.put16(memory, base + MAXCMD, maxCommands);
        LittleEndian.put32(memory, base + NN, namespaceCount);
        LittleEndian.put16(memory, base + ONCS, nvmCommands);
        LittleEndian.put16(memory, base + FUSES, fusedOperations);
        LittleEndian.put8(memory, base + FNA, formatAttributes);
        LittleEndian.put8(memory, base + VWC, volatileWriteCache);
        LittleEndian.put16(memory, base + AWUN, atomicWriteBlocks);
        LittleEndian.put16(memory, base + AWUPF, atomicWritePowerFailBlocks);
        LittleEndian.put8(memory, base + NWPC, writeProtection);
        LittleEndian.put16(memory, base + ACWU, atomicCompareWriteBlocks);
        LittleEndian.put32(memory, base + SGLS, sglSupport);
        LittleEndian.put32(memory, base + MNAN, maxNamespaces);
        LittleEndian.putUtf8(memory, base + SUBNQN, Nqn.FIELD_LENGTH, subsystemNqn);
        LittleEndian.put32(memory, base + IOCCSZ, commandCapsuleSize);
        LittleEndian.put32(memory, base + IORCSZ, responseCapsuleSize);
        LittleEndian.put16(memory, base + ICDOFF, inCapsuleOffset);
        LittleEndian.put8(memory, base + FCATT, fabricsAttributes);
        LittleEndian.put8(memory, base + MSDBD, maxSglDescriptors);
        LittleEndian.put16(memory, base + OFCS, fabricsCommands);
    }

    /** Whether an optional I/O command, one of {@code NVM_…}, is supported. */
    public boolean supports(int nvmCommand) {
        return (nvmCommands & nvmCommand) != 0;
    }

    /**
     * Mutable precursor, one field per component; zero, empty or absent until set. Owned by its
     * maker.
     */
    public static final class Draft {
        public int vendorId;
        public int subsystemVendorId;
        public String serialNumber = "";
        public String modelNumber = "";
        public String firmwareRevision = "";
        public int arbitrationBurst;
        public int ieeeOui;
        public int sharing;
        public int maxTransferShift;
        public int controllerId;
        public SpecificationVersion version = new SpecificationVersion(0, 0, 0);
        public int resumeLatencyMicros;
        public int entryLatencyMicros;
        public int asyncEvents;
        public int attributes;
        public int controllerType;
        public UUID fruGuid = GlobalIdentifier.NONE;
        public int retryDelay1;
        public int retryDelay2;
        public int retryDelay3;
        public int adminCommands;
        public int abortLimit;
        public int asyncEventLimit;
        public int firmwareUpdates;
        public int logPageAttributes;
        public int errorLogEntries;
        public int powerStates;
        public int warningTemperature;
        public int criticalTemperature;
        public long totalCapacityBytes;
        public long unallocatedCapacityBytes;
        public int keepAliveGranularity;
        public int sanitizeCapabilities;
        public int anaTransitionSeconds;
        public int anaCapabilities;
        public int maxAnaGroupId;
        public int anaGroups;
        public int submissionEntrySizes;
        public int completionEntrySizes;
        public int maxCommands;
        public int namespaceCount;
        public int nvmCommands;
        public int fusedOperations;
        public int formatAttributes;
        public int volatileWriteCache;
        public int atomicWriteBlocks;
        public int atomicWritePowerFailBlocks;
        public int writeProtection;
        public int atomicCompareWriteBlocks;
        public int sglSupport;
        public int maxNamespaces;
        public String subsystemNqn = "";
        public int commandCapsuleSize;
        public int responseCapsuleSize;
        public int inCapsuleOffset;
        public int fabricsAttributes;
        public int maxSglDescriptors;
        public int fabricsCommands;

        public IdentifyController toIdentifyController() {
            return new IdentifyController(
                    vendorId,
                    subsystemVendorId,
                    serialNumber,
                    modelNumber,
                    firmwareRevision,
                    arbitrationBurst,
                    ieeeOui,
                    sharing,
                    maxTransferShift,
                    controllerId,
                    version,
                    resumeLatencyMicros,
                    entryLatencyMicros,
                    asyncEvents,
                    attributes,
                    controllerType,
                    fruGuid,
                    retryDelay1,
                    retryDelay2,
                    retryDelay3,
                    adminCommands,
                    abortLimit,
                    asyncEventLimit,
                    firmwareUpdates,
                    logPageAttributes,
                    errorLogEntries,
                    powerStates,
                    warningTemperature,
                    criticalTemperature,
                    totalCapacityBytes,
                    unallocatedCapacityBytes,
                    keepAliveGranularity,
                    sanitizeCapabilities,
                    anaTransitionSeconds,
                    anaCapabilities,
                    maxAnaGroupId,
                    anaGroups,
                    submissionEntrySizes,
                    completionEntrySizes,
                    maxCommands,
                    namespaceCount,
                    nvmCommands,
                    fusedOperations,
                    formatAttributes,
                    volatileWriteCache,
                    atomicWriteBlocks,
                    atomicWritePowerFailBlocks,
                    writeProtection,
                    atomicCompareWriteBlocks,
                    sglSupport,
                    maxNamespaces,
                    subsystemNqn,
                    commandCapsuleSize,
                    responseCapsuleSize,
                    inCapsuleOffset,
                    fabricsAttributes,
                    maxSglDescriptors,
                    fabricsCommands);
        }
    }
}
