package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.GlobalIdentifier;
import io.mayastor.engine.nvme.LogPage;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationNotificationLog;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reservation commands of several hosts through their queues. */
class ReservationCommandsTest {
    private static final UUID A = UUID.fromString("aaaaaaaa-0001-0203-0405-060708090a0b");
    private static final UUID B = UUID.fromString("bbbbbbbb-0001-0203-0405-060708090a0b");
    private static final UUID C = UUID.fromString("cccccccc-0001-0203-0405-060708090a0b");
    private static final long KEY_A = 0xaaaa;
    private static final long KEY_B = 0xbbbb;
    private static final int CONFLICT = Status.withDoNotRetry(Status.RESERVATION_CONFLICT);
    private static final int INVALID = Status.withDoNotRetry(Status.INVALID_FIELD);

    private final TargetWorld world = new TargetWorld();
    private final ReservingHost a = new ReservingHost(world, A);
    private final ReservingHost b = new ReservingHost(world, B);

    static Stream<ReservationAccessTest.Row> table() {
        return ReservationAccessTest.table();
    }

    @ParameterizedTest
    @MethodSource("table")
    void dataCommandsConflictAsTheTableSays(ReservationAccessTest.Row row) {
        ReservingHost other = new ReservingHost(world, C);
        assertEquals(Status.SUCCESS, a.register(KEY_A));
        assertEquals(Status.SUCCESS, b.register(KEY_B));
        assertEquals(Status.SUCCESS, a.acquire(KEY_A, row.type()));
        assertAccess(row.holder(), a);
        assertAccess(row.registrant(), b);
        assertAccess(row.other(), other);
        assertEquals(Status.SUCCESS, a.release(KEY_A, row.type()));
        assertAccess("rw", other);
    }

    private static void assertAccess(String access, ReservingHost host) {
        int read = access.contains("r") ? Status.SUCCESS : CONFLICT;
        int write = access.contains("w") ? Status.SUCCESS : CONFLICT;
        for (int opcode : new int[] {NvmOpcode.READ, NvmOpcode.VERIFY}) {
            assertEquals(read, host.data(opcode), NvmOpcode.name(opcode));
        }
        for (int opcode :
                new int[] {
                    NvmOpcode.WRITE,
                    NvmOpcode.FLUSH,
                    NvmOpcode.WRITE_ZEROES,
                    NvmOpcode.DATASET_MANAGEMENT
                }) {
            assertEquals(write, host.data(opcode), NvmOpcode.name(opcode));
        }
        assertEquals(read, host.data(NvmOpcode.COMPARE), "compare of zeros with zeros");
    }

