package io.mayastor.engine.target;

import io.mayastor.engine.nvme.AsyncEventNotice;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeatureValue;
import io.mayastor.engine.nvme.HostBehavior;

/**
 * Features of a controller and their values (Base 2.0 §5.27). Nothing is saved: a new controller
 * starts with the defaults. Owner thread: the subsystem's reactor.
 */
final class ControllerFeatures {
    /** Set Features may ask for any number of milliseconds; KAS says that seconds count. */
    private static final long KEEP_ALIVE_STEP_MILLIS = 1000;

    private static final HostBehavior DEFAULT_BEHAVIOR = new HostBehavior(false, false, false);

    private final Controller controller;
    private final int[] values = new int[Feature.RESERVATION_NOTIFICATION_MASK + 1];
    private HostBehavior behavior = DEFAULT_BEHAVIOR;

    ControllerFeatures(Controller controller) {
        this.controller = controller;
        for (int feature = 0; feature < values.length; feature++) {
            values[feature] = defaultValue(feature);
        }
    }

    /** Whether this controller has the feature. */
    boolean supports(int feature) {
        boolean discovery = controller.subsystem().isDiscovery();
        return switch (feature) {
            case Feature.ASYNC_EVENT_CONFIGURATION, Feature.KEEP_ALIVE_TIMER -> true;
            case Feature.ARBITRATION,
                    Feature.POWER_MANAGEMENT,
                    Feature.TEMPERATURE_THRESHOLD,
                    Feature.ERROR_RECOVERY,
                    Feature.NUMBER_OF_QUEUES,
                    Feature.WRITE_ATOMICITY,
                    Feature.HOST_BEHAVIOR_SUPPORT,
                    Feature.HOST_IDENTIFIER,
                    Feature.RESERVATION_NOTIFICATION_MASK,
                    Feature.RESERVATION_PERSISTENCE ->
                    !discovery;
            case Feature.VOLATILE_WRITE_CACHE ->
                    !discovery
                            && controller.subsystem().namespace().device().hasVolatileWriteCache();
            default -> false;
        };
    }

    /** Whether each namespace has its own value. */
    static boolean isPerNamespace(int feature) {
        return feature == Feature.RESERVATION_NOTIFICATION_MASK
                || feature == Feature.RESERVATION_PERSISTENCE;
    }

    static boolean isChangeable(int feature) {
        return feature != Feature.VOLATILE_WRITE_CACHE && feature != Feature.HOST_IDENTIFIER;
    }

    int defaultValue(int feature) {
        return switch (feature) {
            case Feature.VOLATILE_WRITE_CACHE -> FeatureValue.WRITE_CACHE_ENABLED;
            case Feature.ASYNC_EVENT_CONFIGURATION ->
                    AsyncEvents.supported(controller.subsystem().isDiscovery());
            case Feature.NUMBER_OF_QUEUES -> {
                int queues = controller.subsystem().group().options().ioQueues();
                yield FeatureValue.queues(queues, queues);
            }
            default -> 0;
        };
    }

    int value(int feature) {
        return switch (feature) {
            case Feature.NUMBER_OF_QUEUES ->
                    FeatureValue.queues(controller.grantedQueues(), controller.grantedQueues());
            case Feature.KEEP_ALIVE_TIMER -> (int) controller.keepAliveMillis();
            case Feature.RESERVATION_PERSISTENCE ->
                    reservations().state().persists() ? FeatureValue.PERSIST_THROUGH_POWER_LOSS : 0;
            default -> values[feature];
        };
    }

    /** Whether a changeable feature may take this value. */
    boolean accepts(int feature, int value) {
        return switch (feature) {
            case Feature.POWER_MANAGEMENT -> FeatureValue.powerState(value) == 0;
            case Feature.TEMPERATURE_THRESHOLD -> {
                int sensor = FeatureValue.temperatureSensor(value);
                yield (sensor == 0 || sensor == FeatureValue.ALL_SENSORS)
                        && FeatureValue.temperatureKind(value) <= 1;
            }
            case Feature.ERROR_RECOVERY -> (value & FeatureValue.DEALLOCATED_ERROR) == 0;
            case Feature.NUMBER_OF_QUEUES -> FeatureValue.isLegalQueues(value);
            case Feature.RESERVATION_PERSISTENCE ->
                    (value & FeatureValue.PERSIST_THROUGH_POWER_LOSS) == 0
                            || reservations().canPersist();
            case Feature.ASYNC_EVENT_CONFIGURATION -> {
                int allowed =
                        AsyncEvents.supported(controller.subsystem().isDiscovery())
                                | AsyncEventNotice.CRITICAL_WARNINGS;
                yield (value & ~allowed) == 0;
            }
            default -> true;
        };
    }

    /** Whether a keep-alive time-out is one we hold to. */
    boolean acceptsKeepAlive(long millis) {
        return millis <= controller.subsystem().group().options().maxKeepAliveMillis();
    }

    /** Takes an accepted value over; returns DW0 of the completion. */
    int set(int feature, int value) {
        switch (feature) {
            case Feature.NUMBER_OF_QUEUES -> {
                int wanted =
                        Math.max(
                                FeatureValue.submissionQueues(value),
                                FeatureValue.completionQueues(value));
                int granted = controller.grantQueues(wanted);
                return FeatureValue.queues(granted, granted);
            }
            case Feature.KEEP_ALIVE_TIMER -> {
                long millis = Integer.toUnsignedLong(value);
                controller.setKeepAlive(
                        (millis + KEEP_ALIVE_STEP_MILLIS - 1)
                                / KEEP_ALIVE_STEP_MILLIS
                                * KEEP_ALIVE_STEP_MILLIS);
            }
            default -> values[feature] = value;
        }
        return 0;
    }

    /** Of the namespace, the same for every controller. */
    Reservations reservations() {
        return controller.subsystem().namespace().reservations();
    }

    HostBehavior behavior() {
        return behavior;
    }

    void setBehavior(HostBehavior wanted) {
        behavior = wanted;
    }

    static HostBehavior defaultBehavior() {
        return DEFAULT_BEHAVIOR;
    }

    int asyncEventConfiguration() {
        return values[Feature.ASYNC_EVENT_CONFIGURATION];
    }

    /** Reservation events that are not reported, bits as in {@link FeatureValue}. */
    int reservationMask() {
        return values[Feature.RESERVATION_NOTIFICATION_MASK];
    }
}
