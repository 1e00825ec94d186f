package io.mayastor.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code ./mayastor} as a person does, for verbs that need no engine. */
final class Program {
    private Program() {}

    /** What the command printed; it must succeed. */
    static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Repository.PROGRAM.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(
                    "%s ended with %d:\n%s"
                            .formatted(String.join(" ", arguments), process.exitValue(), output));
        }
        return output;
    }
}