    @Test
    void aStrangerMayOnlyRegisterAndReport() {
        a.register(KEY_A);
        a.acquire(KEY_A, ReservationType.EXCLUSIVE_ACCESS);
        assertEquals(CONFLICT, b.acquire(KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(CONFLICT, b.preempt(KEY_A, KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(CONFLICT, b.release(KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(CONFLICT, b.clear(KEY_A));
        assertEquals(1, b.report().registrants().size());
        assertEquals(Status.SUCCESS, b.register(KEY_B));
        assertEquals(CONFLICT, b.acquire(KEY_B, ReservationType.EXCLUSIVE_ACCESS));
    }

    @Test
    void aHostTakesAnothersVolumeOverAsANexusDoes() {
        int replace = ReservationCommand.REPLACE;
        int clearOnPower = ReservationCommand.PERSISTENCE_CLEAR;
        assertEquals(Status.SUCCESS, a.register(replace, true, clearOnPower, 0, KEY_A));
        assertEquals(Status.SUCCESS, a.acquire(KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(Status.SUCCESS, b.register(replace, true, clearOnPower, 0, KEY_B));
        assertEquals(Status.SUCCESS, b.preempt(KEY_B, KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(CONFLICT, a.data(NvmOpcode.READ));
        assertEquals(Status.SUCCESS, b.data(NvmOpcode.WRITE));
        ReservationReport report = b.report();
        assertEquals(3, report.generation());
        assertEquals(1, report.registrants().size());
        assertEquals(B, report.registrants().getFirst().hostId());
        assertTrue(report.registrants().getFirst().holder());
    }

    @Test
    void rightsBelongToTheHostNotToOneController() {
        a.register(KEY_A);
        a.acquire(KEY_A, ReservationType.EXCLUSIVE_ACCESS);
        ReservingHost secondPath = new ReservingHost(world, A);
        assertEquals(Status.SUCCESS, secondPath.data(NvmOpcode.WRITE));
        assertEquals(Status.SUCCESS, secondPath.release(KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(Status.SUCCESS, b.data(NvmOpcode.WRITE));
    }

    @Test
    void theReportListsControllersAndHostsWithout() {
        ReservingHost secondPath = new ReservingHost(world, A);
        ReservingHost gone = new ReservingHost(world, C);
        a.register(KEY_A);
        b.register(KEY_B);
        gone.register(7);
        b.acquire(KEY_B, ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
        gone.admin.close();
        world.simulation.runUntil("the controller is gone", () -> controllers() == 3);
        ReservationReport report = a.report();
        assertEquals(
                new ReservationReport(
                        3,
                        Optional.of(ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY),
                        false,
                        List.of(
                                entry(a.admin.controllerId(), false, A, KEY_A),
                                entry(secondPath.admin.controllerId(), false, A, KEY_A),
                                entry(b.admin.controllerId(), true, B, KEY_B),
                                entry(ReservationReport.NO_CONTROLLER, false, C, 7))),
                report);
    }

    private int controllers() {
        return world.await(world.target.describe(TargetWorld.NQN)).controllers().size();
    }

    private static ReservationReport.Registrant entry(
            int controller, boolean holder, UUID host, long key) {
        return new ReservationReport.Registrant(controller, holder, host, key);
    }

    @Test
    void theReportIsTheseBytesAndZerosAfterItsEnd() {
        a.register(0x1122334455667788L);
        a.acquire(0x1122334455667788L, ReservationType.EXCLUSIVE_ACCESS);
        String header = "01000000" + "02" + "0100" + "0000" + "00" + "00".repeat(54);
        String registrant =
                "0100"
                        + "01"
                        + "00".repeat(5)
                        + "8877665544332211"
                        + "aaaaaaaa000102030405060708090a0b"
                        + "00".repeat(32);
        assertEquals(header + registrant + "00".repeat(64), hex(a.report(true, 192)));
        assertEquals((header + registrant).substring(0, 160), hex(a.report(true, 80)));
    }

    private static String hex(RawHost.Response response) {
        assertEquals(Status.SUCCESS, response.status());
        return HexFormat.of().formatHex(response.data().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void theShortReportHasNoRoomForTheHostsIdentifier() {
        assertEquals(
                Status.withDoNotRetry(Status.HOST_ID_INCONSISTENT_FORMAT),
                a.report(false, 4096).status());
    }

    @Test
    void aReportLongerThanATransferIsRefused() {
        assertEquals(INVALID, a.report(true, TargetWorld.OPTIONS.maxTransferBytes() + 4).status());
    }

    @Test
    void reservedValuesAreRefused() {
        int keep = ReservationCommand.PERSISTENCE_KEEP;
        assertEquals(INVALID, a.register(3, false, keep, 0, KEY_A), "action");
        assertEquals(INVALID, a.register(0, false, 1, 0, KEY_A), "CPTPL");
        assertEquals(
                INVALID,
                a.register(0, false, ReservationCommand.PERSISTENCE_SET, 0, KEY_A),
                "persistence without a store");
        a.register(KEY_A);
        int acquire = NvmOpcode.RESERVATION_ACQUIRE;
        int release = NvmOpcode.RESERVATION_RELEASE;
        assertEquals(INVALID, plain(acquire, 3 | 1 << 8), "action");
        assertEquals(INVALID, plain(acquire, 1 << 3 | 1 << 8), "key ignored");
        assertEquals(INVALID, plain(acquire, 0), "type 0");
        assertEquals(INVALID, plain(acquire, 7 << 8), "type 7");
        assertEquals(INVALID, plain(release, 2 | 1 << 8), "action");
        assertEquals(INVALID, plain(release, 1 << 3 | 1 << 8), "key ignored");
        assertEquals(INVALID, plain(release, 0), "type 0");
        assertEquals(
                ReservationState.EMPTY.registered(A, KEY_A).nextGeneration(), state(), "state");
    }

    private int plain(int opcode, int dword) {
        return a.io.call(
                        (to, base, id) -> {
                            SubmissionEntry.encode(to, base, opcode, id, 1);
                            SubmissionEntry.setCdw10(to, base, dword);
                            SubmissionEntry.setInCapsuleData(to, base, 16);
                        },
                        new byte[16])
                .status();
    }

    private ReservationState state() {
        return world.target.discoverable().getFirst().namespace().reservations().state();
    }

    @Test
    void aHostWithoutIdentifierCanNotRegister() {
        ReservingHost nameless = new ReservingHost(world, GlobalIdentifier.NONE);
        assertEquals(INVALID, nameless.register(KEY_A));
    }

    @Test
    void clearNeedsNoType() {
        a.register(KEY_A);
        assertEquals(Status.SUCCESS, a.clear(KEY_A));
        assertEquals(List.of(), state().registrants());
    }

    @Test
    void thePreemptedHostIsToldAndFindsOutWhy() {
        a.register(KEY_A);
        b.register(KEY_B);
        a.acquire(KEY_A, ReservationType.WRITE_EXCLUSIVE);
        int request =
                a.admin.start((to, base, id) ->
                        SubmissionEntry.encode(to, base, AdminOpcode.ASYNC_EVENT_REQUEST, id, 0));
        b.preempt(KEY_B, KEY_A, ReservationType.WRITE_EXCLUSIVE);
        assertEquals(AsyncEvent.RESERVATION_LOG_AVAILABLE, a.admin.response(request).dw0());
        assertEquals(
                new ReservationNotificationLog(
                        1, ReservationNotificationLog.TYPE_REGISTRATION_PREEMPTED, 0, 1),
                log(a));
        assertEquals(ReservationNotificationLog.TYPE_EMPTY, log(b).type());
    }

    @Test
    void whatAHostDoesToItselfIsNoNewsForIt() {
        a.register(KEY_A);
        b.register(KEY_B);
        a.acquire(KEY_A, ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        a.release(KEY_A, ReservationType.WRITE_EXCLUSIVE_ALL_REGISTRANTS);
        b.clear(KEY_B);
        ReservationNotificationLog first = log(b);
        assertEquals(ReservationNotificationLog.TYPE_RESERVATION_RELEASED, first.type());
        assertEquals(0, first.remaining());
        assertEquals(ReservationNotificationLog.TYPE_RESERVATION_PREEMPTED, log(a).type());
    }

    private static ReservationNotificationLog log(ReservingHost host) {
        return ReservationNotificationLog.decode(
                host.admin
                        .log(LogPage.RESERVATION_NOTIFICATION, ReservationNotificationLog.LENGTH)
                        .data(),
                0);
    }

    @Test
    void reservationCommandsAreAnsweredWhileDataCommandsAreHeld() {
        world.await(world.target.pause(TargetWorld.NQN));
        assertEquals(Status.SUCCESS, a.register(KEY_A));
        assertEquals(Status.SUCCESS, a.acquire(KEY_A, ReservationType.EXCLUSIVE_ACCESS));
        assertEquals(1, a.report().registrants().size());
    }
}
