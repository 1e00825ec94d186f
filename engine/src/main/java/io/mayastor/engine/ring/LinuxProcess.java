package io.mayastor.engine.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What a thread or the process asks Linux for about itself: a core, locked memory, the right to
 * write while memory is short. Any thread.
 */
public final class LinuxProcess {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SCHED_SETAFFINITY =
            NativeCalls.handle(
                    "sched_setaffinity",
                    FunctionDescriptor.of(INT, INT, LONG, ValueLayout.ADDRESS));
    private static final MethodHandle MLOCKALL =
            NativeCalls.handle("mlockall", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle PRCTL =
            NativeCalls.handle(
                    "prctl",
                    FunctionDescriptor.of(INT, INT, LONG, LONG, LONG, LONG),
                    Linker.Option.firstVariadicArg(1));

    private static final int PR_SET_IO_FLUSHER = 57;
    private static final int MCL_CURRENT_FUTURE_ONFAULT = 7;
    private static final int MAX_CORES = 1024;

    private LinuxProcess() {}

    /**
     * Keeps the calling platform thread on one core. Returns false when the core does not exist or
     * is not ours to use.
     */
    public static boolean pinThread(int core) {
        if (core < 0 || core >= MAX_CORES) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MAX_CORES / 8, 8);
            mask.set(ValueLayout.JAVA_BYTE, core / 8, (byte) (1 << (core % 8)));
            return (int) SCHED_SETAFFINITY.invokeExact(0, mask.byteSize(), mask) == 0;
        } catch (Throwable e) {
            throw new AssertionError("sched_setaffinity", e);
        }
    }

    /**
     * Lets the calling thread allocate without waiting for write-back of the volumes it serves
     * itself (PR_SET_IO_FLUSHER). False without CAP_SYS_RESOURCE.
     */
    public static boolean markIoFlusher() {
        try {
            return (int) PRCTL.invokeExact(PR_SET_IO_FLUSHER, 1L, 0L, 0L, 0L) == 0;
        } catch (Throwable e) {
            throw new AssertionError("prctl", e);
        }
    }

    /**
     * Locks what is mapped and will be, page by page as it is touched. False without CAP_IPC_LOCK
     * and room under RLIMIT_MEMLOCK.
     */
    public static boolean lockMemory() {
        try {
            return (int) MLOCKALL.invokeExact(MCL_CURRENT_FUTURE_ONFAULT) == 0;
        } catch (Throwable e) {
            throw new AssertionError("mlockall", e);
        }
    }
}
