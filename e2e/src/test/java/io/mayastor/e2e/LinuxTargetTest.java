package io.mayastor.e2e;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine's initiator and the target of the Linux kernel. The guest has the target; the engine
 * shares what it finds there, and the guest connects to that, so that its tools verify both ways.
 */
@GuestTest
class LinuxTargetTest {
    private static final String REMOTE = "nqn.2025-11.io.mayastor:linux";

    private EngineProcess engine;
    private String nqn;

    @BeforeEach
    void connectTheEngineToTheGuest(@TempDir Path directory, Guest guest) throws Exception {
        guest.run("serve %s 64".formatted(REMOTE));
        engine = EngineProcess.start(directory);
        nqn = engine.share("nvmf+tcp://127.0.0.1:" + guest.targetPort() + "/" + REMOTE);
        guest.run("attach '%s' %d".formatted(nqn, engine.port()));
    }

    @AfterEach
    void stop(Guest guest) {
        engine.close();
        guest.run("unserve " + REMOTE);
    }

    @Test
    void dataIsVerifiedThroughBoth(Guest guest) {
        guest.run(
                """
                device=$(nvme_device '%s')
                sum() { dd if=$1 bs=64k count=16 iflag=direct 2>/dev/null | sha256sum; }
                verify $device 4m
                verify $device 4m --bs=128k --iodepth=4
                [ "$(sum $device)" = "$(sum /dev/ram0)" ]
                blkdiscard -z -l 1m $device
                [ "$(sum /dev/ram0)" = "$(head -c 1m /dev/zero | sha256sum)" ]
                nvme flush $device -n 1
                """
                        .formatted(nqn));
    }

    @Test
    void theConnectionComesBackAfterThePortHasVanished(Guest guest) {
        guest.kernelLog().expect("nvmet", "I/O error", "nvme");
        guest.run(
                """
                verify $(nvme_device '%s') 2m
                hide %s
                """
                        .formatted(nqn, REMOTE));
        guest.run(
                """
                show %2$s
                wait_for 60 timeout 20 dd if=$(nvme_device '%1$s') of=/dev/null bs=4k count=1 iflag=direct
                verify $(nvme_device '%1$s') 2m
                """
                        .formatted(nqn, REMOTE));
    }
}
