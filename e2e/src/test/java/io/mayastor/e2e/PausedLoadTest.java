package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subsystem that is paused keeps what a host asks for, and the host. */
@GuestTest
class PausedLoadTest {
    private EngineProcess engine;
    private String nqn;

    @BeforeEach
    void connect(@TempDir Path directory, Guest host) throws Exception {
        engine = EngineProcess.start(directory);
        nqn = engine.share("malloc:///m0?size_mb=64&blk_size=4096");
        host.run("attach %s %d --keep-alive-tmo=5".formatted(nqn, engine.port()));
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void dataCommandsWaitAndNoneFailsWhileKeepAliveGoesOn(Guest host) {
        VerifiedLoad load = VerifiedLoad.start(host, nqn);
        host.run("wait_for 20 in_flight $(nvme_device %s)".formatted(nqn));
        engine.pause(nqn);

        // the first keep-alive is answered after all that was complete before the pause
        String counts =
                host.run(
                        """
                        trace_keep_alives
                        device=$(nvme_device %s)
                        wait_for 20 keep_alives 1
                        completed $device
                        wait_for 20 keep_alives 3
                        completed $device
                        in_flight $device
                        nvme id-ns $device >/dev/null
                        trace_nothing
                        """
                                .formatted(nqn));
        String[] completed = counts.split("\n");
        assertEquals(completed[0], completed[1], "I/Os completed while paused");
        assertEquals(1, engine.controllers(), "controllers");

        engine.resume(nqn);
        load.endsWell();
        host.run("[ \"$(nvme_controllers %s | wc -l)\" -eq 1 ]".formatted(nqn));
    }
}
