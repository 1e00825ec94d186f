package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.ascii;
import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Golden bytes of what Identify asks and returns. */
class IdentifyFormatTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String ID_BYTES = "00112233445566778899aabbccddeeff";

    @Test
    void identifyCommandHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        IdentifyCommand.encode(memory, 0, 9, 5, IdentifyCommand.CNS_COMMAND_SET_NAMESPACE, 2);
        assertBytes(
                "06 40 0900 05000000 00000000 00000000 0000000000000000"
                        + "0000000000000000 00100000 000000 5a"
                        + "05000000 00000002 00000000 00000000 00000000 00000000",
                memory);
        assertEquals(5, IdentifyCommand.cns(memory, 0));
        assertEquals(2, IdentifyCommand.commandSet(memory, 0));
        assertEquals(0, IdentifyCommand.controllerId(memory, 0));
        assertEquals(0, IdentifyCommand.uuidIndex(memory, 0));
    }

    @Test
    void controllerHasItsBytesAndComesBack() {
        IdentifyController.Draft draft = new IdentifyController.Draft();
        draft.vendorId = 0x8086;
        draft.subsystemVendorId = 0x1234;
        draft.serialNumber = "DCS0123456789ABCDEF0";
        draft.modelNumber = "Mayastor NVMe controller";
        draft.firmwareRevision = "1.0";
        draft.arbitrationBurst = 6;
        draft.ieeeOui = 0x5cd2e4;
        draft.sharing = IdentifyController.SHARING_CONTROLLERS | IdentifyController.SHARING_ANA;
        draft.maxTransferShift = 5;
        draft.controllerId = 0xffef;
        draft.version = new SpecificationVersion(2, 0, 0);
        draft.resumeLatencyMicros = 0x01020304;
        draft.entryLatencyMicros = 10_000_000;
        draft.asyncEvents = AsyncEventNotice.NAMESPACE_ATTRIBUTE | AsyncEventNotice.ANA_CHANGE;
        draft.attributes = IdentifyController.ATTRIBUTE_HOST_ID_128;
        draft.controllerType = IdentifyController.TYPE_IO;
        draft.fruGuid = ID;
        draft.retryDelay1 = 1;
        draft.retryDelay2 = 2;
        draft.retryDelay3 = 3;
        draft.adminCommands = 0x0102;
        draft.abortLimit = 3;
        draft.asyncEventLimit = 4;
        draft.firmwareUpdates = 3;
        draft.logPageAttributes = 0x26;
        draft.errorLogEntries = 63;
        draft.powerStates = 1;
        draft.warningTemperature = 343;
        draft.criticalTemperature = 353;
        draft.totalCapacityBytes = 0x1122334455667788L;
        draft.unallocatedCapacityBytes = 1;
        draft.keepAliveGranularity = 100;
        draft.sanitizeCapabilities = 0x20000000;
        draft.anaTransitionSeconds = 10;
        draft.anaCapabilities = 0x1f;
        draft.maxAnaGroupId = 128;
        draft.anaGroups = 127;
        draft.submissionEntrySizes = 0x66;
        draft.completionEntrySizes = 0x44;
        draft.maxCommands = 128;
        draft.namespaceCount = 32;
        draft.nvmCommands = 0x00ad;
        draft.fusedOperations = IdentifyController.FUSED_COMPARE_AND_WRITE;
        draft.formatAttributes = 4;
        draft.volatileWriteCache = 7;
        draft.atomicWriteBlocks = 0x0203;
        draft.atomicWritePowerFailBlocks = 0x0405;
        draft.writeProtection = 1;
        draft.atomicCompareWriteBlocks = 0x0607;
        draft.sglSupport = IdentifyController.SGL_SUPPORTED | IdentifyController.SGL_OFFSET;
        draft.maxNamespaces = 31;
        draft.subsystemNqn = "nqn.2019-05.io.openebs:m0";
        draft.commandCapsuleSize = 516;
        draft.responseCapsuleSize = 1;
        draft.inCapsuleOffset = 2;
        draft.fabricsAttributes = 1;
        draft.maxSglDescriptors = 1;
        draft.fabricsCommands = IdentifyController.FABRICS_DISCONNECT;
        IdentifyController controller = draft.toIdentifyController();

        MemorySegment memory = Bytes.dirty(IdentifyController.LENGTH);
        controller.encode(memory, 0);
        MemorySegment expected =
                Bytes.image(
                        4096,
                        0,
                        "8680 3412" + ascii("DCS0123456789ABCDEF0"),
                        24,
                        ascii("Mayastor NVMe controller                1.0     "),
                        72,
                        "06 e4d25c 0a 05 efff 00000200 04030201 80969800 00090000 01000000",
                        111,
                        "01" + ID_BYTES + "0100 0200 0300",
                        256,
                        "0201 03 04 03 26 3f 01 00 00 5701 6101",
                        280,
                        "8877665544332211",
                        296,
                        "01",
                        320,
                        "6400",
                        328,
                        "00000020",
                        342,
                        "0a 1f 80000000 7f000000",
                        512,
                        "66 44 8000 20000000 ad00 0100 04 07 0302 0504 00 01 0706 0000 01001000 1f000000",
                        768,
                        ascii("nqn.2019-05.io.openebs:m0"),
                        1792,
                        "04020000 01000000 0200 01 01 0100");
        assertBytes(expected, memory);
        assertEquals(controller, IdentifyController.decode(memory, 0));
        assertTrue(controller.supports(IdentifyController.NVM_RESERVATIONS));
    }

    @Test
    void capacityBeyondALongSaturates() {
        MemorySegment memory = Bytes.image(4096, 288, "01");
        assertEquals(Long.MAX_VALUE, IdentifyController.decode(memory, 0).totalCapacityBytes());
    }

    @Test
    void serialNumberThatDoesNotFitIsRefused() {
        IdentifyController.Draft draft = new IdentifyController.Draft();
        draft.serialNumber = "x".repeat(21);
        IdentifyController controller = draft.toIdentifyController();
        IllegalArgumentException refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> controller.encode(Bytes.empty(4096), 0));
        assertEquals(
                "\"%s\" is 21 bytes long, the field has 20".formatted("x".repeat(21)),
                refusal.getMessage());
    }

    @Test
    void namespaceHasItsBytesAndComesBack() {
        IdentifyNamespace.Draft draft = new IdentifyNamespace.Draft();
        draft.sizeBlocks = 0x100000;
        draft.capacityBlocks = 0x0fffff;
        draft.usedBlocks = 0x0ffffe;
        draft.features = IdentifyNamespace.FEATURE_THIN | IdentifyNamespace.FEATURE_OPTIMAL_SIZES;
        draft.formattedLba = 1;
        draft.metadataCapabilities = 2;
        draft.protectionCapabilities = 3;
        draft.protection = 4;
        draft.sharing = IdentifyNamespace.SHARED;
        draft.reservationCapabilities = 0xff;
        draft.formatProgress = 6;
        draft.deallocateFeatures = 9;
        draft.atomicWriteBlocks = 0x0101;
        draft.atomicWritePowerFailBlocks = 0x0202;
        draft.atomicCompareWriteBlocks = 0x0303;
        draft.atomicBoundaryBlocks = 0x0404;
        draft.atomicBoundaryOffset = 0x0505;
        draft.atomicBoundaryPowerFailBlocks = 0x0606;
        draft.optimalIoBoundaryBlocks = 0x0707;
        draft.capacityBytes = 0x1_0000_0000L;
        draft.preferredWriteBlocks = 0x0808;
        draft.preferredWriteAlignment = 0x0909;
        draft.preferredDeallocateBlocks = 0x0a0a;
        draft.preferredDeallocateAlignment = 0x0b0b;
        draft.optimalWriteBlocks = 0x0c0c;
        draft.anaGroup = 1;
        draft.attributes = 1;
        draft.nvmSet = 0x0d0d;
        draft.enduranceGroup = 0x0e0e;
        draft.nguid = ID;
        draft.eui64 = 0x0123456789abcdefL;
        draft.lbaFormats = List.of(new LbaFormat(0, 9, 0), new LbaFormat(8, 12, 2));
        IdentifyNamespace namespace = draft.toIdentifyNamespace();

        MemorySegment memory = Bytes.dirty(IdentifyNamespace.LENGTH);
        namespace.encode(memory, 0);
        MemorySegment expected =
                Bytes.image(
                        4096,
                        0,
                        "0000100000000000 ffff0f0000000000 feff0f0000000000",
                        24,
                        "11 01 01 02 03 04 01 ff 06 09 0101 0202 0303 0404 0505 0606 0707",
                        48,
                        "0000000001000000",
                        64,
                        "0808 0909 0a0a 0b0b 0c0c",
                        92,
                        "01000000 000000 01 0d0d 0e0e" + ID_BYTES + "0123456789abcdef",
                        128,
                        "0000 09 00  0800 0c 02");
        assertBytes(expected, memory);
        assertEquals(namespace, IdentifyNamespace.decode(memory, 0));
        assertEquals(new LbaFormat(8, 12, 2), namespace.currentFormat());
    }

    @Test
    void inactiveNamespaceIsAllZeros() {
        MemorySegment memory = Bytes.dirty(4096);
        IdentifyNamespace.inactive().encode(memory, 0);
        assertBytes(Bytes.empty(4096), memory);
    }

    @Test
    void namespaceThatUsesAFormatItDoesNotHaveIsRefused() {
        MemorySegment memory = Bytes.image(4096, 25, "00 05");
        IdentifyNamespace namespace = IdentifyNamespace.decode(memory, 0);
        assertThrows(WireFormatException.class, namespace::currentFormat);
        assertThrows(
                WireFormatException.class,
                () -> IdentifyNamespace.decode(Bytes.image(4096, 25, "40"), 0));
    }

    @Test
    void namespaceListEndsAtZero() {
        NamespaceList list = new NamespaceList(List.of(1, 0x01020304, 0xfffffffe));
        MemorySegment memory = Bytes.dirty(4096);
        list.encode(memory, 0);
        assertBytes(Bytes.image(4096, 0, "01000000 04030201 feffffff"), memory);
        assertEquals(list, NamespaceList.decode(memory, 0));
        Bytes.put(memory, 16, "05");
        assertEquals(list, NamespaceList.decode(memory, 0));
    }

    @Test
    void namespaceListHasRoomFor1024() {
        NamespaceList full = new NamespaceList(Collections.nCopies(1024, 7));
        MemorySegment memory = Bytes.empty(4096);
        full.encode(memory, 0);
        assertEquals(full, NamespaceList.decode(memory, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new NamespaceList(Collections.nCopies(1025, 7)));
        NamespaceList.overflow().encode(memory, 0);
        assertBytes(Bytes.image(4096, 0, "ffffffff"), memory);
    }

    @Test
    void descriptorsHaveTheirBytesAndComeBack() {
        NamespaceDescriptors descriptors =
                new NamespaceDescriptors(
                        OptionalLong.of(0x0123456789abcdefL),
                        Optional.of(ID),
                        Optional.of(new UUID(1, 2)),
                        OptionalInt.of(0));
        MemorySegment memory = Bytes.dirty(4096);
        descriptors.encode(memory, 0);
        assertBytes(
                Bytes.image(
                        4096,
                        0,
                        "01 08 0000 0123456789abcdef",
                        12,
                        "02 10 0000" + ID_BYTES,
                        32,
                        "03 10 0000 0000000000000001 0000000000000002",
                        52,
                        "04 01 0000 00"),
                memory);
        assertEquals(descriptors, NamespaceDescriptors.decode(memory, 0));
    }

    @Test
    void descriptorsOfUnknownTypesArePassedOver() {
        MemorySegment memory = Bytes.image(4096, 0, "77 03 0000 aabbcc 03 10 0000" + ID_BYTES);
        assertEquals(Optional.of(ID), NamespaceDescriptors.decode(memory, 0).uuid());
    }

    @Test
    void descriptorOfWrongLengthOrBeyondTheListIsRefused() {
        assertThrows(
                WireFormatException.class,
                () -> NamespaceDescriptors.decode(Bytes.image(4096, 0, "03 08 0000"), 0));
        MemorySegment endless = Bytes.empty(4096);
        for (int at = 0; at + 259 < 4096; at += 259) {
            Bytes.put(endless, at, "77 ff");
        }
        Bytes.put(endless, 259 * 15, "77 ff");
        assertThrows(WireFormatException.class, () -> NamespaceDescriptors.decode(endless, 0));
    }

    @Test
    void nvmControllerLimitsHaveTheirBytesAndComeBack() {
        IdentifyNvmController limits =
                new IdentifyNvmController(1, 2, 3, 255, 0xfffffffeL, 0x1122334455667788L);
        MemorySegment memory = Bytes.dirty(4096);
        limits.encode(memory, 0);
        assertBytes(Bytes.image(4096, 0, "01 02 03 ff feffffff 8877665544332211"), memory);
        assertEquals(limits, IdentifyNvmController.decode(memory, 0));
    }

    @Test
    void nvmNamespaceHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(4096);
        new IdentifyNvmNamespace(1, 2, List.of(0x80, 0x7f)).encode(memory, 0);
        assertBytes(Bytes.image(4096, 0, "0100000000000000 02 000000 80000000 7f000000"), memory);
        IdentifyNvmNamespace decoded = IdentifyNvmNamespace.decode(memory, 0);
        assertEquals(1, decoded.storageTagMask());
        assertEquals(2, decoded.protectionCapabilities());
        assertEquals(List.of(0x80, 0x7f, 0), decoded.extendedFormats().subList(0, 3));
        IdentifyNvmNamespace.withoutProtection().encode(memory, 0);
        assertBytes(Bytes.empty(4096), memory);
    }

    @Test
    void independentNamespaceHasItsBytesAndComesBack() {
        IdentifyIndependentNamespace namespace =
                new IdentifyIndependentNamespace(8, 1, 0xff, 4, 1, 1, 0x0d0d, 0x0e0e, 1);
        MemorySegment memory = Bytes.dirty(4096);
        namespace.encode(memory, 0);
        assertBytes(Bytes.image(4096, 0, "08 01 ff 04 01000000 01 00 0d0d 0e0e 01"), memory);
        assertEquals(namespace, IdentifyIndependentNamespace.decode(memory, 0));
    }

    @Test
    void commandSetsHaveTheirBytesAndComeBack() {
        IoCommandSets sets = new IoCommandSets(List.of(IoCommandSets.NVM, 5L));
        MemorySegment memory = Bytes.dirty(4096);
        sets.encode(memory, 0);
        assertBytes(Bytes.image(4096, 0, "01", 8, "05"), memory);
        assertEquals(sets, IoCommandSets.decode(memory, 0));
    }
}
