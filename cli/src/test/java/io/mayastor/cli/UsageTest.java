package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says without an engine: help, wrong usage, nobody there. */
class UsageTest {
    @Test
    void theHelpIsTheSameAsInTheGoldenFile() throws IOException {
        try (var golden = UsageTest.class.getResourceAsStream("help.txt")) {
            assertEquals(new String(golden.readAllBytes()), Shell.outputOf("--help"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine",
                "demo",
                "perf",
                "bdev",
                "subsystem",
                "portal",
                "controller",
                "device",
                "host",
                "info",
                "bdev create",
                "pool",
                "replica",
                "snapshot",
                "pool create",
                "pool import",
                "pool stats",
                "replica create",
                "replica wipe",
                "snapshot create",
                "pool check",
                "pool dump",
                "perf resource",
                "subsystem ana"
            })
    void everyCommandHasHelpOfAtMostHundredColumns(String command) {
        String help = Shell.outputOf((command + " --help").split(" "));

        assertTrue(help.startsWith("Usage: mayastor " + command), help);
        assertEquals(List.of(), help.lines().filter(line -> line.length() > 100).toList());
    }

    @Test
    void withoutACommandTheHelpIsShown() {
        assertEquals(Shell.outputOf("--help"), Shell.outputOf());
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertTrue(Shell.outputOf("--version").matches("mayastor \\d+\\.\\d+\\.\\d+\\R"));
    }

    @Test
    void wrongUsageIsTwoLinesAndExitCodeTwo() {
        Shell shell = Shell.run("bdev", "create");

        assertEquals(2, shell.exitCode());
        assertEquals(
                "mayastor: Missing required parameter: 'URI'\nTry 'mayastor bdev create --help'.\n",
                shell.err());
    }

    @Test
    void aMisspelledCommandBringsTheLikelyOnes() {
        Shell shell = Shell.run("bdew", "list");

        assertEquals(2, shell.exitCode());
        assertTrue(shell.err().contains("bdev"), shell.err());
    }

    @Test
    void aHostMayBeNamedLikeACommand() {
        Shell shell = Shell.run("-b", "engine:0", "bdev", "list");

        assertTrue(shell.err().startsWith("mayastor: 'engine:0' is no endpoint"), shell.err());
    }

    @Test
    void halfACommandNamesTheOtherHalf() {
        Shell shell = Shell.run("bdev");

        assertEquals(2, shell.exitCode());
        assertEquals(
                "mayastor: which one? mayastor bdev create | destroy | list | share | unshare\n"
                        + "Try 'mayastor bdev --help'.\n",
                shell.err());
    }

    @Test
    void anUnknownCommandIsQuoted() {
        Shell shell = Shell.run("bdev", "remove");

        assertEquals(2, shell.exitCode());
        assertTrue(shell.err().startsWith("mayastor: what is 'remove'?\n"), shell.err());
    }

    @Test
    void anEndpointThatIsNoneIsWrongUsage() {
        Shell shell = Shell.run("bdev", "list", "-b", "host:0");

        assertEquals(2, shell.exitCode());
        assertTrue(
                shell.err()
                        .startsWith(
                                "mayastor: 'host:0' is no endpoint: write HOST[:PORT], IPv6 as"
                                        + " [ADDRESS]:PORT"),
                shell.err());
    }

    @Test
    void anEngineThatIsNotThereIsExitCodeThreeAndSaysHowToStartOne() throws IOException {
        int port = unusedPort();

        Shell shell = Shell.run("-b", "127.0.0.1:" + port, "bdev", "list");

        assertEquals(3, shell.exitCode());
        assertEquals(
                "mayastor: no engine answers at 127.0.0.1:"
                        + port
                        + " (connection refused); start one with: mayastor engine, or name another"
                        + " with -b HOST[:PORT]\n",
                shell.err());
    }

    @Test
    void wrongSettingsOfTheEngineAreListedAndItDoesNotStart() {
        Shell shell =
                Shell.run(
                        "engine",
                        "--max-io-queue-depth",
                        "4",
                        "--replication-factor=9",
                        "--ip-addr=127.0.0.1");

        assertEquals(2, shell.exitCode());
        assertEquals(
                "mayastor: --replication-factor=9: must be a whole number from 1 to 3\n"
                        + "mayastor: --max-io-queue-depth=4: must be a whole number from 16 to"
                        + " 1024\n",
                shell.err());
    }

    @Test
    void perfChecksItsNumbersBeforeItConnects() {
        Shell shell = Shell.run("perf", "-s", "1000", "nvmf+tcp://127.0.0.1:1/nqn");

        assertEquals(2, shell.exitCode());
        assertEquals(
                "mayastor: block size must be a multiple of 512 from 512 to 1MiB, not 1000\n",
                shell.err());
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }
}
