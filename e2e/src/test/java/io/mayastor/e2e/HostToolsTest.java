package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator of a Linux host does with nvme-cli. */
@GuestTest
class HostToolsTest {
    private static final String UUID = "6f1d7e9a-3c52-4b0e-9a7b-5d2f8c1e4a60";

    private EngineProcess engine;
    private String nqn;

    @BeforeEach
    void shareOneDevice(@TempDir Path directory) throws Exception {
        engine = EngineProcess.start(directory);
        nqn = engine.share("malloc:///m0?size_mb=64&blk_size=4096&uuid=" + UUID);
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void discoveryListsTheSubsystemOnEveryPortal(Guest host) {
        String log =
                host.run("nvme discover -t tcp -a " + Guest.HOST + " -s " + engine.secondPort());

        assertEquals(2, log.lines().filter(line -> line.endsWith(nqn)).count(), log);
        for (int port : new int[] {engine.port(), engine.secondPort()}) {
            assertTrue(log.lines().anyMatch(line -> line.matches("trsvcid: +" + port)), log);
        }
        assertEquals(0, engine.controllers());
    }

    @Test
    void connectAllTakesEveryPortalOfTheDiscoveryLog(Guest host) {
        host.run(
                """
                loopback_is_host
                nvme connect-all -t tcp -a 127.0.0.1 -s %d
                wait_for 20 live_paths %s 2
                nvme_device %2$s
                """
                        .formatted(engine.port(), nqn));

        assertEquals(2, engine.controllers());
    }

    @Test
    void identityIsThatOfTheDevice(Guest host) {
        String seen =
                host.run(
                        """
                        device=$(attach %s %d)
                        nvme id-ctrl $device
                        nvme ns-descs $device
                        nvme id-ns $device -H
                        cat /sys/block/${device#/dev/}/uuid
                        blockdev --getsize64 $device
                        """
                                .formatted(nqn, engine.port()));

        assertTrue(seen.contains("Mayastor NVMe controller"), seen);
        assertTrue(seen.contains(nqn), seen);
        assertTrue(seen.contains("uuid    : " + UUID), seen);
        assertTrue(seen.contains("\n" + UUID + "\n"), seen);
        assertTrue(seen.contains("\n" + (64 << 20)), seen);
    }

    @Test
    void everyCommandThatOnlyLooksIsAnswered(Guest host) {
        host.run(
                """
                device=$(attach %s %d)
                controller=/dev/$(nvme_controllers %1$s | cut -d ' ' -f 1)
                nvme list
                nvme list -v
                nvme list-subsys $device
                nvme show-regs $controller -H
                nvme list-ns $controller
                nvme id-ctrl $controller -H
                nvme nvm-id-ctrl $controller
                nvme nvm-id-ns $device
                nvme cmdset-ind-id-ns $device
                nvme id-iocs $controller
                nvme supported-log-pages $controller
                nvme error-log $controller -e 4
                nvme smart-log $controller
                nvme smart-log $controller -n 1
                nvme fw-log $controller
                nvme effects-log $controller -H
                nvme ana-log $controller
                nvme changed-ns-list-log $controller
                for feature in 0x01 0x02 0x04 0x05 0x07 0x0a 0x0b 0x0f 0x16; do
                    nvme get-feature $controller -f $feature -H
                done
                nvme ns-rescan $controller
                """
                        .formatted(nqn, engine.port()));
    }

    @Test
    void aControllerResetKeepsTheDevice(Guest host) {
        host.kernelLog().expect("resetting controller");
        host.run(
                """
                device=$(attach %s %d)
                nvme reset /dev/$(nvme_controllers %1$s | cut -d ' ' -f 1)
                wait_for 20 live_paths %1$s 1
                verify $device 1m
                """
                        .formatted(nqn, engine.port()));
    }
}
