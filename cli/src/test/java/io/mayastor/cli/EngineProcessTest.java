package io.mayastor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mayastor engine} as a process of its own: starts, tells its ports, obeys signals. */
class EngineProcessTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir private Path directory;
    private final List<String> log = new ArrayList<>();
    private Process engine;

    @AfterEach
    void kill() throws InterruptedException {
        engine.destroyForcibly();
        engine.waitFor();
    }

    @Test
    void aSignalStopsTheEngineInOrder() throws Exception {
        start();
        BufferedReader lines = engine.inputReader();
        readUntil(lines, "is up");
        Shell created = Shell.run("-b", grpcEndpoint(), "bdev", "create", "malloc:///m0?size_mb=4");
        assertEquals("m0\n", created.out(), created.err());
        assertEquals(0, Shell.run("-b", grpcEndpoint(), "bdev", "share", "m0").exitCode());

        engine.toHandle().destroy();

        readUntil(lines, "stopped");
        assertTrue(engine.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "still running");
        assertEquals(0, engine.exitValue());
        assertTrue(log.getLast().endsWith("stopped"), log::toString);
    }

    @Test
    void aSecondEngineOnTheSameStateIsRefusedInOneLine() throws Exception {
        start();
        readUntil(engine.inputReader(), "is up");

        Process second = newEngine().start();
        assertTrue(second.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "still running");

        assertEquals(1, second.exitValue());
        assertEquals(
                "mayastor: another engine uses "
                        + directory
                        + "; stop it, or give this one its own with --state-dir",
                second.errorReader().readLine());
    }

    private void start() throws IOException {
        engine = newEngine().redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private ProcessBuilder newEngine() {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "engine",
                "--ip-addr=127.0.0.1",
                "--grpc-port=0",
                "--target-port=0",
                "--metrics-port=0",
                "--state-dir=" + directory);
    }

    private String grpcEndpoint() {
        String line = log.stream().filter(each -> each.contains("gRPC on ")).findFirst().get();
        return line.substring(line.indexOf("gRPC on ") + "gRPC on ".length());
    }

    private void readUntil(BufferedReader lines, String word) throws IOException {
        String line = lines.readLine();
        while (line != null) {
            log.add(line);
            if (line.contains(word)) {
                return;
            }
            line = lines.readLine();
        }
        throw new AssertionError("the engine ended before it said '" + word + "': " + log);
    }
}
