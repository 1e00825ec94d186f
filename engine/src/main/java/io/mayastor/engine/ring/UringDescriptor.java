package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * One io_uring instance of the kernel: its descriptor and its two shared mappings. Owner thread:
 * the one that made it; with SINGLE_ISSUER the kernel refuses every other.
 */
final class UringDescriptor {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    /** From the best to the plainest; the kernel answers EINVAL to flags that it does not know. */
    private static final int[] SETUP_FLAGS = {
        SETUP_CQSIZE
                | SETUP_SUBMIT_ALL
                | SETUP_COOP_TASKRUN
                | SETUP_TASKRUN_FLAG
                | SETUP_SINGLE_ISSUER
                | SETUP_DEFER_TASKRUN,
        SETUP_CQSIZE | SETUP_SUBMIT_ALL | SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG,
        SETUP_CQSIZE | SETUP_SUBMIT_ALL,
        SETUP_CQSIZE,
    };

    private final LibC libc;
    private final int descriptor;
    private final int setupFlags;
    private final KernelFeatures features;
    private final long rings;
    private final long ringsSize;
    private final long entries;
    private final long entriesSize;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private int enterDescriptor;
    private int enterFlags;

    /**
     * @throws RefusedException when the system does not give a ring that can do what the engine
     *     needs
     */
    UringDescriptor(RingOptions options, LibC libc, Arena arena) throws RefusedException {
        this.libc = libc;
        MemorySegment params = arena.allocate(PARAMS_SIZE, 8);
        long p = params.address();
        long result = -Errno.EINVAL;
        int flags = 0;
        for (int i = 0; i < SETUP_FLAGS.length && result == -Errno.EINVAL; i++) {
            flags = SETUP_FLAGS[i];
            params.fill((byte) 0);
            Memory.putInt(p + PARAMS_FLAGS, flags);
            Memory.putInt(p + PARAMS_CQ_ENTRIES, options.completionEntries());
            result = libc.syscall(SYS_SETUP, options.submissionEntries(), p, 0, 0, 0, 0);
        }
        if (result < 0) {
            throw new RefusedException("io_uring_setup: " + Errno.describe((int) result));
        }
        descriptor = (int) result;
        setupFlags = flags;
        try {
            features = KernelFeatures.probe(this, Memory.getInt(p + PARAMS_FEATURES), arena);
            int sqEntries = Memory.getInt(p + PARAMS_SQ_ENTRIES);
            int cqEntries = Memory.getInt(p + PARAMS_CQ_ENTRIES);
            ringsSize =
                    Math.max(
                            Memory.getInt(p + PARAMS_SQ_ARRAY) + 4L * sqEntries,
                            Memory.getInt(p + PARAMS_CQ_CQES) + (long) CQE_SIZE * cqEntries);
            entriesSize = (long) SQE_SIZE * sqEntries;
            rings = map(ringsSize, OFF_SQ_RING);
            entries = map(entriesSize, OFF_SQES);
            submissions =
                    new SubmissionQueue(
                            rings + Memory.getInt(p + PARAMS_SQ_HEAD),
                            rings + Memory.getInt(p + PARAMS_SQ_TAIL),
                            rings + Memory.getInt(p + PARAMS_SQ_FLAGS),
                            rings + Memory.getInt(p + PARAMS_SQ_ARRAY),
                            entries,
                            sqEntries);
            completions =
                    new CompletionQueue(
                            rings + Memory.getInt(p + PARAMS_CQ_HEAD),
                            rings + Memory.getInt(p + PARAMS_CQ_TAIL),
                            rings + Memory.getInt(p + PARAMS_CQ_CQES),
                            cqEntries);
        } catch (RefusedException e) {
            libc.close(descriptor);
            throw e;
        }
        useRegisteredDescriptor(arena);
    }

    private long map(long length, long offset) throws RefusedException {
        long address = libc.mmap(length, PROT_READ_WRITE, MAP_SHARED_POPULATE, descriptor, offset);
        if (address < 0) {
            throw new RefusedException("mmap of io_uring: " + Errno.describe((int) address));
        }
        return address;
    }

    /** Saves the kernel a look-up in the process's descriptor table at every enter. */
    private void useRegisteredDescriptor(Arena arena) {
        MemorySegment update = arena.allocate(16, 8);
        Memory.putInt(update.address(), -1);
        Memory.putLong(update.address() + 8, descriptor);
        if (register(REGISTER_RING_FDS, update.address(), 1) == 1) {
            enterDescriptor = Memory.getInt(update.address());
            enterFlags = ENTER_REGISTERED_RING;
        } else {
            enterDescriptor = descriptor;
        }
        if (features.noIoWait()) {
            enterFlags |= ENTER_NO_IOWAIT;
        }
    }

    /**
     * One {@code io_uring_enter}. Where it fails it has submitted nothing: it is repeated, without
     * the wait, by a call that tells errno, and that call's result counts. So a wait that nothing
     * has ended returns 0 like one that a signal has ended.
     */
    long enter(int submit, int atLeast, int flags, long argument, long argumentSize) {
        int allFlags = flags | enterFlags;
        long result =
                LibC.syscallWithoutErrno(
                        SYS_ENTER,
                        enterDescriptor,
                        submit,
                        atLeast,
                        allFlags,
                        argument,
                        argumentSize);
        return result != -1
                ? result
                : libc.syscall(
                        SYS_ENTER, enterDescriptor, submit, 0, allFlags, argument, argumentSize);
    }

    int register(int operation, long argument, int count) {
        return (int) libc.syscall(SYS_REGISTER, descriptor, operation, argument, count, 0, 0);
    }

    int descriptor() {
        return descriptor;
    }

    KernelFeatures features() {
        return features;
    }

    /** Whether completions appear only inside an enter that asks for events. */
    boolean defersCompletions() {
        return (setupFlags & SETUP_DEFER_TASKRUN) != 0;
    }

    /** What is used here because the kernel offers it. */
    Set<RingFeature> usedFeatures() {
        Set<RingFeature> used = EnumSet.noneOf(RingFeature.class);
        addIf((setupFlags & SETUP_SUBMIT_ALL) != 0, RingFeature.SUBMIT_ALL, used);
        addIf((setupFlags & SETUP_COOP_TASKRUN) != 0, RingFeature.COOPERATIVE_TASKS, used);
        addIf(defersCompletions(), RingFeature.DEFERRED_TASKS, used);
        addIf((enterFlags & ENTER_REGISTERED_RING) != 0, RingFeature.REGISTERED_RING, used);
        addIf(features.noIoWait(), RingFeature.NO_IOWAIT, used);
        addIf(features.supports(OP_URING_CMD), RingFeature.COMMANDS, used);
        return used;
    }

    static void addIf(boolean there, RingFeature feature, Set<RingFeature> features) {
        if (there) {
            features.add(feature);
        }
    }

    SubmissionQueue submissions() {
        return submissions;
    }

    CompletionQueue completions() {
        return completions;
    }

    void close() {
        libc.munmap(entries, entriesSize);
        libc.munmap(rings, ringsSize);
        libc.close(descriptor);
    }

    /** The system gives no usable io_uring; the message says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }
}
