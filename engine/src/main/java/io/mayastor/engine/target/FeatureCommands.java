package io.mayastor.engine.target;

import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeatureValue;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.HostBehavior;
import io.mayastor.engine.nvme.HostIdentifier;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.nvme.WireFormatException;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;

/**
 * Get Features and Set Features (Base 2.0 §5.15, §5.27); the values are in {@link
 * ControllerFeatures}. Stateless; runs on the connection's reactor.
 */
final class FeatureCommands {
    private FeatureCommands() {}

    static int prepareGet(Controller controller, Command command) {
        int feature = FeaturesCommand.feature(Memory.ALL, command.entryBase);
        int select = FeaturesCommand.select(Memory.ALL, command.entryBase);
        int argument = FeaturesCommand.value(Memory.ALL, command.entryBase);
        if (!controller.features().supports(feature)
                || select > FeaturesCommand.SELECT_CAPABILITIES) {
            return Status.INVALID_FIELD;
        }
        if (select == FeaturesCommand.SELECT_CAPABILITIES) {
            return Status.SUCCESS;
        }
        if (ControllerFeatures.isPerNamespace(feature) && !namesNamespace(controller, command)) {
            return Status.INVALID_NAMESPACE_OR_FORMAT;
        }
        switch (feature) {
            case Feature.HOST_IDENTIFIER -> {
                if ((argument & FeatureValue.HOST_ID_128) == 0) {
                    return Status.INVALID_FIELD;
                }
                command.dataLength = HostIdentifier.LENGTH;
            }
            case Feature.HOST_BEHAVIOR_SUPPORT -> command.dataLength = HostBehavior.LENGTH;
            default -> {}
        }
        command.needsBuffer = command.dataLength > 0;
        return Status.SUCCESS;
    }

    /** DW0 of a checked Get Features. */
    static int value(Controller controller, Command command) {
        ControllerFeatures features = controller.features();
        int feature = FeaturesCommand.feature(Memory.ALL, command.entryBase);
        return switch (FeaturesCommand.select(Memory.ALL, command.entryBase)) {
            case FeaturesCommand.SELECT_CURRENT -> features.value(feature);
            case FeaturesCommand.SELECT_CAPABILITIES ->
                    (ControllerFeatures.isChangeable(feature)
                                    ? FeaturesCommand.CAPABILITY_CHANGEABLE
                                    : 0)
                            | (ControllerFeatures.isPerNamespace(feature)
                                    ? FeaturesCommand.CAPABILITY_PER_NAMESPACE
                                    : 0);
            default -> features.defaultValue(feature);
        };
    }

    /** Data of a checked Get Features that has any. */
    static void encodeData(Controller controller, Command command, MemorySegment to, long at) {
        int feature = FeaturesCommand.feature(Memory.ALL, command.entryBase);
        int select = FeaturesCommand.select(Memory.ALL, command.entryBase);
        if (feature == Feature.HOST_IDENTIFIER) {
            new HostIdentifier(controller.hostId()).encode(to, at);
        } else {
            (select == FeaturesCommand.SELECT_CURRENT
                            ? controller.features().behavior()
                            : ControllerFeatures.defaultBehavior())
                    .encode(to, at);
        }
    }

    static int prepareSet(Controller controller, Command command) {
        int feature = FeaturesCommand.feature(Memory.ALL, command.entryBase);
        int value = FeaturesCommand.value(Memory.ALL, command.entryBase);
        ControllerFeatures features = controller.features();
        if (!features.supports(feature)) {
            return Status.INVALID_FIELD;
        }
        if (FeaturesCommand.save(Memory.ALL, command.entryBase)) {
            return Status.FEATURE_NOT_SAVEABLE;
        }
        int scope = checkScope(controller, command, feature);
        if (scope != Status.SUCCESS) {
            return scope;
        }
        if (feature == Feature.HOST_IDENTIFIER) {
            // Connect has set it, and an association exists.
            return Status.COMMAND_SEQUENCE_ERROR;
        }
        if (!ControllerFeatures.isChangeable(feature)) {
            return value == features.value(feature)
                    ? Status.SUCCESS
                    : Status.FEATURE_NOT_CHANGEABLE;
        }
        if (!features.accepts(feature, value)) {
            return Status.INVALID_FIELD;
        }
        return switch (feature) {
            case Feature.NUMBER_OF_QUEUES ->
                    controller.connectedQueues() > 0
                            ? Status.COMMAND_SEQUENCE_ERROR
                            : Status.SUCCESS;
            case Feature.KEEP_ALIVE_TIMER ->
                    features.acceptsKeepAlive(Integer.toUnsignedLong(value))
                            ? Status.SUCCESS
                            : Status.KEEP_ALIVE_INVALID;
            case Feature.HOST_BEHAVIOR_SUPPORT -> {
                command.dataLength = HostBehavior.LENGTH;
                yield Status.SUCCESS;
            }
            default -> Status.SUCCESS;
        };
    }

    private static int checkScope(Controller controller, Command command, int feature) {
        if (!ControllerCommands.namesController(controller, command)) {
            return Status.INVALID_NAMESPACE_OR_FORMAT;
        }
        int nsid = SubmissionEntry.namespaceId(Memory.ALL, command.entryBase);
        if (ControllerFeatures.isPerNamespace(feature)) {
            return nsid == 0 ? Status.INVALID_NAMESPACE_OR_FORMAT : Status.SUCCESS;
        }
        return namesNamespace(controller, command)
                ? Status.FEATURE_NOT_NAMESPACE_SPECIFIC
                : Status.SUCCESS;
    }

    private static boolean namesNamespace(Controller controller, Command command) {
        int nsid = SubmissionEntry.namespaceId(Memory.ALL, command.entryBase);
        return controller.subsystem().namespace(nsid) != null;
    }

    static void executeSet(Controller controller, Command command) {
        int feature = FeaturesCommand.feature(Memory.ALL, command.entryBase);
        if (feature == Feature.HOST_BEHAVIOR_SUPPORT) {
            setBehavior(controller, command);
            return;
        }
        int value = FeaturesCommand.value(Memory.ALL, command.entryBase);
        if (feature == Feature.RESERVATION_PERSISTENCE) {
            boolean persists = (value & FeatureValue.PERSIST_THROUGH_POWER_LOSS) != 0;
            controller
                    .features()
                    .reservations()
                    .submit(
                            state -> ReservationChange.to(state.withPersistence(persists)),
                            change -> command.queue.respond(command, change.status()));
            return;
        }
        command.result = Integer.toUnsignedLong(controller.features().set(feature, value));
        command.queue.respond(command, Status.SUCCESS);
    }

    private static void setBehavior(Controller controller, Command command) {
        MemorySegment data = Memory.ALL.asSlice(command.dataAddress, command.dataLength);
        try {
            controller.features().setBehavior(HostBehavior.decode(data, 0));
        } catch (WireFormatException e) {
            command.queue.respond(command, Status.withDoNotRetry(Status.INVALID_FIELD));
            return;
        }
        command.queue.respond(command, Status.SUCCESS);
    }
}
