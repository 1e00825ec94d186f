package io.mayastor.engine.initiator;

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
import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.IdentifyNvmController;
import io.mayastor.engine.nvme.Property;
import io.mayastor.engine.nvme.PropertyCommand;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.WireFormatException;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The commands that bring a controller into service, connect its I/O queues, and shut it down (Base
 * 2.0 §3.5.1, §3.6). Owner thread: the reactor's.
 *
 * <pre>
 *  ADMIN_CONNECT → CAPABILITIES → ENABLE → READY → IDENTIFY_CONTROLLER → COMMAND_LIMITS → QUEUE_COUNT → EVENT_CONFIGURATION
 *  IO_CONNECT, once for each queue
 *  SHUTDOWN → SHUTDOWN_COMPLETE
 * </pre>
 */
final class BringUp {
    /** Told how it goes; every step is bounded by the time that {@link #begins} names. */
    interface Owner {
        void begins(String what, long limitNanos);

        /** The controller works: keep-alive is needed from now on. */
        void ready();

        /** {@link #limits}, {@link #identify} and {@link #ioQueues} are known. */
        void broughtUp();

        void ioConnected();

        void shutDown();

        void failed(String reason);
    }

    private enum Step {
        ADMIN_CONNECT("Connect of the admin queue"),
        CAPABILITIES("reading the capabilities"),
        ENABLE("enabling the controller"),
        READY("waiting until the controller is ready"),
        IDENTIFY_CONTROLLER("Identify of the controller"),
        COMMAND_LIMITS("Identify of the command limits"),
        QUEUE_COUNT("setting the number of queues"),
        EVENT_CONFIGURATION("configuring events"),
        IO_CONNECT("Connect of an I/O queue"),
        SHUTDOWN("shutdown"),
        SHUTDOWN_COMPLETE("waiting for the end of the shutdown");

        private final String text;

        Step(String text) {
            this.text = text;
        }
    }

    static final int ADMIN_ENTRIES = 32;

    private static final int ENTRY_SHIFT_SUBMISSION = 6;
    private static final int ENTRY_SHIFT_COMPLETION = 4;
    private static final long MILLI = 1_000_000;
    private static final long READY_UNIT_NANOS = 500 * MILLI;
    private static final long STATUS_POLL_NANOS = 5 * MILLI;

    private final Reactor reactor;
    private final ControllerOptions options;
    private final Owner owner;
    private final AdminStep sequence;
    private final Timer statusTimer =
            new Timer() {
                @Override
                protected void expired() {
                    readStatus();
                }
            };

    private Step step = Step.ADMIN_CONNECT;
    private QueuePair admin;
    private boolean stopped;
    private int controllerId;
    private int ioQueues;
    private ControllerCapabilities capabilities;
    private IdentifyController identify;
    private Optional<IdentifyNvmController> commandLimits = Optional.empty();
    private ControllerLimits limits;

    /**
     * @param memory {@link AdminStep#MEMORY_BYTES}
     */
    BringUp(Reactor reactor, ControllerOptions options, MemorySegment memory, Owner owner) {
        this.reactor = reactor;
        this.options = options;
        this.owner = owner;
        this.sequence = new AdminStep(memory, this::completed);
    }

    ControllerLimits limits() {
        return limits;
    }

    IdentifyController identify() {
        return identify;
    }

    /** How many I/O queues are wanted and granted. */
    int ioQueues() {
        return ioQueues;
    }

    /** Entries of an I/O queue; with SQ flow control one of them stays empty. */
    int ioEntries() {
        int wanted = options.queueDepth() + (options.disableSqFlowControl() ? 0 : 1);
        return Math.max(2, Math.min(wanted, capabilities.maxQueueEntries()));
    }

    void stop() {
        stopped = true;
        reactor.cancel(statusTimer);
    }

    void connectAdmin(QueuePair queuePair) {
        admin = queuePair;
        begin(Step.ADMIN_CONNECT);
        connect(admin, ADMIN_ENTRIES, 0, ConnectData.ANY_CONTROLLER, options.keepAliveMillis());
    }

    void connectIo(QueuePair queuePair) {
        int attributes =
                options.disableSqFlowControl() ? ConnectCommand.DISABLE_SQ_FLOW_CONTROL : 0;
        begin(Step.IO_CONNECT);
        connect(queuePair, ioEntries(), attributes, controllerId, 0);
    }

