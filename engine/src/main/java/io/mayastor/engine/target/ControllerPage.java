package io.mayastor.engine.target;

import io.mayastor.engine.nvme.CompletionEntry;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.SubmissionEntry;

/**
 * Identify Controller of a controller of either kind (Base 2.0 §5.17.2.1). Stateless; runs on the
 * subsystem's reactor.
 */
final class ControllerPage {
    /**
     * Revision of what a host gets to see, not of the build: a host that reaches a volume through
     * two nodes expects them to look alike while one of them is upgraded.
     */
    static final String FIRMWARE = "1.0";

    /** The only ANA group; 0 would mean "none" to a host. */
    static final int ANA_GROUP = 1;

    private static final int CAPSULE_UNIT = 16;
    private static final int KEEP_ALIVE_SECOND = 10;
    private static final int ANA_TRANSITION_SECONDS = 10;
    private static final int ABORT_LIMIT = 3;
    private static final int ONE_READ_ONLY_FIRMWARE_SLOT = 1 | 1 << 1;
    private static final int SUBMISSION_ENTRY_SHIFTS = 6 | 6 << 4;
    private static final int COMPLETION_ENTRY_SHIFTS = 4 | 4 << 4;

    private ControllerPage() {}

    static IdentifyController of(Controller controller) {
        Subsystem subsystem = controller.subsystem();
        IdentifyController.Draft draft = new IdentifyController.Draft();
        common(controller, draft);
        if (subsystem.isDiscovery()) {
            draft.controllerType = IdentifyController.TYPE_DISCOVERY;
        } else {
            draft.controllerType = IdentifyController.TYPE_IO;
            io(subsystem.group().options(), draft);
            namespaces(subsystem.namespace(), draft);
        }
        return draft.toIdentifyController();
    }

    private static void common(Controller controller, IdentifyController.Draft draft) {
        Subsystem subsystem = controller.subsystem();
        TargetOptions options = subsystem.group().options();
        draft.serialNumber = subsystem.serialNumber();
        draft.modelNumber = subsystem.modelNumber();
        draft.firmwareRevision = FIRMWARE;
        draft.maxTransferShift = options.maxTransferShift();
        draft.controllerId = controller.id();
        draft.version = ControllerProperties.VERSION;
        draft.asyncEvents = AsyncEvents.supported(subsystem.isDiscovery());
        draft.attributes = IdentifyController.ATTRIBUTE_HOST_ID_128;
        draft.abortLimit = ABORT_LIMIT;
        draft.asyncEventLimit = AsyncEvents.LIMIT - 1;
        draft.firmwareUpdates = ONE_READ_ONLY_FIRMWARE_SLOT;
        draft.logPageAttributes =
                IdentifyController.LOG_EXTENDED_LENGTH | IdentifyController.LOG_SUPPORTED_PAGES;
        draft.errorLogEntries = ErrorLog.ENTRIES - 1;
        draft.keepAliveGranularity = KEEP_ALIVE_SECOND;
        draft.maxCommands = options.queueDepth();
        draft.sglSupport =
                IdentifyController.SGL_SUPPORTED
                        | IdentifyController.SGL_OFFSET
                        | IdentifyController.SGL_TRANSPORT;
        draft.subsystemNqn = subsystem.nqn();
        draft.maxSglDescriptors = 1;
    }

    private static void io(TargetOptions options, IdentifyController.Draft draft) {
        draft.sharing =
                IdentifyController.SHARING_PORTS
                        | IdentifyController.SHARING_CONTROLLERS
                        | IdentifyController.SHARING_ANA;
        draft.logPageAttributes |=
                IdentifyController.LOG_SMART_PER_NAMESPACE | IdentifyController.LOG_COMMAND_EFFECTS;
        draft.retryDelay1 = options.retryDelays().first();
        draft.retryDelay2 = options.retryDelays().second();
        draft.retryDelay3 = options.retryDelays().third();
        draft.submissionEntrySizes = SUBMISSION_ENTRY_SHIFTS;
        draft.completionEntrySizes = COMPLETION_ENTRY_SHIFTS;
        draft.commandCapsuleSize =
                (SubmissionEntry.LENGTH + options.inCapsuleBytes()) / CAPSULE_UNIT;
        draft.responseCapsuleSize = CompletionEntry.LENGTH / CAPSULE_UNIT;
        draft.fabricsCommands = IdentifyController.FABRICS_DISCONNECT;
        draft.anaTransitionSeconds = ANA_TRANSITION_SECONDS;
        draft.anaCapabilities =
                IdentifyController.ANA_OPTIMIZED
                        | IdentifyController.ANA_NON_OPTIMIZED
                        | IdentifyController.ANA_INACCESSIBLE
                        | IdentifyController.ANA_PERSISTENT_LOSS
                        | IdentifyController.ANA_CHANGE
                        | IdentifyController.ANA_GROUP_DOES_NOT_CHANGE;
        draft.maxAnaGroupId = ANA_GROUP;
        draft.anaGroups = 1;
    }

    private static void namespaces(Namespace namespace, IdentifyController.Draft draft) {
        draft.namespaceCount = 1;
        draft.maxNamespaces = 1;
        draft.nvmCommands =
                IdentifyController.NVM_COMPARE
                        | IdentifyController.NVM_DATASET_MANAGEMENT
                        | IdentifyController.NVM_WRITE_ZEROES
                        | IdentifyController.NVM_SAVE_FEATURES
                        | IdentifyController.NVM_RESERVATIONS
                        | IdentifyController.NVM_VERIFY;
        draft.fusedOperations = IdentifyController.FUSED_COMPARE_AND_WRITE;
        draft.volatileWriteCache =
                IdentifyController.CACHE_FLUSH_ALL_SUPPORTED
                        | (namespace.device().hasVolatileWriteCache()
                                ? IdentifyController.CACHE_PRESENT
                                : 0);
    }
}
