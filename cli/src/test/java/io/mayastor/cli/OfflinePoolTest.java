package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mayastor.engine.pool.metadata.SamplePool;
import io.mayastor.engine.ring.Kernel.OpenMode;
import io.mayastor.engine.ring.LinuxKernel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pool check} and {@code pool dump} of files, without an engine. */
class OfflinePoolTest {
    private static final int VERSION_AT = 8;
    private static final int SLOT_0 = 256 << 10;
    private static final int SLOT_1 = 512 << 10;

    @TempDir private Path directory;

    private String first;
    private String second;

    @BeforeEach
    void writePool() throws IOException {
        List<Path> files = SamplePool.write(directory, 2, "node1");
        first = files.get(0).toString();
        second = files.get(1).toString();
    }

    private static void damage(String file, long offset) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file, "rw")) {
            disk.seek(offset);
            int before = disk.read();
            disk.seek(offset);
            disk.write(before ^ 0xff);
        }
    }

    private static void assertUnreadable(String message, String... arguments) {
        Shell shell = Shell.run(arguments);
        assertEquals(2, shell.exitCode(), shell.out() + shell.err());
        assertTrue(shell.err().contains(message), shell.err());
        assertEquals("", shell.out());
    }

    @Test
    void soundPoolIsCleanInAnyOrderOfItsDisksAndNothingIsWritten() throws IOException {
        byte[] before = Files.readAllBytes(Path.of(first));

        String report = Shell.outputOf("pool", "check", second, "aio://" + first);

        assertTrue(report.startsWith("pool \"tank\", UUID "), report);
        assertTrue(report.contains("last open on node \"node1\""), report);
        assertTrue(report.contains("0     " + first), report);
        assertTrue(report.contains("2 replicas (1 are clones), 1 snapshots"), report);
        assertTrue(report.contains("1 whole, 1 partial, 2 sliced, 1 zero"), report);
        assertTrue(report.endsWith("\nclean: every invariant holds\n"), report);
        assertArrayEquals(before, Files.readAllBytes(Path.of(first)));
    }

    @Test
    void programsGetTheReportAsJson() {
        JsonObject report =
                JsonParser.parseString(Shell.outputOf("-o", "json", "pool", "check", first, second))
                        .getAsJsonObject();

        assertEquals("tank", report.get("pool").getAsString());
        assertTrue(report.get("sound").getAsBoolean());
        assertEquals(2, report.getAsJsonArray("disks").size());
        assertEquals(2, report.getAsJsonObject("figures").get("replicas").getAsInt());
        assertEquals(0, report.getAsJsonArray("problems").size());
    }

    @Test
    void damageIsOneLineForEachProblemAndExitCodeOne() throws IOException {
        for (String file : List.of(first, second)) {
            damage(file, SLOT_0 + 100);
            damage(file, SLOT_1 + 100);
        }

        Shell shell = Shell.run("pool", "check", first, second);

        assertEquals(1, shell.exitCode());
        assertTrue(
                shell.out().contains("disk 0 (" + first + ") root slot 0: root: CRC"), shell.out());
        assertTrue(shell.out().endsWith(" problems\n"), shell.out());
    }

    @Test
    void whatOneCopyLacksTheOtherOneHasAndItIsNoted() throws IOException {
        damage(first, SLOT_0 + 100);
        damage(first, SLOT_1 + 100);

        String report = Shell.outputOf("pool", "check", first, second);

        assertTrue(report.contains("note        disk 0 (" + first + ") root slot"), report);
    }

    @Test
    void missingDiskIsNamed() {
        assertUnreadable("disk 1 of pool \"tank\" is missing", "pool", "check", first);
    }

    @Test
    void diskOfNoPoolIsNamed() throws IOException {
        Path blank = directory.resolve("blank");
        Files.write(blank, new byte[1 << 20]);

        assertUnreadable(
                "(" + blank + "): front: no label",
                "pool",
                "check",
                first,
                second,
                blank.toString());
    }

    @Test
    void sameDiskTwiceIsRefused() throws IOException {
        Path copy = Files.copy(Path.of(first), directory.resolve("copy"));

        assertUnreadable(
                "(" + copy + ") is the same as disk 0", "pool", "check", first, copy.toString());
    }

    @Test
    void newerFormatIsRefusedByName() throws IOException {
        for (long label : new long[] {0, SamplePool.DISK_BYTES - 4096}) {
            damage(first, label + VERSION_AT);
        }

        assertUnreadable("format version 254, this engine knows 1", "pool", "check", first, second);
    }

    @Test
    void poolThatAnEngineHasOpenIsLeftAloneAndItsOwnerNamed() throws IOException {
        LinuxKernel kernel = new LinuxKernel();
        int engine = kernel.open(first, new OpenMode(true, false, true));
        try {
            assertTrue(kernel.lock(engine));
            assertUnreadable(
                    first + " is open: pool \"tank\" is in use by node \"node1\"",
                    "pool",
                    "dump",
                    second,
                    first);
        } finally {
            kernel.close(engine);
        }
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        assertUnreadable("/nowhere/disk can not be opened", "pool", "check", "/nowhere/disk");
    }

    @Test
    void dumpShowsLabelsRootsAndTheTreeOfLayers() {
        String dump = Shell.outputOf("pool", "dump", first, second);

        assertTrue(dump.contains("\nlabels\nDISK  WHERE"), dump);
        assertTrue(dump.contains("\nroots\nDISK  SLOT"), dump);
        assertTrue(dump.matches("(?s).*\\n1 +snapshot  r1 .*\\n  2 +1 +replica   r2 .*"), dump);
    }

    @Test
    void dumpShowsTheMapOfALayer() {
        String dump = Shell.outputOf("pool", "dump", "--layer", "r2", first, second);

        assertTrue(dump.matches("(?s).*\\n +0 +1  sliced  slices 1:\\S+ +4 +0\\n.*"), dump);
        assertTrue(dump.matches("(?s).*\\n +2 +1  zero +0 +256\\n.*"), dump);
        assertUnreadable(
                "no layer with id, UUID or name r9",
                "pool",
                "dump",
                "--layer",
                "r9",
                first,
                second);
    }

    @Test
    void dumpShowsTheJournalSinceTheCheckpoint() {
        String dump = Shell.outputOf("pool", "dump", "--journal", first, second);

        assertTrue(dump.contains("units 3-4 in cluster "), dump);
        assertTrue(dump.contains("replica \"r3\", 1048576 bytes, parent 0"), dump);
    }

    @Test
    void dumpShowsWhatThereIsOfAPoolThatCanNotBeOpened() {
        Shell shell = Shell.run("pool", "dump", "-o", "json", second);

        assertEquals(1, shell.exitCode());
        JsonObject dump = JsonParser.parseString(shell.out()).getAsJsonObject();
        assertEquals(2, dump.getAsJsonArray("labels").size());
        assertTrue(
                dump.getAsJsonArray("problems").toString().contains("disk 0 of pool"), shell.out());
    }
}
