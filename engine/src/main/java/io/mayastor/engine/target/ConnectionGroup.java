package io.mayastor.engine.target;

import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.reactor.BufferWaiter;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.reactor.TurnEndTask;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The target's part of one reactor: its connections and what they share — receive buffers, stashes,
 * send batches, command slots, the R2T quota, and the queue of those that wait for any of these.
 * Owner thread: the reactor's.
 *
 * <p>Memory is address space mapped once and touched as far as it is used; what is given back is
 * used again first.
 */
final class ConnectionGroup {
    /** Room for the largest capsule with digests and padding. */
    static final int STASH_BYTES = 12 << 10;

    /** Data must be complete after so many times the stall limit, in whatever small pieces. */
    private static final int OVERDUE_STALLS = 4;

    /** A transfer tag has 16 bits. */
    private static final int MAX_COMMANDS = 1 << 16;

    private final Target target;
    private final Reactor reactor;
    private final Ring ring;
    private final TargetOptions options;
    private final SharedBuffers receiveBuffers;
    private final long receiveBase;
    private final DataDigests digests;
    private final MemorySegment stashMemory;
    private final MemorySegment batchMemory;
    private final MemorySegment entryMemory;
    private final IndexPool stashes;
    private final List<SendBatch> freeBatches = new ArrayList<>();
    private int batches;
    private final List<Command> commands = new ArrayList<>();
    private final ArrayList<Command> freeCommands = new ArrayList<>();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final CommandList awaitingBuffer = new CommandList();
    private final ArrayDeque<Connection> stalled = new ArrayDeque<>();
    private final RetryTask retry = new RetryTask();
    private final ArenaWaiter arenaWaiter = new ArenaWaiter();
    private final StallTimer stallTimer = new StallTimer();
    private final GroupStatistics statistics = new GroupStatistics();
    private final long r2tLimit;
    private long r2tBytes;
    private boolean closed;
    private Runnable whenEmpty;

    ConnectionGroup(Target target, Reactor reactor, TargetOptions options) {
        this.target = target;
        this.reactor = reactor;
        this.ring = reactor.ring();
        this.options = options;
        Kernel kernel = reactor.kernel();
        receiveBuffers =
                ring.provideBuffers(options.receiveBuffers(), options.receiveBufferBytes());
        stashMemory = kernel.map(pages((long) options.connections() * STASH_BYTES), false);
        stashes = new IndexPool(options.connections());
        batchMemory = kernel.map(pages(2L * options.connections() * SendBatch.BYTES), false);
        receiveBase = receiveBuffers.memory().address();
        MemorySegment arena = reactor.arena().memory();
        digests = new DataDigests(arena, receiveBuffers.memory(), batchMemory, stashMemory);
        r2tLimit = options.r2tBytesOf(arena.byteSize());
        entryMemory = kernel.map((long) MAX_COMMANDS * SubmissionEntry.LENGTH, false);
    }

    private static long pages(long bytes) {
        return (bytes + 4095) / 4096 * 4096;
    }

    Target target() {
        return target;
    }

    Reactor reactor() {
        return reactor;
    }

    Ring ring() {
        return ring;
    }

    TargetOptions options() {
        return options;
    }

    GroupStatistics statistics() {
        return statistics;
    }

    GroupUsage usage() {
        return new GroupUsage(
                connections.size(),
                commands.size() - freeCommands.size(),
                stashes.inUse(),
                batches - freeBatches.size(),
                receiveBuffers.count() - receiveBuffers.available(),
                r2tBytes,
                connections.stream().mapToLong(each -> each.bufferedBytes).sum(),
                awaitingBuffer.size(),
                stalled.size());
    }

    SharedBuffers receiveBuffers() {
        return receiveBuffers;
    }

    /** Address of a shared receive buffer. */
    long receiveAddress(int buffer) {
        return receiveBase + (long) buffer * options.receiveBufferBytes();
    }

    /** Address of a stash. */
    long stashAddress(int stash) {
        return stashMemory.address() + (long) stash * STASH_BYTES;
    }

    /** Digests of all memory that PDUs and data lie in. */
    DataDigests digests() {
        return digests;
    }

    MemorySegment arenaMemory() {
        return reactor.arena().memory();
    }

    int takeStash() {
        return stashes.take();
    }

    void releaseStash(int stash) {
        stashes.release(stash);
    }

    SendBatch takeBatch() {
        if (freeBatches.isEmpty()) {
            return new SendBatch(batchMemory.address() + (long) batches++ * SendBatch.BYTES);
        }
        return freeBatches.removeLast();
    }

