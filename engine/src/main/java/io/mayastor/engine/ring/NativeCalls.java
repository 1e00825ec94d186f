package io.mayastor.engine.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What calls of the C library have in common: how they are found, and that each returns what the
 * call returns, or the negated errno where it fails, as the kernel itself does.
 *
 * <p>Owner: one thread at a time, since an instance holds the place where errno is captured.
 * Pointers are passed as {@code long}. None of the handles is {@code critical}: a thread that waits
 * in the kernel must not hold up a safepoint.
 *
 * <p>A call that captures errno makes the linker slice the place for it: 40 bytes, unless the
 * compiler inlines the whole of it. The calls that an io_uring makes for every I/O therefore
 * capture nothing; one that fails, which is rare, is made again by a handle that tells why.
 */
abstract sealed class NativeCalls permits LibC, DataCalls {
    private static final Linker LINKER = Linker.nativeLinker();

    /** First argument of every call that captures errno. */
    final MemorySegment state;

    NativeCalls(Arena arena) {
        state = arena.allocate(Linker.Option.captureStateLayout());
    }

    static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        return handle(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    static MethodHandle variadic(
            String name, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
        return handle(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    static MethodHandle handle(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    static AssertionError impossible(Throwable cause) {
        return new AssertionError("a system call cannot throw", cause);
    }

    final int checked(int result) {
        return result == -1 ? -state.get(JAVA_INT, 0) : result;
    }

    final long checked(long result) {
        return result == -1 ? -state.get(JAVA_INT, 0) : result;
    }
}
