package io.mayastor.engine.target;

import io.mayastor.engine.nvme.ControllerCapabilities;
import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.SpecificationVersion;

/**
 * Properties of a controller (Base 2.0 §3.1.3): what a host reads, and which configuration it may
 * set. Stateless; the state is the {@link Controller}'s.
 */
final class ControllerProperties {
    static final SpecificationVersion VERSION = new SpecificationVersion(2, 0, 0);

    /** A controller is ready at once; this is how long a host bears with a busy reactor: 15 s. */
    private static final int READY_TIMEOUT_UNITS = 30;

    private static final int READY_WITH_MEDIA = 1;
    private static final int SHUTDOWN_RESERVED = 3;
    private static final int SUBMISSION_ENTRY_SHIFT = 6;
    private static final int COMPLETION_ENTRY_SHIFT = 4;

    private ControllerProperties() {}

    /** Whether this controller has the property. */
    static boolean exists(Property property) {
        return switch (property) {
            case CAP, VS, CC, CSTS, CRTO -> true;
            case NSSR, NSSD -> false;
        };
    }

    static long value(Controller controller, Property property) {
        return switch (property) {
            case CAP -> capabilities(controller).encode();
            case VS -> VERSION.encode();
            case CC -> Integer.toUnsignedLong(controller.configuration());
            case CSTS -> controller.status();
            case CRTO -> READY_TIMEOUT_UNITS;
            case NSSR, NSSD ->
                    throw new IllegalArgumentException("property " + property + " does not exist");
        };
    }

    private static ControllerCapabilities capabilities(Controller controller) {
        // Not "found by Identify" although CNS 1Ch is answered: hosts would go on to ask for the
        // pages and effects of command sets that nobody has here, and report the refusals.
        return new ControllerCapabilities(
                controller.subsystem().group().options().queueDepth(),
                true,
                READY_TIMEOUT_UNITS,
                ControllerCapabilities.CSS_NVM,
                0,
                0,
                READY_WITH_MEDIA);
    }

    /** Whether the host may set CC to this value now. */
    static boolean mayConfigure(Controller controller, int bits) {
        ControllerConfiguration now = ControllerConfiguration.decode(bits);
        if (now.shutdown() == SHUTDOWN_RESERVED) {
            return false;
        }
        if (!now.enabled()) {
            return true;
        }
        ControllerConfiguration before = ControllerConfiguration.decode(controller.configuration());
        if (before.enabled()) {
            return now.commandSet() == before.commandSet()
                    && now.pageShift() == before.pageShift()
                    && now.arbitration() == before.arbitration();
        }
        if (now.commandSet() != ControllerConfiguration.COMMAND_SET_NVM
                || now.pageShift() != 0
                || now.arbitration() != 0
                || now.readyIndependentOfMedia()) {
            return false;
        }
        return controller.subsystem().isDiscovery()
                || (now.submissionEntryShift() == SUBMISSION_ENTRY_SHIFT
                        && now.completionEntryShift() == COMPLETION_ENTRY_SHIFT);
    }
}
