package io.mayastor.engine.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The seccomp filter of a container runtime that forbids io_uring. */
public final class IoUringBan {
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;

    /** Load the system call's number; io_uring_setup (425): EPERM; else: allow. */
    private static final long[] FILTER = {
        0x20, 0x15 | 1L << 24 | 425L << 32, 0x06 | 0x00050001L << 32, 0x06 | 0x7fff0000L << 32
    };

    private IoUringBan() {}

    /** From now on this thread, and the threads it starts, can not use io_uring. */
    public static void impose() throws Throwable {
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
