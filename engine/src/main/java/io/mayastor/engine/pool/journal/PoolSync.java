package io.mayastor.engine.pool.journal;

import io.mayastor.engine.device.BlockIo;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.pool.format.Label;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.reactor.TurnEndTask;
import java.util.concurrent.TimeUnit;

/**
 * Puts everything acknowledged so far on stable media, for all who ask at once. Owner thread: the
 * pool's reactor.
 *
 * <p>One round at a time; who asks while one runs shares the next. A round:
 *
 * <ol>
 *   <li>takes the last number s that was given out; when the last round's result is in no block
 *       yet, a block that names it is written;
 *   <li>waits until all records up to s are complete, data included;
 *   <li>flushes every disk written since the last round, once and all at the same time;
 *   <li>now all up to s is durable, and so is the name of the round before: units of that one may
 *       be overwritten in place from here on.
 * </ol>
 *
 * <p>One starts by itself a second after a record that is not durable, or not durably named so, and
 * when many units wait. A failed flush faults the pool.
 */
public final class PoolSync {
    private static final long BACKGROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        IDLE,
        WAITING_FOR_RECORDS,
        FLUSHING
    }

    private final Reactor reactor;
    private final PoolFault fault;
    private final PoolDisks disks;
    private final Journal journal;
    private final Undurable undurable = new Undurable(this::requestOwn);
    private final BlockIo[] flushes;
    private final TurnEndTask starting =
            new TurnEndTask() {
                @Override
                protected void run() {
                    start();
                }
            };
    private final Timer background =
            new Timer() {
                @Override
                protected void expired() {
                    requestOwn();
                }
            };
    private final SyncWaiter own =
            new SyncWaiter() {
                @Override
                protected void synced(int status) {}
            };
    private Runnable whenDurable = () -> {};
    private SyncWaiter firstWaiting;
    private SyncWaiter lastWaiting;
    private SyncWaiter covered;
    private State state = State.IDLE;
    private long target;
    private long toName;

    /** Up to here units may be overwritten in place: a durable block or root names them durable. */
    private long settled;

    private int flushing;
    private long rounds;

    PoolSync(Reactor reactor, PoolFault fault, PoolDisks disks, Journal journal) {
        this.reactor = reactor;
        this.fault = fault;
        this.disks = disks;
        this.journal = journal;
        this.settled = journal.durableSequence();
        this.flushes = new BlockIo[Label.MAX_DISKS];
        journal.whenProgress(this::progress);
        fault.whenSet(() -> reactor.atTurnEnd(starting));
    }

    /** Told when everything acknowledged before this call is durable; waits in this list once. */
    public void request(SyncWaiter waiter) {
        if (waiter.waiting) {
            throw new IllegalStateException("waits for a synchronisation already");
        }
        waiter.waiting = true;
        waiter.next = null;
        if (lastWaiting == null) {
            firstWaiting = waiter;
        } else {
            lastWaiting.next = waiter;
        }
        lastWaiting = waiter;
        reactor.atTurnEnd(starting);
    }

    /** Units that a write may not overwrite in place. */
    public Undurable undurable() {
        return undurable;
    }

    /** Rounds that have ended. */
    public long rounds() {
        return rounds;
    }

    /** Told after each round that made records durable. */
    void whenDurable(Runnable listener) {
        whenDurable = listener;
    }

    /** A durable root contains all records up to this one. */
    void inRoot(long lastRecord) {
        settled = Math.max(settled, lastRecord);
        undurable.inRoot(lastRecord, journal.durableSequence());
    }

    boolean isIdle() {
        return state == State.IDLE && firstWaiting == null;
    }

    /** No round starts by itself any more. */
    void stop() {
        reactor.cancel(background);
    }

    private void requestOwn() {
        if (!own.waiting) {
            request(own);
        }
    }

    private void start() {
        if (fault.isSet()) {
            if (state != State.FLUSHING) {
                state = State.IDLE;
                failAll();
            }
            return;
        }
        if (state != State.IDLE || firstWaiting == null) {
            return;
        }
        covered = firstWaiting;
        firstWaiting = null;
        lastWaiting = null;
        reactor.cancel(background);
        target = journal.lastSequence();
        toName = journal.durableSequence();
        undurable.synchronising(target);
        state = State.WAITING_FOR_RECORDS;
        journal.nameDurable();
        flushWhenRecorded();
    }

    private void progress() {
        flushWhenRecorded();
        if (state == State.IDLE && settled < journal.lastSequence() && !background.isArmed()) {
            reactor.schedule(background, BACKGROUND_NANOS);
        }
    }

    private void flushWhenRecorded() {
        boolean recorded =
                state == State.WAITING_FOR_RECORDS
                        && journal.completeSequence() >= target
                        && journal.namedSequence() >= toName
                        && !fault.isSet();
        if (!recorded) {
            return;
        }
        state = State.FLUSHING;
        flushing = 1;
        int count = disks.all().size();
        for (int i = 0; i < count; i++) {
            PoolDisk disk = disks.all().get(i);
            if (!disk.isFaulted() && (disk.dataWritten || disk.metadataWritten)) {
                disk.dataWritten = false;
                disk.metadataWritten = false;
                flushing++;
                disks.submitMetadata(flush(i), disk, 0);
            }
        }
        flushed();
    }

    private BlockIo flush(int index) {
        BlockIo io = flushes[index];
        if (io == null) {
            io =
                    new BlockIo(done -> {
                        if (done.status != Status.SUCCESS) {
                            fault.set(
                                    "flush of disk %d failed with status 0x%x"
                                            .formatted(index, done.status));
                        }
                        flushed();
                    });
            io.operation = BlockIo.Operation.FLUSH;
            flushes[index] = io;
        }
        return io;
    }

    private void flushed() {
        if (--flushing > 0) {
            return;
        }
        state = State.IDLE;
        rounds++;
        if (fault.isSet()) {
            failAll();
            return;
        }
        settled = Math.max(settled, toName);
        undurable.synchronised();
        boolean news = target > journal.durableSequence();
        journal.synchronised(target);
        if (news) {
            whenDurable.run();
        }
        SyncWaiter waiters = covered;
        covered = null;
        tellAll(waiters, Status.SUCCESS);
        if (firstWaiting != null) {
            reactor.atTurnEnd(starting);
        }
        progress();
    }

    private void failAll() {
        SyncWaiter first = covered;
        SyncWaiter second = firstWaiting;
        covered = null;
        firstWaiting = null;
        lastWaiting = null;
        tellAll(first, Status.INTERNAL_ERROR);
        tellAll(second, Status.INTERNAL_ERROR);
    }

    private static void tellAll(SyncWaiter first, int status) {
        SyncWaiter waiter = first;
        while (waiter != null) {
            SyncWaiter following = waiter.next;
            waiter.next = null;
            waiter.waiting = false;
            waiter.synced(status);
            waiter = following;
        }
    }
}
