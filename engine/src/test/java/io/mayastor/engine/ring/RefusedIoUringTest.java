package io.mayastor.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
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
        private static final int PR_SET_NO_NEW_PRIVS = 38;
        private static final int PR_SET_SECCOMP = 22;
        private static final long SECCOMP_MODE_FILTER = 2;

        /** Load the system call's number; io_uring_setup (425): EPERM; else: allow. */
        private static final long[] FILTER = {
            0x20, 0x15 | 1L << 24 | 425L << 32, 0x06 | 0x00050001L << 32, 0x06 | 0x7fff0000L << 32
        };

        public static void main(String[] arguments) throws Throwable {
            forbidIoUring();
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

        private static void forbidIoUring() throws Throwable {
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
            MethodHandle prctl =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("prctl"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    number,
                                    number,
                                    number,
                                    number),
                            Linker.Option.firstVariadicArg(1));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment program = arena.allocate(16, 8);
                program.set(ValueLayout.JAVA_SHORT, 0, (short) FILTER.length);
                program.set(number, 8, arena.allocateFrom(number, FILTER).address());
                check((int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
                check(
                        (int)
                                prctl.invokeExact(
                                        PR_SET_SECCOMP,
                                        SECCOMP_MODE_FILTER,
                                        program.address(),
                                        0L,
                                        0L));
            }
        }

        private static void check(int result) {
            if (result != 0) {
                throw new IllegalStateException("prctl failed");
            }
        }
    }
}