    void releaseBatch(SendBatch batch) {
        batch.clear();
        freeBatches.add(batch);
    }

    /** A free slot, or null when all transfer tags are in use. */
    Command takeCommand() {
        if (!freeCommands.isEmpty()) {
            return freeCommands.removeLast();
        }
        if (commands.size() == MAX_COMMANDS) {
            return null;
        }
        Command command = new Command(commands.size(), entryMemory.address());
        commands.add(command);
        return command;
    }

    /** The command of a transfer tag, or null when there never was one. */
    Command command(int index) {
        return index < commands.size() ? commands.get(index) : null;
    }

    /** Gives the slot, its buffer and its share of the quotas back. */
    void release(Command command) {
        if (command.stage == Command.Stage.FREE || command.list != null) {
            throw new IllegalStateException("command " + command.index + " released twice");
        }
        releaseBuffer(command);
        command.stage = Command.Stage.FREE;
        command.connection = null;
        command.commandSet = null;
        command.namespace = null;
        command.pair = null;
        freeCommands.add(command);
        if (!stalled.isEmpty()) {
            reactor.atTurnEnd(retry);
        }
    }

    /** Gives a slot back that has not been used, which helps nobody who waits. */
    void putBack(Command command) {
        command.stage = Command.Stage.FREE;
        command.connection = null;
        freeCommands.add(command);
    }

    private void releaseBuffer(Command command) {
        if (command.bufferLength > 0) {
            reactor.arena().free(command.dataAddress, command.bufferLength);
            command.connection.bufferedBytes -= command.bufferLength;
            command.bufferLength = 0;
            if (!awaitingBuffer.isEmpty() || !stalled.isEmpty()) {
                reactor.atTurnEnd(retry);
            }
        }
        releaseR2t(command);
    }

    /** The data has come: other hosts may be asked for theirs. */
    void releaseR2t(Command command) {
        if (command.r2tCharged > 0) {
            r2tBytes -= command.r2tCharged;
            command.r2tCharged = 0;
            wakeWaiting();
        }
    }

    /** Something has been given back on which commands may wait. */
    void wakeWaiting() {
        if (!awaitingBuffer.isEmpty()) {
            reactor.atTurnEnd(retry);
        }
    }

    /**
     * Gives the command a buffer for its data; false when memory or the connection's quota is
     * short.
     */
    boolean takeBuffer(Command command) {
        Connection connection = command.connection;
        boolean overQuota =
                connection.bufferedBytes > 0
                        && connection.bufferedBytes + command.dataLength
                                > options.connectionBytes();
        return command.bufferLength > 0 || (!overQuota && allocate(command));
    }

    /**
     * Gives the command a buffer for data that has come in its capsule. The queue depth bounds
     * these; the connection's quota does not count for them, since the data that frees it may lie
     * behind this capsule in the stream.
     */
    boolean takeCapsuleBuffer(Command command) {
        return allocate(command);
    }

    private boolean allocate(Command command) {
        Connection connection = command.connection;
        int length = command.dataLength;
        long address = reactor.arena().allocate(length);
        if (address == 0) {
            reactor.arena().awaitBuffer(arenaWaiter);
            return false;
        }
        command.dataAddress = address;
        command.bufferLength = length;
        connection.bufferedBytes += length;
        return true;
    }

    /** Charges an R2T; false when hosts have been asked for enough data already. */
    boolean chargeR2t(Command command) {
        if (command.r2tCharged > 0) {
            return true;
        }
        if (r2tBytes > 0 && r2tBytes + command.dataLength > r2tLimit) {
            return false;
        }
        r2tBytes += command.dataLength;
        command.r2tCharged = command.dataLength;
        return true;
    }

    /**
     * The command has its slot, but needs memory or quota: it is tried again, first come first
     * served.
     */
    void awaitBuffer(Command command) {
        command.stage = Command.Stage.AWAITS_BUFFER;
        awaitingBuffer.addLast(command);
    }

    /** The connection's stream has stalled: it is tried again when anything has been given back. */
    void stall(Connection connection) {
        if (!connection.inStalledQueue) {
            connection.inStalledQueue = true;
            stalled.add(connection);
        }
    }

    /** Something has been given back on which a stalled connection may wait. */
    void wakeStalled() {
        if (!stalled.isEmpty()) {
            reactor.atTurnEnd(retry);
        }
    }

    /** Takes over a socket that was accepted here. */
    void accepted(int socket) {
        if (closed) {
            refuse(socket);
            return;
        }
        Connection connection = new Connection(this, socket);
        add(connection);
        connection.start();
    }

