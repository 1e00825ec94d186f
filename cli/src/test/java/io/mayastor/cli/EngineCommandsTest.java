package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.server.node.TestNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb that talks to an engine, against a whole node on a port of its own. */
class EngineCommandsTest {
    private static final String UUID = "1a2b3c4d-0000-4000-8000-00000000002a";
    private static final String M0 = "malloc:///m0?size_mb=8&blk_size=4096&uuid=" + UUID;
    private static final String NQN = "nqn.2019-05.io.openebs:m0";

    @TempDir private static Path directory;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory);
    }

    @AfterEach
    void removeDevice() {
        Shell.run("-b", node.endpoint(), "bdev", "destroy", "m0");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aDeviceIsCreatedSharedListedAndDestroyed() {
        assertEquals("m0\n", run("bdev", "create", M0));
        String uri = "nvmf+tcp://127.0.0.1:" + node.targetPort() + "/" + NQN + "?uuid=" + UUID;
        assertEquals(uri + "\n", run("bdev", "share", "m0"));
        assertEquals(
                "NAME  UUID                                  NUM_BLOCKS  BLK_SIZE  CAPACITY "
                        + " CLAIMED_BY      SHARE_URI\n"
                        + "m0    "
                        + UUID
                        + "        2048      4096     8 MiB  NVMe-oF Target  "
                        + uri
                        + "\n",
                run("bdev", "list"));
        assertEquals("m0 is not shared any more\n", run("bdev", "unshare", "m0"));
        assertEquals("m0 destroyed\n", run("bdev", "destroy", "m0"));
        assertEquals("No devices.\n", run("bdev", "list"));
    }

    @Test
    void quietLeavesHeadersAndRemarksOut() {
        assertEquals("", run("bdev", "list", "-q"));
        assertEquals("m0\n", run("bdev", "create", "-q", M0));
        assertTrue(run("-q", "bdev", "list").startsWith("m0 "));
    }

    @Test
    void jsonIsTheMessageOfTheContract() {
        run("bdev", "create", M0);

        String json = run("bdev", "list", "-o", "json");

        assertTrue(json.contains("\"num_blocks\": \"2048\""), json);
        assertTrue(json.contains("\"share_uri\": \"bdev:///m0?uuid=" + UUID), json);
    }

    @Test
    void aRefusalIsOneLineAndExitCodeOne() {
        Shell shell = Shell.run("-b", node.endpoint(), "bdev", "share", "nothing");

        assertEquals(1, shell.exitCode());
        assertEquals("mayastor: there is no device nothing (not found)\n", shell.err());
    }

    @Test
    void aDeviceThatIsNotThereIsNotListed() {
        Shell shell = Shell.run("-b", node.endpoint(), "bdev", "list", "nothing");

        assertEquals(1, shell.exitCode());
        assertEquals("mayastor: there is no device nothing (not found)\n", shell.err());
    }

    @Test
    void aHostWithoutAProperNameIsRefusedOnASharedDeviceToo() {
        run("bdev", "create", M0);
        run("bdev", "share", "m0");

        Shell shell =
                Shell.run("-b", node.endpoint(), "bdev", "share", "m0", "--allowed-host", "bad");

        assertEquals(1, shell.exitCode());
        assertEquals(
                "mayastor: allowed host: NQN \"bad\" does not have the form nqn.yyyy-mm.name"
                        + " (invalid argument)\n",
                shell.err());
        assertTrue(run("subsystem", "list").contains("any"), "the list is as it was");
    }

    @Test
    void aSubsystemIsShownPausedAndResumed() {
        run("bdev", "create", M0);
        run("bdev", "share", "m0", "--allowed-host", "nqn.2014-08.com.example:host1");

        assertTrue(run("subsystem", "list").contains("1 allowed"));
        assertTrue(run("subsystem", "pause", NQN).contains("paused"));
        assertTrue(run("subsystem", "pause", NQN).contains("paused"), "twice is once");
        assertTrue(run("subsystem", "resume", NQN).contains("running"));
        assertTrue(run("subsystem", "ana", NQN, "non_optimized").contains("non_optimized"));
        assertTrue(run("subsystem", "controller-ids", NQN, "7", "9").contains("7-9"));
        assertTrue(run("subsystem", "hosts", NQN).contains("any"));
        assertEquals("No connected hosts.\n", run("subsystem", "controllers", NQN));
    }

    @Test
    void anUnknownSubsystemIsRefused() {
        Shell shell = Shell.run("-b", node.endpoint(), "subsystem", "pause", NQN);

        assertEquals(1, shell.exitCode());
        assertEquals("mayastor: no subsystem " + NQN + " (not found)\n", shell.err());
    }

    @Test
    void portalsAreAddedAndRemoved() {
        String added = run("portal", "add", "127.0.0.1:0").strip();
        String port = added.substring(added.indexOf(':') + 1);

        assertTrue(run("portal", "list").contains(port));
        assertEquals("portal " + added + " removed\n", run("portal", "remove", added));
        assertEquals(1, run("portal", "list", "-q").lines().count());
        assertEquals(
                "mayastor: no portal at " + added + " (not found)\n",
                Shell.run("-b", node.endpoint(), "portal", "remove", added).err());
    }

    @Test
    void nodeAndProcessAreDescribed() {
        assertTrue(run("info").contains("test-node"));
        assertTrue(run("host", "resource").startsWith("SOFT_FAULTS"));
        assertEquals(header(run("host", "resource")), header(run("perf", "resource")), "an alias");
        assertEquals("No controllers.\n", run("controller", "list"));
        assertTrue(
                Stream.of("DEVNAME", "No devices.")
                        .anyMatch(run("device", "list", "-a")::startsWith));
    }

    private static String header(String table) {
        return table.lines().findFirst().orElse("").replaceAll(" +", " ");
    }

    private static String run(String... arguments) {
        return Shell.outputOf(
                Stream.concat(Stream.of("-b", node.endpoint()), Stream.of(arguments))
                        .toArray(String[]::new));
    }
}
