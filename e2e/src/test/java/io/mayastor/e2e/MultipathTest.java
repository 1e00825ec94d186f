package io.mayastor.e2e;

import io.mayastor.api.ext.v1.AnaState;
import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host with two paths does not notice, in its data, what happens to one of them. */
@GuestTest
class MultipathTest {
    private EngineProcess engine;
    private String nqn;
    private VerifiedLoad load;

    @BeforeEach
    void connectTwoPathsAndStartLoad(@TempDir Path directory, Guest host) throws Exception {
        engine = EngineProcess.start(directory);
        nqn = engine.share("malloc:///m0?size_mb=64&blk_size=4096");
        for (int port : new int[] {engine.port(), engine.secondPort()}) {
            host.run(
                    "attach %s %d --nr-io-queues=2 --reconnect-delay=1 --keep-alive-tmo=2 --ctrl-loss-tmo=120"
                            .formatted(nqn, port));
        }
        host.run("wait_for 20 live_paths %s 2".formatted(nqn));
        load = VerifiedLoad.start(host, nqn);
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    @Test
    void verifiedLoadOutlivesAPathThatLosesItsPackets(Guest host) {
        host.kernelLog().expect("nvme");
        host.run("lose %d; wait_for 60 live_paths %s 1".formatted(engine.port(), nqn));
        host.run("mend; wait_for 60 live_paths %s 2".formatted(nqn));
        load.endsWell();
    }

    @Test
    void verifiedLoadOutlivesResetConnections(Guest host) {
        host.kernelLog().expect("nvme");
        host.run("reset %d; wait_for 60 live_paths %s 1".formatted(engine.secondPort(), nqn));
        host.run("mend; wait_for 60 live_paths %s 2".formatted(nqn));
        load.endsWell();
    }

    @Test
    void verifiedLoadWaitsWhileAccessIsInaccessible(Guest host) {
        host.kernelLog().expect("nvme|block");
        engine.setAnaState(nqn, AnaState.ANA_STATE_INACCESSIBLE);
        host.run("wait_for 20 ana_state_is inaccessible");
        engine.setAnaState(nqn, AnaState.ANA_STATE_NON_OPTIMIZED);
        host.run("wait_for 20 ana_state_is non-optimized");
        engine.setAnaState(nqn, AnaState.ANA_STATE_OPTIMIZED);
        host.run("wait_for 20 ana_state_is optimized");
        load.endsWell();
    }
}
