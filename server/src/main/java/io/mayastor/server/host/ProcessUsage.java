package io.mayastor.server.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What this process has used since its start: the counters of getrusage(2). */
public record ProcessUsage(
        long softFaults,
        long hardFaults,
        long swaps,
        long blocksIn,
        long blocksOut,
        long messagesSent,
        long messagesReceived,
        long signals,
        long voluntarySwitches,
        long involuntarySwitches) {
    private static final int RUSAGE_SELF = 0;

    // struct rusage on 64-bit Linux: two timevals (32 B), then 14 longs.
    private static final long SIZE = 144;
    private static final long MINFLT = 64;
    private static final long MAJFLT = 72;
    private static final long NSWAP = 80;
    private static final long INBLOCK = 88;
    private static final long OUBLOCK = 96;
    private static final long MSGSND = 104;
    private static final long MSGRCV = 112;
    private static final long NSIGNALS = 120;
    private static final long NVCSW = 128;
    private static final long NIVCSW = 136;

    private static final MethodHandle GETRUSAGE =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS));

    public static ProcessUsage now() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(SIZE, Long.BYTES);
            int result = (int) GETRUSAGE.invokeExact(RUSAGE_SELF, usage);
            if (result != 0) {
                throw new IllegalStateException("getrusage failed");
            }
            return new ProcessUsage(
                    usage.get(ValueLayout.JAVA_LONG, MINFLT),
                    usage.get(ValueLayout.JAVA_LONG, MAJFLT),
                    usage.get(ValueLayout.JAVA_LONG, NSWAP),
                    usage.get(ValueLayout.JAVA_LONG, INBLOCK),
                    usage.get(ValueLayout.JAVA_LONG, OUBLOCK),
                    usage.get(ValueLayout.JAVA_LONG, MSGSND),
                    usage.get(ValueLayout.JAVA_LONG, MSGRCV),
                    usage.get(ValueLayout.JAVA_LONG, NSIGNALS),
                    usage.get(ValueLayout.JAVA_LONG, NVCSW),
                    usage.get(ValueLayout.JAVA_LONG, NIVCSW));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("getrusage", e);
        }
    }
}
