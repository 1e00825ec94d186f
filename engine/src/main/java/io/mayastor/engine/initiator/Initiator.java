package io.mayastor.engine.initiator;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.ring.SharedBuffers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The NVMe/TCP host of one reactor: what its connections share, and the list of its controllers.
 * Owner thread: the reactor's, except {@link #controllers()}.
 */
public final class Initiator {
    /**
     * Connections that have bytes in the same turn take one buffer each; the size is what one
     * receive brings of a stream of read data.
     */
    private static final int RECEIVE_BUFFERS = 16;

    private static final int RECEIVE_BUFFER_BYTES = 128 << 10;
    private static final long BOUNCE_BYTES = 64 << 10;

    private final Reactor reactor;
    private final SharedBuffers receiveBuffers;
    private final MemorySegment bounce;
    private final MemoryDigest digest;
    private final List<Controller> controllers = new CopyOnWriteArrayList<>();

    /** On the reactor's thread, once per reactor. */
    public Initiator(Reactor reactor) {
        reactor.checkOwner();
        this.reactor = reactor;
        receiveBuffers = reactor.ring().provideBuffers(RECEIVE_BUFFERS, RECEIVE_BUFFER_BYTES);
        bounce = reactor.kernel().map(BOUNCE_BYTES, false);
        digest = new MemoryDigest(reactor.arena().memory(), bounce);
    }

    public Reactor reactor() {
        return reactor;
    }

    /** Makes a controller that does nothing until {@link Controller#connect}. */
    public Controller newController(ControllerOptions options, ReconnectPolicy policy) {
        reactor.checkOwner();
        Controller controller = new Controller(this, options, policy);
        controllers.add(controller);
        return controller;
    }

    /** The controllers that are not closed. Any thread. */
    public List<Controller> controllers() {
        return List.copyOf(controllers);
    }

    void forget(Controller controller) {
        controllers.remove(controller);
    }

    SharedBuffers receiveBuffers() {
        return receiveBuffers;
    }

    /** CRC32C of memory anywhere; allocates nothing. */
    int digest(long address, int length) {
        return digest.digest(address, length);
    }

    /** Gives memory back; every controller must be closed. */
    public void close() {
        reactor.checkOwner();
        if (!controllers.isEmpty()) {
            throw new IllegalStateException(controllers.size() + " controllers are not closed");
        }
        reactor.kernel().unmap(bounce);
    }
}
