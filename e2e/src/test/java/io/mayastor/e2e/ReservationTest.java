package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts and one namespace, kept apart by reservations; they take turns in being connected. */
@GuestTest
class ReservationTest {
    private static final String FIRST = "11111111-0000-4000-8000-000000000001";
    private static final String SECOND = "22222222-0000-4000-8000-000000000002";
    private static final String DEVICE =
            "malloc:///m0?size_mb=32&blk_size=4096&uuid=6f1d7e9a-3c52-4b0e-9a7b-5d2f8c1e4a60";
    private static final String EXCLUSIVE_WRITER = "--rtype=1";

    private EngineProcess engine;
    private String nqn;

    @BeforeEach
    void shareOneDevice(@TempDir Path directory) throws Exception {
        engine = EngineProcess.start(directory);
        nqn = engine.share(DEVICE);
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    /** What a host with this identifier sees when it connects, works and disconnects. */
    private String as(String hostId, Guest guest, String script) {
        return guest.run(
                """
                device=$(attach %s %d --hostid=%s --hostnqn=nqn.2014-08.org.nvmexpress:uuid:%3$s)
                writes() { dd if=/dev/zero of=$device bs=4k count=1 oflag=direct 2>&1; }
                %s
                nvme disconnect -n %1$s
                """
                        .formatted(nqn, engine.port(), hostId, script));
    }

    @Test
    void aReservationKeepsOtherHostsFromWritingUntilItIsPreempted(Guest guest) {
        String report =
                as(
                        FIRST,
                        guest,
                        """
                        nvme resv-register $device --nrkey=0xa1 --rrega=0
                        nvme resv-acquire $device --crkey=0xa1 --racqa=0 %s
                        writes
                        nvme resv-report $device --eds
                        """
                                .formatted(EXCLUSIVE_WRITER));
        assertTrue(report.matches("(?s).*rtype *: 1\\b.*"), report);
        assertTrue(report.matches("(?s).*rkey *: (0x)?a1\\b.*"), report);

        guest.kernelLog().expect("reservation conflict", "I/O Cmd.* sc 0x83");
        as(
                SECOND,
                guest,
                """
                ! writes
                dd if=$device of=/dev/null bs=4k count=1 iflag=direct
                nvme resv-register $device --nrkey=0xb2 --rrega=0
                ! writes
                nvme resv-acquire $device --crkey=0xb2 --prkey=0xa1 --racqa=1 %s
                writes
                """
                        .formatted(EXCLUSIVE_WRITER));

        report = as(FIRST, guest, "! writes\nnvme resv-report $device --eds");
        assertTrue(report.matches("(?s).*rkey *: (0x)?b2\\b.*"), report);
        assertFalse(report.matches("(?s).*rkey *: (0x)?a1\\b.*"), report);

        report =
                as(
                        SECOND,
                        guest,
                        """
                        nvme resv-release $device --crkey=0xb2 --rrela=0 %s
                        nvme resv-report $device --eds
                        """
                                .formatted(EXCLUSIVE_WRITER));
        assertTrue(report.matches("(?s).*rtype *: 0\\b.*"), report);
        as(FIRST, guest, "writes");
    }

    @Test
    void aReservationThatPersistsOutlivesAKilledEngine(Guest guest) throws Exception {
        as(
                FIRST,
                guest,
                """
                nvme resv-register $device --nrkey=0xa1 --rrega=0 --cptpl=3
                nvme resv-acquire $device --crkey=0xa1 --racqa=0 %s
                """
                        .formatted(EXCLUSIVE_WRITER));
        engine.kill();
        engine.start();
        engine.share(DEVICE);

        guest.kernelLog().expect("reservation conflict", "I/O Cmd.* sc 0x83");
        as(SECOND, guest, "! writes");
        as(FIRST, guest, "writes");
    }
}
