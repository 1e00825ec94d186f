package io.mayastor.engine.initiator;

import io.mayastor.engine.nvme.AbortCommand;
import io.mayastor.engine.nvme.AnaLog;
import io.mayastor.engine.nvme.AsyncEventNotice;
import io.mayastor.engine.nvme.ConnectCommand;
import io.mayastor.engine.nvme.ConnectData;
import io.mayastor.engine.nvme.ConnectResult;
import io.mayastor.engine.nvme.ControllerCapabilities;
import io.mayastor.engine.nvme.ControllerConfiguration;
import io.mayastor.engine.nvme.ControllerStatus;
import io.mayastor.engine.nvme.Feature;
import io.mayastor.engine.nvme.FeatureValue;
import io.mayastor.engine.nvme.FeaturesCommand;
import io.mayastor.engine.nvme.ICReq;
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.IdentifyNvmController;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.nvme.WireFormatException;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One association with a controller, from its first connection to its end: an admin queue, I/O
 * queues, keep-alive, events and the namespaces. Owner thread: the reactor's. It is made for one
 * attempt and never used again.
 *
 * <p>Promises: each step of connecting is bounded by the admin time-out; after {@link #start},
 * {@link Owner#ended} is called exactly once, when every command has completed.
 */
final class Association implements QueuePair.Owner, NamespaceScan.Owner, EventWatch.Owner {
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

    private enum Step {
        ADMIN_CONNECTION("connection of the admin queue"),
        ADMIN_CONNECT("Connect of the admin queue"),
        CAPABILITIES("reading the capabilities"),
        ENABLE("enabling the controller"),
        READY("waiting until the controller is ready"),
        IDENTIFY_CONTROLLER("Identify of the controller"),
        COMMAND_LIMITS("Identify of the command limits"),
        QUEUE_COUNT("setting the number of queues"),
        EVENT_CONFIGURATION("configuring events"),
        IO_CONNECTION("connection of an I/O queue"),
        IO_CONNECT("Connect of an I/O queue"),
        NAMESPACES("Identify of the namespaces"),
        LIVE("service"),
        SHUTDOWN("shutdown"),
        SHUTDOWN_COMPLETE("waiting for the end of the shutdown"),
        ENDED("end");

        private final String text;

        Step(String text) {
            this.text = text;
        }
    }

    /** Offset of the entry of an Abort in {@link #memory}, after those of the three sequences. */
    private static final long ABORT_ENTRY = 3L * AdminStep.MEMORY_BYTES;

    private static final int ADMIN_ENTRIES = 32;
    private static final int ADMIN_CAPSULE_BYTES = 8192;
    private static final int ENTRY_SHIFT_SUBMISSION = 6;
    private static final int ENTRY_SHIFT_COMPLETION = 4;
    private static final long MILLI = 1_000_000;
    private static final long READY_UNIT_NANOS = 500 * MILLI;
    private static final long READY_POLL_NANOS = 5 * MILLI;

    /**
     * An aborted command gets this part of its time-out again before the association is given up.
     */
    private static final int ABORT_GRACE_DIVISOR = 4;

    private final Initiator initiator;
    private final Reactor reactor;
    private final ControllerOptions options;
    private final Owner owner;
    private final MemorySegment memory;
    private final AdminStep sequence;
    private final NamespaceScan scan;
    private final EventWatch events;
    private final KeepAlive keepAlive;
    private final List<QueuePair> ioQueues = new ArrayList<>();
    private final Timer stepTimer =
            new Timer() {
                @Override
                protected void expired() {
                    end("no progress in time: " + step.text);
                }
            };
    private final Timer readyTimer =
            new Timer() {
                @Override
                protected void expired() {
                    readStatus();
                }
            };

    private Step step = Step.ADMIN_CONNECTION;
    private QueuePair admin;
    private QueuePair connecting;
    private int queuePairs;
    private boolean ending;
    private int controllerId;
    private int wantedQueues;
    private ControllerCapabilities capabilities;
    private IdentifyController identify;
    private Optional<IdentifyNvmController> commandLimits = Optional.empty();
    private ControllerLimits limits;

    Association(Initiator initiator, ControllerOptions options, Owner owner) {
        this.initiator = initiator;
        this.reactor = initiator.reactor();
        this.options = options;
        this.owner = owner;
        memory = reactor.kernel().map(ABORT_ENTRY + Memory.PAGE, false);
        sequence = new AdminStep(part(0), this::completed);
        scan = new NamespaceScan(part(1), this);
        events = new EventWatch(part(2), this);
        keepAlive = new KeepAlive(reactor, options.keepAliveMillis());
    }

    private MemorySegment part(int index) {
        return memory.asSlice((long) index * AdminStep.MEMORY_BYTES, AdminStep.MEMORY_BYTES);
    }

    void start() {
        int slots = ADMIN_ENTRIES - 1;
        if (connectQueue(0, slots, ADMIN_CAPSULE_BYTES, options.adminTimeoutNanos())) {
            admin = connecting;
            reactor.schedule(stepTimer, options.adminTimeoutNanos());
            admin.connect(options.address());
        }
    }

    /** Makes {@link #connecting}; without memory for it the association ends. */
    private boolean connectQueue(int id, int slots, int capsuleBytes, long timeoutNanos) {
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
        return limits;
    }

    IdentifyController identify() {
        return identify;
    }

    int controllerId() {
        return controllerId;
    }

    boolean isLive() {
        return step == Step.LIVE;
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

    int ioQueueCount() {
        return ioQueues.size();
    }

    QueuePair adminQueue() {
        return admin;
    }

    @Override
    public void opened(QueuePair queuePair) {
        if (queuePair == admin) {
            begin(Step.ADMIN_CONNECT);
            connect(admin, ADMIN_ENTRIES, 0, ConnectData.ANY_CONTROLLER);
        } else {
            begin(Step.IO_CONNECT);
            int attributes =
                    options.disableSqFlowControl() ? ConnectCommand.DISABLE_SQ_FLOW_CONTROL : 0;
            connect(queuePair, ioEntries(), attributes, controllerId);
        }
    }

    private void connect(QueuePair queuePair, int entries, int attributes, int wantedController) {
        ConnectCommand.encode(
                sequence.entry(),
                0,
                0,
                queuePair.id(),
                entries,
                attributes,
                queuePair == admin ? options.keepAliveMillis() : 0);
        new ConnectData(
                        options.hostId(),
                        wantedController,
                        options.subsystemNqn(),
                        options.hostNqn())
                .encode(sequence.data(), 0);
        sequence.run(queuePair, ConnectData.LENGTH);
    }

    private void begin(Step next) {
        step = next;
        reactor.schedule(stepTimer, options.adminTimeoutNanos());
    }

    private void completed(AdminStep done) {
        if (ending) {
            return;
        }
        boolean optional = step == Step.COMMAND_LIMITS || step == Step.EVENT_CONFIGURATION;
        if (!done.succeeded() && !optional) {
            boolean fabrics = step == Step.ADMIN_CONNECT || step == Step.IO_CONNECT;
            String why = fabrics ? Status.fabricsName(done.status()) : Status.name(done.status());
            end(step.text + " refused: " + why);
            return;
        }
        try {
            advance();
        } catch (WireFormatException e) {
            end(step.text + ": " + e.getMessage());
        }
    }

    private void advance() {
        switch (step) {
            case ADMIN_CONNECT -> adminConnected();
            case CAPABILITIES -> {
                capabilities = ControllerCapabilities.decode(sequence.result());
                begin(Step.ENABLE);
                writeConfiguration(ControllerConfiguration.SHUTDOWN_NONE);
            }
            case ENABLE -> {
                begin(Step.READY);
                long ready = Math.max(1, capabilities.timeoutUnits()) * READY_UNIT_NANOS;
                reactor.schedule(stepTimer, Math.max(ready, options.adminTimeoutNanos()));
                readStatus();
            }
            case READY -> checkReady();
            case IDENTIFY_CONTROLLER -> {
                identify = IdentifyController.decode(sequence.data(), 0);
                begin(Step.COMMAND_LIMITS);
                identify(IdentifyCommand.CNS_COMMAND_SET_CONTROLLER);
            }
            case COMMAND_LIMITS -> {
                if (sequence.succeeded()) {
                    commandLimits = Optional.of(IdentifyNvmController.decode(sequence.data(), 0));
                }
                limits =
                        ControllerLimits.of(
                                capabilities, identify, commandLimits, options.maxInCapsuleBytes());
                begin(Step.QUEUE_COUNT);
                setFeature(
                        Feature.NUMBER_OF_QUEUES,
                        FeatureValue.queues(options.ioQueues(), options.ioQueues()));
            }
            case QUEUE_COUNT -> {
                int granted = (int) sequence.result();
                wantedQueues =
                        Math.min(
                                options.ioQueues(),
                                Math.min(
                                        FeatureValue.submissionQueues(granted),
                                        FeatureValue.completionQueues(granted)));
                configureEvents();
            }
            case EVENT_CONFIGURATION -> connectNextQueue();
            case IO_CONNECT -> {
                connecting.setInCapsuleBytes(limits.inCapsuleBytes());
                ioQueues.add(connecting);
                connectNextQueue();
            }
            case SHUTDOWN -> {
                step = Step.SHUTDOWN_COMPLETE;
                readStatus();
            }
            case SHUTDOWN_COMPLETE -> checkShutdown();
            case ADMIN_CONNECTION, IO_CONNECTION, NAMESPACES, LIVE, ENDED ->
                    throw new IllegalStateException("no command belongs to " + step);
        }
    }

    private void adminConnected() {
        int result = (int) sequence.result();
        int security =
                ConnectResult.AUTHENTICATION_REQUIRED | ConnectResult.SECURE_CHANNEL_REQUIRED;
        if ((result & security) != 0) {
            end("the controller demands authentication, which is not supported");
            return;
        }
        controllerId = ConnectResult.controllerId(result);
        begin(Step.CAPABILITIES);
        PropertyCommand.encodeGet(sequence.entry(), 0, 0, Property.CAP);
        sequence.run(admin, 0);
    }

    private void writeConfiguration(int shutdown) {
        int configuration =
                new ControllerConfiguration(
                                true,
                                ControllerConfiguration.COMMAND_SET_NVM,
                                capabilities.minPageShift(),
                                0,
                                shutdown,
                                ENTRY_SHIFT_SUBMISSION,
                                ENTRY_SHIFT_COMPLETION,
                                false)
                        .encode();
        PropertyCommand.encodeSet(sequence.entry(), 0, 0, Property.CC, configuration);
        sequence.run(admin, 0);
    }

    private void readStatus() {
        PropertyCommand.encodeGet(sequence.entry(), 0, 0, Property.CSTS);
        sequence.run(admin, 0);
    }

    private void checkReady() {
        int status = (int) sequence.result();
        if (ControllerStatus.isFatal(status)) {
            end("the controller reports a fatal status");
        } else if (ControllerStatus.isReady(status)) {
            keepAlive.start(admin);
            begin(Step.IDENTIFY_CONTROLLER);
            identify(IdentifyCommand.CNS_CONTROLLER);
        } else {
            reactor.schedule(readyTimer, READY_POLL_NANOS);
        }
    }

    private void identify(int cns) {
        IdentifyCommand.encode(sequence.entry(), 0, 0, 0, cns, IdentifyCommand.CSI_NVM);
        sequence.run(admin, IdentifyCommand.DATA_LENGTH);
    }

    private void setFeature(int feature, int value) {
        FeaturesCommand.encodeSet(sequence.entry(), 0, 0, 0, feature, false, value);
        sequence.run(admin, 0);
    }

    private void configureEvents() {
        int wanted = AsyncEventNotice.NAMESPACE_ATTRIBUTE | AsyncEventNotice.ANA_CHANGE;
        begin(Step.EVENT_CONFIGURATION);
        setFeature(Feature.ASYNC_EVENT_CONFIGURATION, identify.asyncEvents() & wanted);
    }

    private void connectNextQueue() {
        if (ioQueues.size() == wantedQueues) {
            begin(Step.NAMESPACES);
            scan.start(admin);
            return;
        }
        begin(Step.IO_CONNECTION);
        int usable = ioEntries() - (options.disableSqFlowControl() ? 0 : 1);
        int slots = Math.min(usable, options.queueDepth());
        if (connectQueue(ioQueues.size() + 1, slots, 0, options.commandTimeoutNanos())) {
            connecting.connect(options.address());
        }
    }

    /** With SQ flow control one entry of a queue stays empty. */
    private int ioEntries() {
        int wanted = options.queueDepth() + (options.disableSqFlowControl() ? 0 : 1);
        return Math.max(2, Math.min(wanted, capabilities.maxQueueEntries()));
    }

    @Override
    public void scanned(List<RemoteNamespace> namespaces) {
        if (ending) {
            return;
        }
        if (step == Step.LIVE) {
            owner.namespacesChanged(namespaces);
            return;
        }
        reactor.cancel(stepTimer);
        step = Step.LIVE;
        boolean ana = (identify.sharing() & IdentifyController.SHARING_ANA) != 0;
        owner.live(namespaces);
        if (!ending) {
            events.start(admin, identify.asyncEventLimit() + 1, ana);
        }
    }

    @Override
    public void scanFailed(String reason) {
        end(reason);
    }

    @Override
    public void namespacesChanged() {
        if (step == Step.LIVE && !ending) {
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
        if (queuePair == admin || command.abortSent || !isLive()) {
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
        if (!isLive() || ending) {
            end("closed");
            return;
        }
        events.stop();
        begin(Step.SHUTDOWN);
        writeConfiguration(ControllerConfiguration.SHUTDOWN_NORMAL);
    }

    private void checkShutdown() {
        if (ControllerStatus.isShutdownComplete((int) sequence.result())) {
            end("closed");
        } else {
            reactor.schedule(readyTimer, READY_POLL_NANOS);
        }
    }

    /** Ends all queue pairs; {@link Owner#ended} follows. */
    void end(String reason) {
        if (ending) {
            return;
        }
        ending = true;
        reactor.cancel(stepTimer);
        reactor.cancel(readyTimer);
        keepAlive.stop();
        events.stop();
        owner.ending(reason);
        if (queuePairs == 0) {
            finish();
            return;
        }
        queuePairs++;
        for (QueuePair queuePair : List.copyOf(ioQueues)) {
            queuePair.end(reason);
        }
        connecting.end(reason);
        admin.end(reason);
        ended(null);
    }

    @Override
    public void ending(QueuePair queuePair, String reason) {
        end("queue " + queuePair.id() + " " + reason);
    }

    @Override
    public void ended(QueuePair queuePair) {
        queuePairs--;
        if (queuePairs == 0) {
            finish();
        }
    }

    private void finish() {
        step = Step.ENDED;
        reactor.kernel().unmap(memory);
        owner.ended();
    }
}
