package io.mayastor.engine.target;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.Timer;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Ring;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The target's part of one reactor: its connections, what they share — receive buffers, stashes,
 * send batches, {@link CommandSlots}, {@link DataBuffers} — and the {@link Backlog} of those that
 * wait for any of it. Owner thread: the reactor's.
 *
 * <p>Memory is address space mapped once and touched as far as it is used; what is given back is
 * used again first.
 */
final class ConnectionGroup {
    /** Room for the largest capsule with digests and padding. */
    static final int STASH_BYTES = 12 << 10;

    /** Data must be complete after so many times the stall limit, in whatever small pieces. */
    private static final int OVERDUE_STALLS = 4;

    private final Target target;
    private final Reactor reactor;
    private final Ring ring;
    private final TargetOptions options;
    private final SharedBuffers receiveBuffers;
    private final long receiveBase;
    private final DataDigests digests;
    private final MemorySegment stashMemory;
    private final MemorySegment batchMemory;
    private final IndexPool stashes;
    private final List<SendBatch> freeBatches = new ArrayList<>();
    private int batches;
    private final CommandSlots commands;
    private final DataBuffers buffers;
    private final Backlog backlog;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final StallTimer stallTimer = new StallTimer();
    private final GroupStatistics statistics = new GroupStatistics();
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
        commands = new CommandSlots(kernel);
        backlog = new Backlog(reactor);
        buffers = new DataBuffers(reactor.arena(), backlog, options);
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
                commands.inUse(),
                stashes.inUse(),
                batches - freeBatches.size(),
                receiveBuffers.count() - receiveBuffers.available(),
                buffers.requestedBytes(),
                connections.stream().mapToLong(each -> each.queue().bufferedBytes).sum(),
                backlog.commandCount(),
                backlog.streamCount());
    }

    CommandSlots commands() {
        return commands;
    }

    DataBuffers buffers() {
        return buffers;
    }

    Backlog backlog() {
        return backlog;
    }

    SharedBuffers receiveBuffers() {
        return receiveBuffers;
    }

    /** Whether so many shared buffers are held that a stream which has stalled may keep none. */
    boolean receiveBuffersAreShort() {
        return receiveBuffers.available() < receiveBuffers.count() - receiveBuffers.count() / 4;
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

    /** Gives the slot, its buffer and its share of the quotas back. */
    void release(Command command) {
        buffers.release(command);
        commands.putBack(command);
        backlog.wakeStreams();
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
                    commands.close();
                    done.run();
                };
        for (Connection connection : List.copyOf(connections)) {
            connection.end("the target is stopping");
        }
        if (connections.isEmpty()) {
            whenEmpty.run();
        }
    }

    /**
     * Ends connections whose peer keeps us waiting, and the wait for abandoned commands. A look
     * that comes late is left out: this process was stopped, and what the peers have done meanwhile
     * has not been seen yet.
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
            if (connections.isEmpty() && !commands.anyInsideAbandoned()) {
                return;
            }
            if (reactor.nowNanos() - dueNanos <= interval()) {
                long before = reactor.nowNanos() - options.stallNanos();
                for (Connection connection : List.copyOf(connections)) {
                    connection.checkProgress(before);
                }
                // However slow a host is, one command may not stay inside for ever.
                commands.endOverdue(reactor.nowNanos() - OVERDUE_STALLS * options.stallNanos());
                commands.leaveAbandoned(before);
            }
            arm();
        }
    }
}
