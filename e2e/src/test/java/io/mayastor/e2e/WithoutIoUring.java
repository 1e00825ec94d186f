package io.mayastor.e2e;

import io.mayastor.cli.Main;
import io.mayastor.engine.ring.IoUringBan;
import java.nio.file.Path;
import java.util.List;

/** {@code mayastor} in a process that is not allowed to use io_uring, as in many containers. */
final class WithoutIoUring {
    private WithoutIoUring() {}

    public static void main(String[] arguments) throws Throwable {
        IoUringBan.impose();
        Main.main(arguments);
    }

    /** The command that starts it. */
    static List<String> launcher() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutIoUring.class.getName());
    }
}
