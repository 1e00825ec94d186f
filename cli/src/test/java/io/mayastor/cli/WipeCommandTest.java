package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.server.grpc.PoolServer;
import io.mayastor.server.node.TestNode;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayastor replica wipe}; the replica's bytes are those of a memory device. */
class WipeCommandTest {
    @TempDir private static Path directory;
    private static TestNode node;
    private static PoolServer server;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory);
        DeviceRegistry devices = node.node().devices();
        server = new PoolServer(devices);
        run("pool", "create", "p0", "/dev/a");
        String uuid = run("replica", "create", "r0", "8MiB", "-p", "p0").strip();
        server.pools()
                .devices
                .put(
                        UUID.fromString(uuid),
                        devices.create("malloc:///m0?size_mb=8&blk_size=4096").get());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        node.close();
    }

    @Test
    void whatIsWipedHasTheChecksumOfZeros() {
        String zeros = run("replica", "wipe", "r0", "-m", "checksum");

        assertEquals(
                "replica r0 wiped\n",
                run("replica", "wipe", "r0", "--method", "pattern", "--pattern", "0xcafe"));
        assertNotEquals(zeros, run("replica", "wipe", "r0", "-m", "checksum"));
        assertEquals("replica r0 wiped\n", run("replica", "wipe", "r0", "--chunk-size", "4MiB"));
        assertEquals(zeros, run("replica", "wipe", "r0", "-m", "checksum"));
    }

    @Test
    void aProgramReadsTheLastStep() {
        String json = run("replica", "wipe", "r0", "-o", "json");

        assertTrue(json.contains("\"wiped_bytes\": \"8388608\""), json);
        assertTrue(json.contains("\"total_chunks\": \"8\""), json);
    }

    @Test
    void whatIsNoPatternIsWrongUsage() {
        Shell shell =
                Shell.run("-b", server.endpoint(), "replica", "wipe", "r0", "--pattern", "xyz");

        assertEquals(2, shell.exitCode());
        assertEquals(
                "mayastor: --pattern must be 1 to 8 hexadecimal digits, not xyz\n", shell.err());
    }

    private static String run(String... arguments) {
        return Shell.outputOf(
                Stream.concat(Stream.of("-b", server.endpoint()), Stream.of(arguments))
                        .toArray(String[]::new));
    }
}