    /**
     * Takes over a connection from another reactor, with the Connect capsule that named our
     * subsystem.
     */
    void adopt(HandOver handOver) {
        if (closed) {
            refuse(handOver.socket());
            return;
        }
        Connection connection = new Connection(this, handOver.socket());
        add(connection);
        connection.goOn(handOver);
    }

    /** Our memory has been given back: a connection that comes late is closed. */
    private void refuse(int socket) {
        reactor.kernel().close(socket);
        target.connectionClosed();
    }

    private void add(Connection connection) {
        connections.add(connection);
        statistics.connections(connections.size());
        if (!stallTimer.isArmed()) {
            stallTimer.arm();
        }
    }

    /**
     * The connection has left this reactor; its socket is closed unless it has been handed over.
     */
    void removed(Connection connection) {
        connections.remove(connection);
        statistics.connections(connections.size());
        if (whenEmpty != null && connections.isEmpty()) {
            whenEmpty.run();
        }
    }

    Set<Connection> connections() {
        return connections;
    }

    /**
     * Commands that belong to a connection and have not been started; each is taken out of its
     * list.
     */
    void dropCommandsOf(Connection connection) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.connection == connection) {
                connection.drop(command);
            }
        }
    }

    /** Commands for a namespace that have not been answered. */
    List<Command> commandsOf(Namespace namespace) {
        List<Command> found = new ArrayList<>();
        for (Command command : commands) {
            if (command.connection != null && command.namespace == namespace) {
                found.add(command);
            }
        }
        return found;
    }

    /**
     * The command with this identifier that can still be aborted: not started, not answered. Or
     * null.
     */
    Command findWaiting(Connection connection, int commandId) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.connection == connection
                    && command.commandId == commandId
                    && (command.stage == Command.Stage.HELD
                            || command.stage == Command.Stage.AWAITS_BUFFER)) {
                return command;
            }
        }
        return null;
    }

    /**
     * Ends every connection; {@code done} runs when all are closed and the memory is given back.
     */
    void close(Runnable done) {
        reactor.cancel(stallTimer);
        whenEmpty =
                () -> {
                    whenEmpty = null;
                    closed = true;
                    Kernel kernel = reactor.kernel();
                    kernel.unmap(stashMemory);
                    kernel.unmap(batchMemory);
                    kernel.unmap(entryMemory);
                    done.run();
                };
        for (Connection connection : List.copyOf(connections)) {
            connection.end("the target is stopping");
        }
        if (connections.isEmpty()) {
            whenEmpty.run();
        }
    }

    private void retryWaiting() {
        int left = awaitingBuffer.size();
        while (left-- > 0 && !awaitingBuffer.isEmpty()) {
            Command command = awaitingBuffer.removeFirst();
            Connection connection = command.connection;
            try {
                if (!connection.advance(command)) {
                    awaitingBuffer.addLast(command);
                }
            } catch (RuntimeException e) {
                connection.failed(e);
            }
        }
        int connectionsLeft = stalled.size();
        while (connectionsLeft-- > 0) {
            Connection connection = stalled.removeFirst();
            connection.inStalledQueue = false;
            connection.resume();
        }
    }

    /** However slow a host is, one command may not stay inside for ever. */
    private void endThoseWhoseDataIsOverdue() {
        long before = reactor.nowNanos() - OVERDUE_STALLS * options.stallNanos();
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            if (command.stage == Command.Stage.AWAITS_DATA && command.askedNanos - before < 0) {
                command.connection.stalled();
            }
        }
    }

    private final class RetryTask extends TurnEndTask {
        @Override
        protected void run() {
            retryWaiting();
        }
    }

    private final class ArenaWaiter extends BufferWaiter {
        @Override
        protected void bufferAvailable() {
            reactor.atTurnEnd(retry);
        }
    }

    /**
     * Ends connections whose peer keeps us waiting. A look that comes late is left out: this
     * process was stopped, and what the peers have done meanwhile has not been seen yet.
     */
    private final class StallTimer extends Timer {
        private long dueNanos;

        void arm() {
            dueNanos = reactor.ring().nanoTime() + interval();
            reactor.schedule(this, interval());
        }

        private long interval() {
            return options.stallNanos() / 8;
        }

        @Override
        protected void expired() {
            if (connections.isEmpty()) {
                return;
            }
            if (reactor.nowNanos() - dueNanos <= interval()) {
                long before = reactor.nowNanos() - options.stallNanos();
                for (Connection connection : List.copyOf(connections)) {
                    connection.checkProgress(before);
                }
                endThoseWhoseDataIsOverdue();
            }
            arm();
        }
    }
}
