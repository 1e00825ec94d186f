package io.mayastor.engine.ring;

import static io.mayastor.engine.ring.UringAbi.*;

import java.lang.foreign.Arena;

/**
 * How entries reach the kernel and completions come back. Owner thread: the ring's.
 *
 * <p>One turn is one {@code io_uring_enter} that submits, collects and, if asked, sleeps; only
 * transfers of files do not wait for it ({@link #submitNow}). With DEFER_TASKRUN the kernel hands
 * out only some twenty completions per enter, so a turn enters again, a bounded number of times, if
 * the kernel's TASKRUN flag stands right after an enter. If it is raised later, while completions
 * run, that is for the next turn: what they have prepared, responses above all, shall not wait.
 *
 * <p>When the kernel refuses entries until completions are taken (EBUSY, EAGAIN) while an operation
 * is being prepared, completions are moved to {@link DeferredCompletions}: they may run only in the
 * next turn.
 */
final class UringQueues {
    private static final int ENTERS_PER_TURN = 64;
    private static final int SUBMIT_ATTEMPTS = 100_000;
    private static final int ARGUMENT_SIZE = 24;
    private static final int ARGUMENT_TIMESPEC = 16;

    private final UringDescriptor uring;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final DeferredCompletions deferred = new DeferredCompletions();
    private final RingStatistics statistics;
    private final SleepState sleepState;
    private final Handler handler;
    private final long waitArgument;

    UringQueues(
            UringDescriptor uring,
            RingStatistics statistics,
            SleepState sleepState,
            Arena arena,
            Handler handler) {
        this.uring = uring;
        this.submissions = uring.submissions();
        this.completions = uring.completions();
        this.statistics = statistics;
        this.sleepState = sleepState;
        this.handler = handler;
        this.waitArgument = arena.allocate(ARGUMENT_SIZE + Timespec.SIZE, 8).address();
    }

    /** Takes one completion, in a turn. */
    @FunctionalInterface
    interface Handler {
        /**
         * @return the number of callers' completions that were run: 0 or 1
         */
        int finish(long userData, int result, int flags);
    }

    /** Puts an entry into the queue; a full one is given to the kernel first. */
    void add(
            long operation,
            long offset,
            long address,
            long lengthAndFlags,
            long userData,
            long index,
            long addr3) {
        if (submissions.isFull()) {
            makeRoom();
        }
        submissions.add(operation, offset, address, lengthAndFlags, userData, index, addr3);
    }

    /**
     * Gives the kernel what is pending while operations are being prepared. No completion may run
     * here: what the kernel refuses goes with the turn.
     */
    void submitNow() {
        if (submissions.pending() != 0) {
            enter(0, 0, 0, 0);
        }
    }

    /** Adds a completion that does not come from the kernel; it is handled in the next turn. */
    void defer(long userData, int result, int flags) {
        deferred.add(userData, result, flags);
    }

    /** Whether a turn would find something to do. */
    boolean ready() {
        return hasCompletions() || submissions.pending() != 0;
    }

    /** See {@link Ring#turn}. */
    int turn(long waitNanos) {
        if (waitNanos > 0 && !hasCompletions() && sleepState.trySleep()) {
            sleep(waitNanos);
            sleepState.awake();
        } else if (submissions.pending() != 0 || kernelHasMore()) {
            enter(0, ENTER_GETEVENTS, 0, 0);
        }
        boolean keptBack = kernelHasMore();
        int ran = reap();
        for (int i = 1; i < ENTERS_PER_TURN && keptBack; i++) {
            enter(0, ENTER_GETEVENTS, 0, 0);
            keptBack = kernelHasMore();
            ran += reap();
        }
        return ran;
    }

    private void sleep(long waitNanos) {
        statistics.slept();
        long timespec = Timespec.encode(waitNanos, waitArgument + ARGUMENT_SIZE);
        Memory.putLong(waitArgument + ARGUMENT_TIMESPEC, timespec);
        enter(1, ENTER_GETEVENTS | ENTER_EXT_ARG, waitArgument, ARGUMENT_SIZE);
    }

    /**
     * Gives the kernel what is pending, as far as it takes it: with EBUSY and EAGAIN it wants
     * completions to be taken first. ETIME and EINTR end a sleep.
     */
    private void enter(int atLeast, int flags, long argument, long argumentSize) {
        submissions.publish();
        statistics.entered();
        long result = uring.enter(submissions.pending(), atLeast, flags, argument, argumentSize);
        submissions.refresh();
        if (result < 0) {
            switch ((int) -result) {
                case Errno.ETIME, Errno.EINTR, Errno.EBUSY, Errno.EAGAIN -> {}
                default ->
                        throw new IllegalStateException(
                                "io_uring_enter: " + Errno.describe((int) result));
            }
        }
    }

    /**
     * Gives a full queue to the kernel while an operation is being prepared. No completion may run
     * here.
     */
    private void makeRoom() {
        statistics.foundSubmissionQueueFull();
        submitNow();
        for (int attempt = 0; submissions.isFull(); attempt++) {
            if (attempt == SUBMIT_ATTEMPTS) {
                throw new IllegalStateException(
                        "the kernel has refused "
                                + submissions.pending()
                                + " operations "
                                + attempt
                                + " times");
            }
            defer();
            enter(0, ENTER_GETEVENTS, 0, 0);
        }
    }

    private void defer() {
        while (!completions.isEmpty()) {
            long userData = completions.userData();
            int result = completions.result();
            int flags = completions.flags();
            completions.advance();
            deferred.add(userData, result, flags);
        }
    }

    private boolean kernelHasMore() {
        int flags = submissions.flags();
        if ((flags & SQ_CQ_OVERFLOW) != 0) {
            statistics.foundCompletionOverflow();
            return true;
        }
        return (flags & SQ_TASKRUN) != 0;
    }

    private boolean hasCompletions() {
        return !completions.isEmpty()
                || deferred.size() != 0
                || (submissions.flags() & (SQ_CQ_OVERFLOW | SQ_TASKRUN)) != 0;
    }

    /**
     * Runs the completions that are there now; those that come meanwhile are for the next time, so
     * that a turn ends.
     */
    private int reap() {
        int ran = 0;
        for (int i = deferred.size(); i > 0; i--) {
            long userData = deferred.userData();
            int result = deferred.result();
            int flags = deferred.flags();
            deferred.remove();
            ran += handler.finish(userData, result, flags);
        }
        int end = completions.tail();
        while (completions.until(end) > 0) {
            long userData = completions.userData();
            int result = completions.result();
            int flags = completions.flags();
            completions.advance();
            ran += handler.finish(userData, result, flags);
        }
        if (ran != 0) {
            statistics.completed(ran);
        }
        return ran;
    }
}
