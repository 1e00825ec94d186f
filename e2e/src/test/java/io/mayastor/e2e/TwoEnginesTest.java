package io.mayastor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.api.ext.v1.AnaState;
import io.mayastor.e2e.guest.Guest;
import io.mayastor.e2e.guest.GuestTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two engines that offer the same data under the same names are two paths of one subsystem, of
 * which a host uses the one that is accessible. Here both reach the data in a third engine.
 */
@GuestTest
class TwoEnginesTest {
    /** An engine and the controller ids that are its own. */
    private record Node(EngineProcess engine, int firstId) {
        private static final int IDS = 100;

        static Node start(Path directory, int firstId) throws IOException {
            return new Node(EngineProcess.start(Files.createDirectory(directory)), firstId);
        }

        String share(String uri, AnaState access) {
            String nqn = engine.share(uri);
            engine.setAnaState(nqn, access);
            engine.setControllerIds(nqn, firstId, firstId + IDS - 1);
            return nqn;
        }
    }

    private EngineProcess storage;
    private String uri;
    private String nqn;
    private Node one;
    private Node two;

    @BeforeEach
    void connectToBoth(@TempDir Path directory, Guest host) throws Exception {
        storage = EngineProcess.start(Files.createDirectory(directory.resolve("storage")));
        one = Node.start(directory.resolve("one"), 1);
        two = Node.start(directory.resolve("two"), 101);
        String stored = storage.share("malloc:///m0?size_mb=32&blk_size=4096");
        uri = "nvmf+tcp://127.0.0.1:" + storage.port() + "/" + stored;
        nqn = one.share(uri, AnaState.ANA_STATE_OPTIMIZED);
        assertEquals(nqn, two.share(uri, AnaState.ANA_STATE_INACCESSIBLE));
        for (Node node : new Node[] {one, two}) {
            host.run(
                    "attach '%s' %d --reconnect-delay=1 --ctrl-loss-tmo=120"
                            .formatted(nqn, node.engine.port()));
        }
        host.run("wait_for 20 live_paths '%s' 2".formatted(nqn));
    }

    @AfterEach
    void stopEngines() {
        one.engine.close();
        two.engine.close();
        storage.close();
    }

    private void awaitAccess(Guest host, Node node, String state) {
        host.run("wait_for 20 access_through %d %s".formatted(node.engine.port(), state));
    }

    @Test
    void verifiedLoadFollowsTheAccessibleEngineAndOutlivesTheDeathOfIt(Guest host)
            throws Exception {
        awaitAccess(host, one, "optimized");
        awaitAccess(host, two, "inaccessible");
        assertEquals(
                "1 101 1 2",
                host.run(
                                """
                                echo $(sort -n /sys/class/nvme/nvme*/cntlid) \
                                    $(lsblk -dno NAME /dev/nvme*n* | wc -l) $(ls -d /sys/block/nvme*c*n* | wc -l)
                                """)
                        .strip(),
                "controller ids, devices, paths");
        host.kernelLog().expect("nvme|block");
        VerifiedLoad load = VerifiedLoad.start(host, nqn);

        one.engine.setAnaState(nqn, AnaState.ANA_STATE_INACCESSIBLE);
        two.engine.setAnaState(nqn, AnaState.ANA_STATE_OPTIMIZED);
        awaitAccess(host, one, "inaccessible");
        awaitAccess(host, two, "optimized");
        load.awaitProgress();

        two.engine.kill();
        one.engine.setAnaState(nqn, AnaState.ANA_STATE_OPTIMIZED);
        awaitAccess(host, one, "optimized");
        load.awaitProgress();

        two.engine.start();
        two.share(uri, AnaState.ANA_STATE_INACCESSIBLE);
        host.run("wait_for 60 live_paths '%s' 2".formatted(nqn));
        awaitAccess(host, two, "inaccessible");
        load.endsWell();
    }
}
