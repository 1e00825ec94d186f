package io.mayastor.engine.pool.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mistakes that the enumeration of crashes must find. Each file of {@code e2e/sabotage} is a change
 * of the engine and names a short run; with the change that run must turn red, without it be green.
 */
class SabotageTest {
    private static final Path ROOT = Path.of(System.getProperty("mayastor.root", ".."));
    private static final long PATIENCE_MINUTES = 5;

    @TempDir Path scratch;

    @TestFactory
    List<DynamicTest> everyMistakeIsFound() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Set<String> runs = new LinkedHashSet<>();
        for (UnifiedDiff mistake : mistakes()) {
            runs.add(mistake.run());
            tests.add(DynamicTest.dynamicTest(mistake.title(), () -> isFound(mistake)));
        }
        for (String run : runs) {
            tests.add(
                    DynamicTest.dynamicTest(
                            "nothing is wrong with " + run,
                            () -> {
                                Path output = scratch.resolve("right.txt");
                                assertEquals(0, enumerate(run, "", output), () -> read(output));
                            }));
        }
        assertTrue(tests.size() > 9, "the mistakes are not where they should be");
        return tests;
    }

    private static List<UnifiedDiff> mistakes() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("e2e/sabotage"))) {
            return files.filter(file -> file.toString().endsWith(".patch"))
                    .sorted()
                    .map(file -> UnifiedDiff.parse(read(file)))
                    .toList();
        }
    }

    private void isFound(UnifiedDiff mistake) throws Exception {
        Path source = ROOT.resolve(mistake.file());
        Path changed = scratch.resolve(source.getFileName());
        Path classes = Files.createDirectories(scratch.resolve("classes-" + mistake.hashCode()));
        Files.writeString(changed, mistake.apply(read(source)));
        int compiled =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-nowarn",
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                changed.toString());
        assertEquals(0, compiled, "it does not compile");
        Path output = scratch.resolve("wrong.txt");
        int exit = enumerate(mistake.run(), classes + System.getProperty("path.separator"), output);
        assertNotEquals(0, exit, () -> "not found: " + read(output));
        assertTrue(
                read(output).contains("-Dmayastor.sim.seed="),
                () -> "it ended for another reason: " + read(output));
    }

    /** The run in a process of its own; its exit code. */
    private static int enumerate(String run, String before, Path output) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx400m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        String seed = null;
        for (String setting : run.split(" ")) {
            if (setting.startsWith("seed=")) {
                seed = setting.substring("seed=".length());
            } else {
                command.add("-Dmayastor.crash." + setting);
            }
        }
        command.addAll(
                List.of(
                        "-cp",
                        before + System.getProperty("java.class.path"),
                        CrashRuns.class.getName(),
                        seed));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertTrue(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES), "it does not end");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
