package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.server.node.TestNode;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayastor perf} and {@code mayastor demo} over real connections. */
class PerfCommandTest {
    @TempDir private static Path directory;
    private static TestNode node;
    private static String uri;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory);
        Shell.outputOf(
                "-b", node.endpoint(), "bdev", "create", "malloc:///m0?size_mb=16&blk_size=4096");
        uri = Shell.outputOf("-b", node.endpoint(), "bdev", "share", "m0").strip();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aRunOfSomeOperationsIsShownAsATable() {
        String output = Shell.outputOf("perf", "-n", "500", "-q", "8", "--mix", "50", uri);

        assertTrue(
                output.startsWith("random, 4 KiB blocks, 50% reads, queue depth 8, 1 connection, "),
                output);
        assertTrue(output.lines().anyMatch(line -> line.startsWith("read ")), output);
        assertTrue(output.lines().anyMatch(line -> line.startsWith("write ")), output);
        assertTrue(output.lines().anyMatch(line -> line.startsWith("total ")), output);
    }

    @Test
    void jsonCountsEveryOperation() {
        String json =
                Shell.outputOf(
                        "perf",
                        "-n",
                        "300",
                        "-c",
                        "2",
                        "--sequential",
                        "-s",
                        "64k",
                        "-o",
                        "json",
                        uri);

        assertEquals(300, number(json, "\"read\": \\{\\s+\"operations\": (\\d+)"), json);
        assertEquals(0, number(json, "\"write\": \\{\\s+\"operations\": (\\d+)"), json);
    }

    @Test
    void verifyModeChecksWhatItWrites() {
        String output =
                Shell.outputOf(
                        "perf", "--verify", "-n", "2000", "-c", "2", "-q", "4", "-g", "-G", uri);

        assertTrue(number(output, "(\\d+) blocks read and found right") > 1000, output);
    }

    @Test
    void aSubsystemThatIsNotThereIsOneLineAndExitCodeOne() {
        Shell shell =
                Shell.run("perf", "-n", "1", uri.replaceAll("openebs:m0.*", "openebs:nothing"));

        assertEquals(1, shell.exitCode());
        assertEquals(1, shell.err().lines().count(), shell.err());
    }

    @Test
    void whatIsNoRemoteNamespaceIsRefused() {
        Shell shell = Shell.run("perf", "malloc:///m0?size_mb=1");

        assertEquals(1, shell.exitCode());
        assertEquals(
                "mayastor: 'malloc:///m0?size_mb=1': write nvmf+tcp://HOST[:PORT]/NQN\n",
                shell.err());
    }

    @Test
    void theDemonstrationVerifiesMeasuresAndCleansUp() {
        String output = Shell.outputOf("demo", "--size", "16MiB", "--seconds", "500ms");

        assertTrue(output.contains("every one right"), output);
        assertTrue(output.contains("random read 4 KiB QD32"), output);
        assertTrue(output.contains("nvme connect -t tcp -a 127.0.0.1 -s "), output);
        Path disk = Path.of(group(output, "disk: (/[^,]+),"));
        assertTrue(java.nio.file.Files.notExists(disk.getParent()), disk + " is still there");
    }

    private static long number(String text, String pattern) {
        return Long.parseLong(group(text, pattern));
    }

    private static String group(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), () -> pattern + " is not in\n" + text);
        return matcher.group(1);
    }
}
