package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.server.node.TestNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools of a whole node, on files, as a person handles them. */
class PoolsOnFilesTest {
    @TempDir private Path directory;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(directory);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aCloneReadsWhatTheReplicaHeldWhenTheSnapshotWasTaken() throws IOException {
        run("pool", "create", "p0", disk("a.img"), "--cluster-size", "1MiB");
        run("replica", "create", "r0", "8MiB", "-p", "p0", "--thin");
        run("replica", "wipe", "r0", "-m", "pattern", "--pattern", "1");
        String before = checksum("r0");

        run("snapshot", "create", "r0", "s0");
        run("replica", "wipe", "r0", "-m", "zeroes");
        run("snapshot", "clone", "s0", "c0");

        assertEquals(before, checksum("c0"));
        assertNotEquals(before, checksum("r0"));
        run("replica", "destroy", "r0", "--wait");
        run("snapshot", "destroy", "s0");
        assertEquals(before, checksum("c0"));
        run("replica", "destroy", "c0", "--wait");
        assertEquals("No replicas.\n", run("replica", "list"));
    }

    @Test
    void aPoolKeepsWhatItHoldsThroughExportAndImport() throws IOException {
        String first = disk("a.img");
        String second = disk("b.img");
        run("pool", "create", "p0", first, "--cluster-size", "1MiB");
        run("pool", "add-disk", "p0", second);
        run("replica", "create", "r0", "100MiB", "-p", "p0", "--entity-id", "v0");
        run("replica", "share", "r0");
        run("replica", "wipe", "r0", "-m", "pattern");
        String before = checksum("r0");

        run("pool", "export", "p0");
        assertEquals("No pools.\n", run("pool", "list"));
        assertTrue(run("pool", "check", first, second).contains("clean: every invariant holds"));
        run("pool", "import", "p0", second, first);

        assertEquals(before, checksum("r0"));
        assertTrue(run("replica", "list").contains("nvmf+tcp://"), "it is shared again");
        assertTrue(run("pool", "stats").contains("p0"));
        assertTrue(run("replica", "stats", "r0").contains("100 MiB"), "the checksum read it all");
        run("pool", "destroy", "p0");
        Shell again = Shell.run("-b", node.endpoint(), "pool", "import", "p0", first, second);
        assertEquals(1, again.exitCode());
        assertTrue(again.err().endsWith("(invalid argument)\n"), again.err());
    }

    @Test
    void aDiskThatCarriesSomethingIsLeftAlone() throws IOException {
        String disk = disk("a.img");
        try (RandomAccessFile file = new RandomAccessFile(disk, "rw")) {
            file.writeBytes("XFSB");
        }

        Shell refused = Shell.run("-b", node.endpoint(), "pool", "create", "p0", disk);

        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("XFS"), refused.err());
        run("pool", "create", "p0", "aio://" + disk + "?wipe=yes");
    }

    private String checksum(String replica) {
        return run("replica", "wipe", replica, "-m", "checksum");
    }

    private String disk(String name) throws IOException {
        Path file = directory.resolve(name);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(128 << 20);
        }
        return file.toString();
    }

    private String run(String... arguments) {
        return Shell.outputOf(
                Stream.concat(Stream.of("-b", node.endpoint()), Stream.of(arguments))
                        .toArray(String[]::new));
    }
}
