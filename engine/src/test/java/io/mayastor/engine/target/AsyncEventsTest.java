package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AnaState;
import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.AsyncEventNotice;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeatureValue;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.NamespaceList;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.ReservationNotificationLog;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncEventsTest {
    private final TargetWorld world = new TargetWorld();
    private final RawHost host = world.admin();

    private int request() {
        return host.start((to, base, id) ->
                SubmissionEntry.encode(to, base, AdminOpcode.ASYNC_EVENT_REQUEST, id, 0));
    }

    private void setAna(AnaState state) {
        world.await(world.target.setAna(TargetWorld.NQN, state));
    }

    /** What the target has sent up to now has come when a later command is answered. */
    private boolean isAnswered(int id) {
        assertEquals(Status.SUCCESS, host.plain(AdminOpcode.KEEP_ALIVE).status());
        return host.isAnswered(id);
    }

    @Test
    void requestWaitsUntilTheAnaStateChanges() {
        int request = request();
        assertFalse(isAnswered(request));
        setAna(AnaState.INACCESSIBLE);
        assertEquals(AsyncEvent.ANA_CHANGED, host.response(request).dw0());
    }

    @Test
    void eventWaitsForARequest() {
        setAna(AnaState.INACCESSIBLE);
        assertEquals(AsyncEvent.ANA_CHANGED, host.response(request()).dw0());
    }

    @Test
    void eventIsToldOnceUntilItsLogIsRead() {
        int first = request();
        int second = request();
        setAna(AnaState.INACCESSIBLE);
        assertEquals(AsyncEvent.ANA_CHANGED, host.response(first).dw0());
        setAna(AnaState.OPTIMIZED);
        assertFalse(isAnswered(second));
        assertEquals(Status.SUCCESS, host.log(LogPage.ANA, 0, 64, true).status());
        setAna(AnaState.INACCESSIBLE);
        assertFalse(isAnswered(second), "the log was read, but the event retained");
        assertEquals(Status.SUCCESS, host.log(LogPage.ANA, 64).status());
        assertFalse(isAnswered(second), "the log that was read showed the change");
        setAna(AnaState.OPTIMIZED);
        assertEquals(AsyncEvent.ANA_CHANGED, host.response(second).dw0());
    }

    @Test
    void kindsOfEventsDoNotHideEachOther() {
        int first = request();
        int second = request();
        assertFalse(isAnswered(second));
        setAna(AnaState.INACCESSIBLE);
        world.onReactor(() -> world.device.resize(2048));
        assertEquals(AsyncEvent.ANA_CHANGED, host.response(first).dw0());
        assertEquals(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED, host.response(second).dw0());
    }

    @Test
    void growthIsToldAndListedUntilRead() {
        int request = request();
        world.onReactor(() -> world.device.resize(2048));
        assertEquals(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED, host.response(request).dw0());
        assertEquals(List.of(1), changedNamespaces(true));
        assertEquals(List.of(1), changedNamespaces(false));
        assertEquals(List.of(), changedNamespaces(false));
    }

    private List<Integer> changedNamespaces(boolean retain) {
        RawHost.Response response =
                host.log(LogPage.CHANGED_NAMESPACE_LIST, 0, NamespaceList.LENGTH, retain);
        return NamespaceList.decode(response.data(), 0).namespaceIds();
    }

    @Test
    void noticeThatIsNotWantedIsNotTold() {
        configure(AsyncEventNotice.NAMESPACE_ATTRIBUTE);
        int request = request();
        setAna(AnaState.INACCESSIBLE);
        assertFalse(isAnswered(request));
    }

    private void configure(int notices) {
        RawHost.Response response =
                host.call((to, base, id) ->
                        FeaturesCommand.encodeSet(
                                to,
                                base,
                                id,
                                0,
                                Feature.ASYNC_EVENT_CONFIGURATION,
                                false,
                                notices));
        assertEquals(Status.SUCCESS, response.status());
    }

    @Test
    void fourRequestsMayWait() {
        for (int i = 0; i < 4; i++) {
            assertFalse(isAnswered(request()));
        }
        assertEquals(
                Status.withDoNotRetry(Status.ASYNC_EVENT_LIMIT_EXCEEDED),
                host.response(request()).status());
    }

    @Test
    void resetAnswersTheRequestsThatWait() {
        int request = request();
        assertEquals(Status.SUCCESS, host.setProperty(Property.CC, 0).status());
        assertEquals(Status.ABORTED_SQ_DELETION, host.response(request).status());
    }

    @Test
    void requestsOfALostConnectionAreForgotten() {
        request();
        request();
        host.close();
        world.simulation.runUntil("the controller is gone", this::noControllers);
    }

    private boolean noControllers() {
        return world.await(world.target.describe(TargetWorld.NQN)).controllers().isEmpty();
    }

    @Test
    void reservationEventsAreReadOneByOne() {
        int first = request();
        int second = request();
        reservationEvent(ReservationNotificationLog.TYPE_REGISTRATION_PREEMPTED);
        reservationEvent(ReservationNotificationLog.TYPE_RESERVATION_RELEASED);
        assertEquals(AsyncEvent.RESERVATION_LOG_AVAILABLE, host.response(first).dw0());
        assertFalse(isAnswered(second));
        assertEquals(new ReservationNotificationLog(1, 1, 1, 1), reservationLog());
        assertEquals(AsyncEvent.RESERVATION_LOG_AVAILABLE, host.response(second).dw0());
        assertEquals(new ReservationNotificationLog(2, 2, 0, 1), reservationLog());
        assertEquals(new ReservationNotificationLog(0, 0, 0, 0), reservationLog());
    }

    @Test
    void reservationEventCanBeMasked() {
        RawHost.Response response =
                host.call((to, base, id) ->
                        FeaturesCommand.encodeSet(
                                to,
                                base,
                                id,
                                1,
                                Feature.RESERVATION_NOTIFICATION_MASK,
                                false,
                                FeatureValue.MASK_RESERVATION_RELEASED));
        assertEquals(Status.SUCCESS, response.status());
        int request = request();
        reservationEvent(ReservationNotificationLog.TYPE_RESERVATION_RELEASED);
        assertFalse(isAnswered(request));
        reservationEvent(ReservationNotificationLog.TYPE_RESERVATION_PREEMPTED);
        assertEquals(AsyncEvent.RESERVATION_LOG_AVAILABLE, host.response(request).dw0());
    }

    private void reservationEvent(int type) {
        world.onReactor(() ->
                world.target
                        .discoverable()
                        .getFirst()
                        .controllers()
                        .forEach(controller ->
                                controller.asyncEvents().reservationChanged(type, 1)));
    }

    private ReservationNotificationLog reservationLog() {
        RawHost.Response response =
                host.log(LogPage.RESERVATION_NOTIFICATION, ReservationNotificationLog.LENGTH);
        return ReservationNotificationLog.decode(response.data(), 0);
    }
}