    void shutdown() {
        begin(Step.SHUTDOWN);
        writeConfiguration(ControllerConfiguration.SHUTDOWN_NORMAL);
    }

    private void connect(
            QueuePair queuePair,
            int entries,
            int attributes,
            int wantedController,
            long keepAliveMillis) {
        ConnectCommand.encode(
                sequence.entry(), 0, 0, queuePair.id(), entries, attributes, keepAliveMillis);
        new ConnectData(
                        options.hostId(),
                        wantedController,
                        options.subsystemNqn(),
                        options.hostNqn())
                .encode(sequence.data(), 0);
        sequence.run(queuePair, ConnectData.LENGTH);
    }

    private void begin(Step next) {
        begin(next, options.adminTimeoutNanos());
    }

    private void begin(Step next, long limitNanos) {
        step = next;
        owner.begins(next.text, limitNanos);
    }

    private void completed(AdminStep done) {
        if (stopped) {
            return;
        }
        boolean optional = step == Step.COMMAND_LIMITS || step == Step.EVENT_CONFIGURATION;
        if (!done.succeeded() && !optional) {
            boolean fabrics = step == Step.ADMIN_CONNECT || step == Step.IO_CONNECT;
            String why = fabrics ? Status.fabricsName(done.status()) : Status.name(done.status());
            owner.failed(step.text + " refused: " + why);
            return;
        }
        try {
            advance();
        } catch (WireFormatException e) {
            owner.failed(step.text + ": " + e.getMessage());
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
                long ready = Math.max(1, capabilities.timeoutUnits()) * READY_UNIT_NANOS;
                begin(Step.READY, Math.max(ready, options.adminTimeoutNanos()));
                readStatus();
            }
            case READY -> checkReady();
            case IDENTIFY_CONTROLLER -> {
                identify = IdentifyController.decode(sequence.data(), 0);
                begin(Step.COMMAND_LIMITS);
                identify(IdentifyCommand.CNS_COMMAND_SET_CONTROLLER);
            }
            case COMMAND_LIMITS -> {
                takeLimits();
                begin(Step.QUEUE_COUNT);
                setFeature(
                        Feature.NUMBER_OF_QUEUES,
                        FeatureValue.queues(options.ioQueues(), options.ioQueues()));
            }
            case QUEUE_COUNT -> {
                takeQueueCount((int) sequence.result());
                int wanted = AsyncEventNotice.NAMESPACE_ATTRIBUTE | AsyncEventNotice.ANA_CHANGE;
                begin(Step.EVENT_CONFIGURATION);
                setFeature(Feature.ASYNC_EVENT_CONFIGURATION, identify.asyncEvents() & wanted);
            }
            case EVENT_CONFIGURATION -> owner.broughtUp();
            case IO_CONNECT -> owner.ioConnected();
            case SHUTDOWN -> {
                begin(Step.SHUTDOWN_COMPLETE);
                readStatus();
            }
            case SHUTDOWN_COMPLETE -> checkShutdown();
        }
    }

    private void adminConnected() {
        int result = (int) sequence.result();
        int security =
                ConnectResult.AUTHENTICATION_REQUIRED | ConnectResult.SECURE_CHANNEL_REQUIRED;
        if ((result & security) != 0) {
            owner.failed("the controller demands authentication, which is not supported");
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
            owner.failed("the controller reports a fatal status");
        } else if (ControllerStatus.isReady(status)) {
            owner.ready();
            begin(Step.IDENTIFY_CONTROLLER);
            identify(IdentifyCommand.CNS_CONTROLLER);
        } else {
            reactor.schedule(statusTimer, STATUS_POLL_NANOS);
        }
    }

    private void checkShutdown() {
        if (ControllerStatus.isShutdownComplete((int) sequence.result())) {
            owner.shutDown();
        } else {
            reactor.schedule(statusTimer, STATUS_POLL_NANOS);
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

    private void takeLimits() {
        if (sequence.succeeded()) {
            commandLimits = Optional.of(IdentifyNvmController.decode(sequence.data(), 0));
        }
        limits =
                ControllerLimits.of(
                        capabilities, identify, commandLimits, options.maxInCapsuleBytes());
    }

    private void takeQueueCount(int granted) {
        int pairs =
                Math.min(
                        FeatureValue.submissionQueues(granted),
                        FeatureValue.completionQueues(granted));
        ioQueues = Math.min(options.ioQueues(), pairs);
    }
}
