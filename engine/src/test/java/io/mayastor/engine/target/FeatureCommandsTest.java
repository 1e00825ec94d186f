package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.AsyncEventNotice;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeatureValue;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.HostBehavior;
import io.mayastor.engine.nvme.HostIdentifier;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class FeatureCommandsTest {
    private static final int INVALID = Status.withDoNotRetry(Status.INVALID_FIELD);

    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.admin();

    private RawHost.Response set(int feature, int namespace, int value) {
        return host.call((to, base, id) ->
                FeaturesCommand.encodeSet(to, base, id, namespace, feature, false, value));
    }

    private RawHost.Response set(int feature, int value) {
        return set(feature, 0, value);
    }

    private RawHost.Response get(int feature, int namespace, int select) {
        return host.call((to, base, id) ->
                FeaturesCommand.encodeGet(to, base, id, namespace, feature, select, 0));
    }

    private int current(int feature) {
        RawHost.Response response = get(feature, 0, FeaturesCommand.SELECT_CURRENT);
        assertEquals(Status.SUCCESS, response.status());
        return response.dw0();
    }

    @Test
    void numberOfQueuesIsGrantedWithinTheLimit() {
        assertEquals(
                FeatureValue.queues(3, 3),
                set(Feature.NUMBER_OF_QUEUES, FeatureValue.queues(3, 3)).dw0());
        assertEquals(
                FeatureValue.queues(8, 8),
                set(Feature.NUMBER_OF_QUEUES, FeatureValue.queues(1000, 1000)).dw0());
        assertEquals(FeatureValue.queues(8, 8), current(Feature.NUMBER_OF_QUEUES));
        assertEquals(INVALID, set(Feature.NUMBER_OF_QUEUES, 0xffff).status());
    }

    @Test
    void numberOfQueuesStandsOnceAQueueIsConnected() {
        world.io(host, 1);
        assertEquals(
                Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR),
                set(Feature.NUMBER_OF_QUEUES, FeatureValue.queues(2, 2)).status());
    }

    @Test
    void keepAliveTimeOutIsRoundedUpToSeconds() {
        assertEquals(Status.SUCCESS, set(Feature.KEEP_ALIVE_TIMER, 1500).status());
        assertEquals(2000, current(Feature.KEEP_ALIVE_TIMER));
        assertEquals(
                Status.withDoNotRetry(Status.KEEP_ALIVE_INVALID),
                set(Feature.KEEP_ALIVE_TIMER, -1).status());
    }

    @Test
    void asyncEventConfigurationTakesWhatTheControllerCanTell() {
        assertEquals(
                AsyncEventNotice.NAMESPACE_ATTRIBUTE | AsyncEventNotice.ANA_CHANGE,
                current(Feature.ASYNC_EVENT_CONFIGURATION));
        assertEquals(
                Status.SUCCESS,
                set(Feature.ASYNC_EVENT_CONFIGURATION, AsyncEventNotice.ANA_CHANGE).status());
        assertEquals(AsyncEventNotice.ANA_CHANGE, current(Feature.ASYNC_EVENT_CONFIGURATION));
        assertEquals(
                INVALID,
                set(Feature.ASYNC_EVENT_CONFIGURATION, AsyncEventNotice.DISCOVERY_LOG).status());
    }

    @Test
    void hostIdentifierIsTheOneOfConnect() {
        RawHost.Response response =
                host.call((to, base, id) -> {
                    FeaturesCommand.encodeGet(
                            to, base, id, 0, Feature.HOST_IDENTIFIER, 0, FeatureValue.HOST_ID_128);
                    SubmissionEntry.setTransportData(to, base, HostIdentifier.LENGTH);
                });
        assertEquals(RawHost.HOST_ID, HostIdentifier.decode(response.data(), 0).value());
        assertEquals(INVALID, get(Feature.HOST_IDENTIFIER, 0, 0).status(), "64 bits");
        assertEquals(
                Status.withDoNotRetry(Status.COMMAND_SEQUENCE_ERROR),
                set(Feature.HOST_IDENTIFIER, FeatureValue.HOST_ID_128).status());
    }

    @Test
    void hostBehaviorIsKeptAndItsReservedValuesAreRefused() {
        byte[] data = new byte[HostBehavior.LENGTH];
        new HostBehavior(true, false, false).encode(MemorySegment.ofArray(data), 0);
        assertEquals(Status.SUCCESS, setBehavior(data).status());
        RawHost.Response response =
                host.call((to, base, id) -> {
                    FeaturesCommand.encodeGet(to, base, id, 0, Feature.HOST_BEHAVIOR_SUPPORT, 0, 0);
                    SubmissionEntry.setTransportData(to, base, HostBehavior.LENGTH);
                });
        assertEquals(new HostBehavior(true, false, false), HostBehavior.decode(response.data(), 0));
        data[1] = 7;
        assertEquals(INVALID, setBehavior(data).status());
    }

    private RawHost.Response setBehavior(byte[] data) {
        return host.call(
                (to, base, id) -> {
                    FeaturesCommand.encodeSet(
                            to, base, id, 0, Feature.HOST_BEHAVIOR_SUPPORT, false, 0);
                    SubmissionEntry.setInCapsuleData(to, base, data.length);
                },
                data);
    }

    @Test
    void hostBehaviorMayComeByR2t() {
        byte[] data = new byte[HostBehavior.LENGTH];
        MemorySegment.ofArray(data).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        int id =
                host.startWrite(
                        (to, base, command) -> {
                            FeaturesCommand.encodeSet(
                                    to, base, command, 0, Feature.HOST_BEHAVIOR_SUPPORT, false, 0);
                            SubmissionEntry.setTransportData(to, base, data.length);
                        },
                        data);
        assertEquals(Status.SUCCESS, host.response(id).status());
        assertEquals(1, host.r2ts());
    }

    @Test
    void writeCacheFeatureExistsWithTheCacheOnlyAndStaysOn() {
        assertEquals(INVALID, get(Feature.VOLATILE_WRITE_CACHE, 0, 0).status());
        world.device.volatileWriteCache = true;
        assertEquals(FeatureValue.WRITE_CACHE_ENABLED, current(Feature.VOLATILE_WRITE_CACHE));
        assertEquals(
                Status.withDoNotRetry(Status.FEATURE_NOT_CHANGEABLE),
                set(Feature.VOLATILE_WRITE_CACHE, 0).status());
        assertEquals(Status.SUCCESS, set(Feature.VOLATILE_WRITE_CACHE, 1).status());
    }

    @Test
    void reservationMaskBelongsToANamespace() {
        int mask = FeatureValue.MASK_RESERVATION_RELEASED;
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT),
                set(Feature.RESERVATION_NOTIFICATION_MASK, 0, mask).status());
        assertEquals(Status.SUCCESS, set(Feature.RESERVATION_NOTIFICATION_MASK, 1, mask).status());
        assertEquals(mask, get(Feature.RESERVATION_NOTIFICATION_MASK, 1, 0).dw0());
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT),
                get(Feature.RESERVATION_NOTIFICATION_MASK, SubmissionEntry.ALL_NAMESPACES, 0)
                        .status());
    }

    @Test
    void featureOfTheControllerIsNotSetForANamespace() {
        assertEquals(
                Status.withDoNotRetry(Status.FEATURE_NOT_NAMESPACE_SPECIFIC),
                set(Feature.ARBITRATION, 1, 0).status());
        assertEquals(
                Status.withDoNotRetry(Status.INVALID_NAMESPACE_OR_FORMAT),
                set(Feature.ARBITRATION, 9, 0).status());
    }

    @Test
    void nothingIsSaved() {
        RawHost.Response response =
                host.call((to, base, id) ->
                        FeaturesCommand.encodeSet(to, base, id, 0, Feature.ARBITRATION, true, 3));
        assertEquals(Status.withDoNotRetry(Status.FEATURE_NOT_SAVEABLE), response.status());
    }

    @Test
    void defaultAndCapabilitiesCanBeAskedFor() {
        set(Feature.ARBITRATION, 3);
        assertEquals(3, current(Feature.ARBITRATION));
        assertEquals(0, get(Feature.ARBITRATION, 0, FeaturesCommand.SELECT_DEFAULT).dw0());
        assertEquals(
                FeaturesCommand.CAPABILITY_CHANGEABLE,
                get(Feature.ARBITRATION, 0, FeaturesCommand.SELECT_CAPABILITIES).dw0());
        assertEquals(INVALID, get(Feature.ARBITRATION, 0, 5).status());
    }

    @Test
    void valuesWithoutMeaningHereAreRefused() {
        assertEquals(INVALID, set(Feature.POWER_MANAGEMENT, 1).status());
        assertEquals(INVALID, set(Feature.TEMPERATURE_THRESHOLD, 3 << 16).status());
        assertEquals(INVALID, set(Feature.ERROR_RECOVERY, FeatureValue.DEALLOCATED_ERROR).status());
        assertEquals(INVALID, set(Feature.INTERRUPT_COALESCING, 0).status());
        assertEquals(INVALID, get(0xee, 0, 0).status());
    }
}
