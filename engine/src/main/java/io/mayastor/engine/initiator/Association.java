package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AbortCommand;
import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One association with a controller, from its first connection to its end: an admin queue, I/O
 * queues, keep-alive, events and the namespaces. Owner thread: the reactor's. It is made for one
 * attempt and never used again.
 *
 * <p>Promises: each step of connecting is bounded by the admin time-out; after {@link #start},
 * {@link Owner#ended} is called exactly once, when every command has completed.
 */
final class Association
        implements QueuePair.Owner, BringUp.Owner, NamespaceScan.Owner, EventWatch.Owner {
    /** Who is told of the association's life. */
    interface Owner {
        /** Namespaces are known, I/O may flow. */
        void live(List<RemoteNamespace> namespaces);

        void namespacesChanged(List<RemoteNamespace> namespaces);

        void anaChanged(AnaLog log);

        /** No command is accepted any more; {@link #ended} follows. */
        void ending(String reason);

        void ended();
    }

    /** Offset of the entry of an Abort in {@link #memory}, after those of the three sequences. */
    private static final long ABORT_ENTRY = 3L * AdminStep.MEMORY_BYTES;

    private static final int ADMIN_CAPSULE_BYTES = 8192;

    /**
     * An aborted command gets this part of its time-out again before the association is given up.
     */
    private static final int ABORT_GRACE_DIVISOR = 4;

    private final Initiator initiator;
    private final Reactor reactor;
    private final ControllerOptions options;
    private final Owner owner;
    private final MemorySegment memory;
    private final BringUp bringUp;
    private final NamespaceScan scan;
    private final EventWatch events;
    private final KeepAlive keepAlive;
    private final List<QueuePair> ioQueues = new ArrayList<>();
    private final Timer stepTimer =
            new Timer() {
                @Override
                protected void expired() {
                    end("no progress in time: " + step);
                }
            };

    private String step = "";
    private QueuePair admin;
    private QueuePair connecting;

    /** Those that have not ended. */
    private int queuePairs;

    private boolean live;
    private boolean ending;

    /** Throws {@link OutOfMemoryError} when the system has no memory. */
    Association(Initiator initiator, ControllerOptions options, Owner owner) {
        this.initiator = initiator;
        this.reactor = initiator.reactor();
        this.options = options;
        this.owner = owner;
        memory = reactor.kernel().map(ABORT_ENTRY + Memory.PAGE, false);
        bringUp = new BringUp(reactor, options, part(0), this);
        scan = new NamespaceScan(part(1), this);
        events = new EventWatch(part(2), this);
        keepAlive = new KeepAlive(reactor, options.keepAliveMillis());
    }

    private MemorySegment part(int index) {
        return memory.asSlice((long) index * AdminStep.MEMORY_BYTES, AdminStep.MEMORY_BYTES);
    }

    void start() {
        int slots = BringUp.ADMIN_ENTRIES - 1;
        begins("connection of the admin queue", options.adminTimeoutNanos());
        if (makeQueue(0, slots, ADMIN_CAPSULE_BYTES, options.adminTimeoutNanos())) {
            admin = connecting;
            admin.connect(options.address());
        }
    }

    /** Makes {@link #connecting}; without memory for it the association ends. */
    private boolean makeQueue(int id, int slots, int capsuleBytes, long timeoutNanos) {
        int digests =
                (options.headerDigest() ? ICReq.DIGEST_HEADER : 0)
                        | (options.dataDigest() ? ICReq.DIGEST_DATA : 0);
        try {
            connecting =
                    new QueuePair(initiator, this, id, slots, capsuleBytes, digests, timeoutNanos);
        } catch (OutOfMemoryError e) {
            end("no memory for queue " + id + ": " + e.getMessage());
            return false;
        }
        queuePairs++;
        return true;
    }

    ControllerLimits limits() {
        return bringUp.limits();
    }

    IdentifyController identify() {
        return bringUp.identify();
    }

    /** The I/O queue with the fewest commands in flight. */
    QueuePair ioQueue() {
        QueuePair best = ioQueues.getFirst();
        for (int i = 1; i < ioQueues.size(); i++) {
            QueuePair candidate = ioQueues.get(i);
            if (candidate.inFlight() < best.inFlight()) {
                best = candidate;
            }
        }
        return best;
    }

    QueuePair adminQueue() {
        return admin;
    }

    @Override
    public void begins(String what, long limitNanos) {
        step = what;
        reactor.schedule(stepTimer, limitNanos);
    }

    @Override
    public void opened(QueuePair queuePair) {
        if (queuePair == admin) {
            bringUp.connectAdmin(admin);
        } else {
            bringUp.connectIo(queuePair);
        }
    }

    @Override
    public void ready() {
        keepAlive.start(admin);
    }

    @Override
    public void broughtUp() {
        connectNextQueue();
    }

    @Override
    public void ioConnected() {
        connecting.setInCapsuleBytes(limits().inCapsuleBytes());
        ioQueues.add(connecting);
        connectNextQueue();
    }

    private void connectNextQueue() {
        if (ioQueues.size() == bringUp.ioQueues()) {
            begins("Identify of the namespaces", options.adminTimeoutNanos());
            scan.start(admin);
            return;
        }
        begins("connection of an I/O queue", options.adminTimeoutNanos());
        int usable = bringUp.ioEntries() - (options.disableSqFlowControl() ? 0 : 1);
        int slots = Math.min(usable, options.queueDepth());
        if (makeQueue(ioQueues.size() + 1, slots, 0, options.commandTimeoutNanos())) {
            connecting.connect(options.address());
        }
    }

    @Override
    public void scanned(List<RemoteNamespace> namespaces) {
        if (ending) {
            return;
        }
        if (live) {
            owner.namespacesChanged(namespaces);
            return;
        }
        live = true;
        reactor.cancel(stepTimer);
        owner.live(namespaces);
        if (!ending) {
            boolean ana = (identify().sharing() & IdentifyController.SHARING_ANA) != 0;
            events.start(admin, identify().asyncEventLimit() + 1, ana);
        }
    }

    @Override
    public void scanFailed(String reason) {
        end(reason);
    }

    @Override
    public void failed(String reason) {
        end(reason);
    }

    @Override
    public void namespacesChanged() {
        if (live && !ending) {
            scan.start(admin);
        }
    }

    @Override
    public void anaChanged(AnaLog log) {
        if (!ending) {
            owner.anaChanged(log);
        }
    }

    @Override
    public long timedOut(QueuePair queuePair, Command command) {
        if (queuePair == admin || command.abortSent || !live) {
            end("no answer in time from queue " + queuePair.id());
            return 0;
        }
        command.abortSent = true;
        MemorySegment entry = memory.asSlice(ABORT_ENTRY, SubmissionEntry.LENGTH);
        AbortCommand.encode(entry, 0, 0, queuePair.id(), command.commandId);
        admin.submit(new Command(done -> {}).load(entry, 0));
        return Math.max(1, options.commandTimeoutNanos() / ABORT_GRACE_DIVISOR);
    }

    /**
     * Tells the controller that we go, waits for its consent as long as a step may take, and ends.
     */
    void shutdown() {
        if (!live || ending) {
            end("closed");
            return;
        }
        live = false;
        events.stop();
        bringUp.shutdown();
    }

    @Override
    public void shutDown() {
        end("closed");
    }

    /** Ends all queue pairs; {@link Owner#ended} follows. */
    void end(String reason) {
        if (ending) {
            return;
        }
        ending = true;
        reactor.cancel(stepTimer);
        bringUp.stop();
        keepAlive.stop();
        events.stop();
        owner.ending(reason);
        if (queuePairs == 0) {
            finish();
            return;
        }
        // One more than there are, so that the last to end at once does not end us too early.
        queuePairs++;
        for (QueuePair queuePair : List.copyOf(ioQueues)) {
            queuePair.end(reason);
        }
        connecting.end(reason);
        admin.end(reason);
        queuePairEnded();
    }

    @Override
    public void ending(QueuePair queuePair, String reason) {
        end("queue " + queuePair.id() + " " + reason);
    }

    @Override
    public void ended(QueuePair queuePair) {
        queuePairEnded();
    }

    private void queuePairEnded() {
        queuePairs--;
        if (queuePairs == 0) {
            finish();
        }
    }

    private void finish() {
        reactor.kernel().unmap(memory);
        owner.ended();
    }
}
