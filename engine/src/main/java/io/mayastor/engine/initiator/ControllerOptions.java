package io.mayastor.engine.initiator;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/**
 * How to reach one controller and how to treat it. Validated once, here.
 *
 * @param address of the controller's portal
 * @param subsystemNqn name of the subsystem, 1…223 bytes
 * @param hostNqn our name, 1…223 bytes
 * @param hostId our identity, the same for all connections of this process
 * @param ioQueues I/O queue pairs, 1…128; the controller may grant fewer
 * @param queueDepth commands outstanding on one I/O queue, 1…1022; the controller may allow fewer
 * @param disableSqFlowControl ask for queues without SQ flow control, on which reads may end
 *     without a response capsule
 * @param headerDigest ask for header digests
 * @param dataDigest ask for data digests
 * @param maxInCapsuleBytes most write data in a command capsule, as far as the controller allows;
 *     the Linux target (seen with 6.12) never asks for the data of a write that would have fitted
 *     into its capsule, so a limit below the controller's works only with others
 * @param keepAliveMillis keep-alive time-out announced at Connect; 0 = none
 * @param commandTimeoutNanos limit of an I/O command, from its sending
 * @param adminTimeoutNanos limit of an admin command and of each step of connecting
 * @param reconnectMinNanos wait before the first reconnect; doubled for each further one
 * @param reconnectMaxNanos longest wait between reconnects
 */
public record ControllerOptions(
        InetSocketAddress address,
        String subsystemNqn,
        String hostNqn,
        UUID hostId,
        int ioQueues,
        int queueDepth,
        boolean disableSqFlowControl,
        boolean headerDigest,
        boolean dataDigest,
        int maxInCapsuleBytes,
        long keepAliveMillis,
        long commandTimeoutNanos,
        long adminTimeoutNanos,
        long reconnectMinNanos,
        long reconnectMaxNanos) {
    /** No limit of our own on in-capsule data. */
    public static final int MAX_IN_CAPSULE_BYTES = 1 << 20;

    /** Port of a URI that names none. */
    public static final int DEFAULT_PORT = 8420;

    private static final int MAX_NQN_BYTES = 223;
    private static final long SECOND = 1_000_000_000;

    public ControllerOptions {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(hostId, "hostId");
        requireNqn("subsystem NQN", subsystemNqn);
        requireNqn("host NQN", hostNqn);
        requireRange("I/O queues", ioQueues, 1, 128);
        requireRange("queue depth", queueDepth, 1, CommandTable.MAX_SLOTS);
        requireRange("in-capsule bytes", maxInCapsuleBytes, 0, MAX_IN_CAPSULE_BYTES);
        requireRange("keep-alive time (ms)", keepAliveMillis, 0, 0xffff_ffffL);
        requireRange("command time-out (ns)", commandTimeoutNanos, 1, Long.MAX_VALUE / 4);
        requireRange("admin time-out (ns)", adminTimeoutNanos, 1, Long.MAX_VALUE / 4);
        requireRange("reconnect wait (ns)", reconnectMinNanos, 1, reconnectMaxNanos);
    }

    /** What suits a replica on another node: one queue of 128, no digests, 5 s time-outs. */
    public static ControllerOptions of(
            InetSocketAddress address, String subsystemNqn, String hostNqn, UUID hostId) {
        return new ControllerOptions(
                address,
                subsystemNqn,
                hostNqn,
                hostId,
                1,
                128,
                true,
                false,
                false,
                MAX_IN_CAPSULE_BYTES,
                10_000,
                5 * SECOND,
                5 * SECOND,
                SECOND / 10,
                10 * SECOND);
    }

    public ControllerOptions withQueues(int queues, int depth) {
        Draft draft = new Draft(this);
        draft.ioQueues = queues;
        draft.queueDepth = depth;
        return draft.toOptions();
    }

    public ControllerOptions withTransport(
            boolean withoutSqFlowControl, boolean header, boolean data, int inCapsuleBytes) {
        Draft draft = new Draft(this);
        draft.disableSqFlowControl = withoutSqFlowControl;
        draft.headerDigest = header;
        draft.dataDigest = data;
        draft.maxInCapsuleBytes = inCapsuleBytes;
        return draft.toOptions();
    }

    /** Keep-alive in milliseconds, the others in nanoseconds. */
    public ControllerOptions withTimeouts(long keepAlive, long commandNanos, long adminNanos) {
        Draft draft = new Draft(this);
        draft.keepAliveMillis = keepAlive;
        draft.commandTimeoutNanos = commandNanos;
        draft.adminTimeoutNanos = adminNanos;
        return draft.toOptions();
    }

    public ControllerOptions withReconnect(long minNanos, long maxNanos) {
        Draft draft = new Draft(this);
        draft.reconnectMinNanos = minNanos;
        draft.reconnectMaxNanos = maxNanos;
        return draft.toOptions();
    }

    /** The subsystem as a person writes it: {@code host:port/nqn}. */
    public String name() {
        return address.getHostString() + ":" + address.getPort() + "/" + subsystemNqn;
    }

    private static void requireNqn(String what, String nqn) {
        int length = nqn.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_NQN_BYTES) {
            throw new IllegalArgumentException(
                    what + " must have 1…" + MAX_NQN_BYTES + " bytes: \"" + nqn + "\"");
        }
    }

    private static void requireRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " must be " + least + "…" + most + ": " + value);
        }
    }

    /** The values on their way from one set of options to another. */
    private static final class Draft {
        private final ControllerOptions from;
        private int ioQueues;
        private int queueDepth;
        private boolean disableSqFlowControl;
        private boolean headerDigest;
        private boolean dataDigest;
        private int maxInCapsuleBytes;
        private long keepAliveMillis;
        private long commandTimeoutNanos;
        private long adminTimeoutNanos;
        private long reconnectMinNanos;
        private long reconnectMaxNanos;

        Draft(ControllerOptions from) {
            this.from = from;
            ioQueues = from.ioQueues;
            queueDepth = from.queueDepth;
            disableSqFlowControl = from.disableSqFlowControl;
            headerDigest = from.headerDigest;
            dataDigest = from.dataDigest;
            maxInCapsuleBytes = from.maxInCapsuleBytes;
            keepAliveMillis = from.keepAliveMillis;
            commandTimeoutNanos = from.commandTimeoutNanos;
            adminTimeoutNanos = from.adminTimeoutNanos;
            reconnectMinNanos = from.reconnectMinNanos;
            reconnectMaxNanos = from.reconnectMaxNanos;
        }

        ControllerOptions toOptions() {
            return new ControllerOptions(
                    from.address,
                    from.subsystemNqn,
                    from.hostNqn,
                    from.hostId,
                    ioQueues,
                    queueDepth,
                    disableSqFlowControl,
                    headerDigest,
                    dataDigest,
                    maxInCapsuleBytes,
                    keepAliveMillis,
                    commandTimeoutNanos,
                    adminTimeoutNanos,
                    reconnectMinNanos,
                    reconnectMaxNanos);
        }
    }
}
