package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.IdentifyIndependentNamespace;
import io.mayastor.engine.nvme.IdentifyNamespace;
import io.mayastor.engine.nvme.IdentifyNvmController;
import io.mayastor.engine.nvme.IoCommandSets;
import io.mayastor.engine.nvme.NamespaceDescriptors;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.Nqn;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class IdentifyTest {
    private static final long GIB = 1 << 30;

    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.admin();

    private IdentifyController controller() {
        RawHost.Response response = host.identify(IdentifyCommand.CNS_CONTROLLER, 0);
        assertEquals(Status.SUCCESS, response.status());
        assertEquals(IdentifyController.LENGTH, response.data().byteSize());
        return IdentifyController.decode(response.data(), 0);
    }

    private IdentifyNamespace namespace() {
        RawHost.Response response = host.identify(IdentifyCommand.CNS_NAMESPACE, 1);
        assertEquals(Status.SUCCESS, response.status());
        return IdentifyNamespace.decode(response.data(), 0);
    }

    @Test
    void controllerCarriesNamesLimitsAndItsOwnId() {
        IdentifyController page = controller();
        assertEquals("DCS0123456789ABCDEF0", page.serialNumber());
        assertEquals("Mayastor NVMe controller", page.modelNumber());
        assertEquals(TargetWorld.NQN, page.subsystemNqn());
        assertEquals(host.controllerId(), page.controllerId());
        assertEquals(IdentifyController.TYPE_IO, page.controllerType());
        assertEquals(8, page.maxTransferShift(), "MDTS: 1 MiB");
        assertEquals((64 + 8192) / 16, page.commandCapsuleSize(), "IOCCSZ");
        assertEquals(1, page.responseCapsuleSize(), "IORCSZ");
        assertEquals(0, page.inCapsuleOffset(), "ICDOFF");
        assertEquals(128, page.maxCommands(), "MAXCMD");
        assertEquals(10, page.keepAliveGranularity(), "KAS");
        assertEquals(3, page.asyncEventLimit(), "AERL");
        assertEquals(0, page.adminCommands(), "OACS");
        assertEquals(1, page.namespaceCount(), "NN");
        assertEquals(1, page.fusedOperations(), "FUSES");
        assertEquals(0x66, page.submissionEntrySizes());
        assertEquals(0x44, page.completionEntrySizes());
    }

    @Test
    void controllerReportsAnaWithGroupOne() {
        IdentifyController page = controller();
        assertEquals(0x5f, page.anaCapabilities(), "ANACAP");
        assertEquals(1, page.maxAnaGroupId(), "ANAGRPMAX");
        assertEquals(1, page.anaGroups(), "NANAGRPID");
        assertEquals(1, page.maxNamespaces(), "MNAN, which ANA needs");
        assertTrue((page.sharing() & IdentifyController.SHARING_ANA) != 0, "CMIC");
        assertTrue(page.anaTransitionSeconds() > 0, "ANATT");
    }

    @Test
    void writeCacheIsReportedAsTheDeviceHasIt() {
        assertEquals(0, controller().volatileWriteCache() & IdentifyController.CACHE_PRESENT);
        world.device.volatileWriteCache = true;
        assertEquals(1, controller().volatileWriteCache() & IdentifyController.CACHE_PRESENT);
    }

    @Test
    void namespaceHasTheDevicesSizeAndItsUuid() {
        IdentifyNamespace page = namespace();
        assertEquals(1024, page.sizeBlocks());
        assertEquals(1024, page.capacityBlocks());
        assertEquals(1024 * 4096, page.capacityBytes());
        assertEquals(12, page.currentFormat().blockShift());
        assertEquals(0, page.currentFormat().metadataBytes());
        assertEquals(TargetWorld.NAMESPACE, page.nguid());
        assertEquals(IdentifyNamespace.SHARED, page.sharing());
        assertEquals(1, page.anaGroup(), "ANAGRPID");
    }

    @Test
    void namespaceSaysWhatDeallocatedBlocksRead() {
        assertEquals(
                IdentifyNamespace.DEALLOCATED_READS_ZEROS
                        | IdentifyNamespace.WRITE_ZEROES_DEALLOCATES,
                namespace().deallocateFeatures());
        world.device.readsZeros = false;
        assertEquals(0, namespace().deallocateFeatures());
    }

    @Test
    void namespaceGivesPreferredSizesWhereTheDeviceHasThem() {
        assertEquals(0, namespace().features() & IdentifyNamespace.FEATURE_OPTIMAL_SIZES);
        world.device.preferredIoBlocks = 16;
        IdentifyNamespace page = namespace();
        assertEquals(
                IdentifyNamespace.FEATURE_OPTIMAL_SIZES,
                page.features() & IdentifyNamespace.FEATURE_OPTIMAL_SIZES);
        assertEquals(15, page.preferredWriteBlocks(), "NPWG");
        assertEquals(15, page.optimalWriteBlocks(), "NOWS");
    }

    @Test
    void namespaceThatDoesNotExistIsRefused() {
        for (int nsid : new int[] {0, 2, SubmissionEntry.ALL_NAMESPACES}) {
            assertEquals(
                    Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT),
                    host.identify(IdentifyCommand.CNS_NAMESPACE, nsid).status(),
                    "NSID " + nsid);
        }
    }

    @Test
    void activeListHoldsWhatFollowsTheGivenId() {
        assertEquals(List.of(1), list(0));
        assertEquals(List.of(), list(1));
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT),
                host.identify(IdentifyCommand.CNS_ACTIVE_NAMESPACES, 0xfffffffe).status());
    }

    private List<Integer> list(int above) {
        RawHost.Response response = host.identify(IdentifyCommand.CNS_ACTIVE_NAMESPACES, above);
        assertEquals(Status.SUCCESS, response.status());
        return NamespaceList.decode(response.data(), 0).namespaceIds();
    }

    @Test
    void descriptorsNameTheNamespaceByNguidUuidAndCommandSet() {
        NamespaceDescriptors page =
                NamespaceDescriptors.decode(
                        host.identify(IdentifyCommand.CNS_NAMESPACE_DESCRIPTORS, 1).data(), 0);
        assertEquals(Optional.of(TargetWorld.NAMESPACE), page.nguid());
        assertEquals(Optional.of(TargetWorld.NAMESPACE), page.uuid());
        assertEquals(OptionalInt.of(0), page.commandSet());
    }

    @Test
    void independentPageAgreesWithTheOther() {
        IdentifyIndependentNamespace page =
                IdentifyIndependentNamespace.decode(
                        host.identify(IdentifyCommand.CNS_INDEPENDENT_NAMESPACE, 1).data(), 0);
        assertEquals(1, page.anaGroup());
        assertEquals(IdentifyIndependentNamespace.STATUS_READY, page.status());
        assertEquals(namespace().reservationCapabilities(), page.reservationCapabilities());
    }

    @Test
    void singleCommandsAreLimitedToOneGibibyte() {
        IdentifyNvmController limits =
                IdentifyNvmController.decode(
                        host.identify(IdentifyCommand.CNS_COMMAND_SET_CONTROLLER, 0).data(), 0);
        assertTrue(limits.datasetRanges() > 0);
        assertTrue(limits.datasetRanges() * limits.datasetRangeBlocks() * 4096 <= GIB);
        assertEquals(GIB / 4096, limits.datasetBlocks());
        assertEquals(
                65_536L * 4096,
                4096L << limits.writeZeroesSizeLimit(),
                "no longer Write Zeroes than its block count can say");
    }

    @Test
    void pageOfACommandSetWeDoNotHaveIsRefused() {
        int zoned = 2;
        RawHost.Response response =
                host.call((to, base, id) ->
                        IdentifyCommand.encode(
                                to, base, id, 1, IdentifyCommand.CNS_COMMAND_SET_NAMESPACE, zoned));
        assertEquals(Status.withDoNotRetry(Status.INVALID_IO_COMMAND_SET), response.status());
    }

    @Test
    void theOnlyCommandSetIsNvm() {
        RawHost.Response response =
                host.call((to, base, id) -> {
                    IdentifyCommand.encode(to, base, id, 0, IdentifyCommand.CNS_IO_COMMAND_SETS, 0);
                    SubmissionEntry.setCdw10(
                            to, base, IdentifyCommand.CNS_IO_COMMAND_SETS | 0xffff << 16);
                });
        assertEquals(List.of(1L), IoCommandSets.decode(response.data(), 0).combinations());
    }

    @Test
    void unknownStructureIsRefused() {
        assertEquals(Status.withDoNotRetry(Status.INVALID_FIELD), host.identify(0x7f, 1).status());
    }

    @Test
    void answerDoesNotFitIntoAShorterBuffer() {
        RawHost.Response response =
                host.call((to, base, id) -> {
                    IdentifyCommand.encode(to, base, id, 0, IdentifyCommand.CNS_CONTROLLER, 0);
                    SubmissionEntry.setTransportData(to, base, 512);
                });
        assertEquals(Status.DATA_SGL_LENGTH_INVALID, response.status());
    }

    @Test
    void nothingOfTheBuffersFormerUseIsShown() {
        namespace();
        RawHost.Response response = host.identify(IdentifyCommand.CNS_COMMAND_SET_NAMESPACE, 1);
        assertEquals(Status.SUCCESS, response.status());
        assertEquals(
                -1,
                response.data()
                        .mismatch(MemorySegment.ofArray(new byte[IdentifyCommand.DATA_LENGTH])),
                "a page of zeros");
    }

    @Test
    void discoveryControllerSaysThatItIsOne() {
        RawHost discovery = world.discovery();
        IdentifyController page =
                IdentifyController.decode(
                        discovery.identify(IdentifyCommand.CNS_CONTROLLER, 0).data(), 0);
        assertEquals(IdentifyController.TYPE_DISCOVERY, page.controllerType());
        assertEquals(Nqn.DISCOVERY, page.subsystemNqn());
        assertEquals(0, page.namespaceCount());
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_FIELD),
                discovery.identify(IdentifyCommand.CNS_NAMESPACE, 1).status());
    }
}
