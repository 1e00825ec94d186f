package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container runtime forbids io_uring by a seccomp filter: the engine says so and works on. */
@Timeout(60)
class RefusedIoUringTest {
    @Test
    void theEngineFallsBackToEpollAndSaysWhy() throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Confined.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, child.exitValue(), output);
        assertEquals(
                """
                epoll (io_uring refused: io_uring_setup: EPERM (1))
                io_uring refused: io_uring_setup: EPERM (1)
                received 5 bytes
                """,
                output);
    }

    /** The child: forbids itself io_uring, then lets two sockets talk. */
    static final class Confined {
        public static void main(String[] arguments) throws Throwable {
            IoUringBan.impose();
            System.out.println(new LinuxKernel().ringKind());
            try {
                System.out.println(new LinuxKernel(RingChoice.IO_URING).ringKind());
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            talk();
        }

        private static void talk() throws IOException {
            try (RingWorld w = new RingWorld(new LinuxKernel(), RingOptions.DEFAULT)) {
                RingWorld.Connection c = w.connect();
                w.send(c.client(), w.pattern(5, 1), 5);
                int received = w.receiveAll(c.server(), w.room(5), 5);
                System.out.println("received " + received + " bytes");
            }
        }
    }
}
