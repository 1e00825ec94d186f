package io.mayastor.engine.sim;

import io.mayastor.engine.ring.Errno;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A listening socket: connections that nobody has accepted yet, and accepts that wait for one. */
final class Listener extends Descriptor {
    private final SimulatedKernel kernel;
    private final InetSocketAddress address;
    private final int backlog;
    private final Deque<StreamSocket> waiting = new ArrayDeque<>();
    private final Deque<Operation> accepts = new ArrayDeque<>();
    private final List<Operation> polls = new ArrayList<>();
    private boolean shut;

    Listener(SimulatedKernel kernel, InetSocketAddress address, int backlog) {
        this.kernel = kernel;
        this.address = address;
        this.backlog = Math.max(1, backlog);
    }

    InetSocketAddress address() {
        return address;
    }

    boolean open() {
        return !shut;
    }

    boolean full() {
        return waiting.size() >= backlog;
    }

    void offer(StreamSocket socket) {
        waiting.add(socket);
        progress();
    }

    @Override
    void start(Operation operation) {
        switch (operation.kind) {
            case ACCEPT -> {
                accepts.add(operation);
                progress();
            }
            case POLL -> {
                polls.add(operation);
                progress();
            }
            case SHUTDOWN -> {
                shut = true;
                progress();
                operation.finish(0);
            }
            case RECEIVE, RECEIVE_ALL, RECEIVE_SHARED, SEND -> operation.finish(-Errno.ENOTCONN);
            default -> operation.finish(-Errno.EINVAL);
        }
    }

    private void progress() {
        while (!accepts.isEmpty() && (shut || !waiting.isEmpty())) {
            Operation accept = accepts.remove();
            if (shut) {
                accept.finish(-Errno.EINVAL);
                continue;
            }
            int file = kernel.adopt(waiting.element());
            if (file >= 0) {
                waiting.remove();
            }
            accept.finish(file);
        }
        if (shut || !waiting.isEmpty()) {
            polls.forEach(poll ->
                    poll.finish(
                            shut
                                    ? StreamSocket.POLL_IN | StreamSocket.POLL_HANG_UP
                                    : StreamSocket.POLL_IN));
            polls.clear();
        }
    }

    @Override
    void cancel(Operation operation) {
        if (accepts.remove(operation) || polls.remove(operation)) {
            operation.finish(-Errno.ECANCELED);
        }
    }

    @Override
    void abandon(Operation operation) {
        cancel(operation);
    }

    @Override
    void released() {
        shut = true;
        kernel.network().unlisten(this);
        waiting.forEach(StreamSocket::refuse);
        waiting.clear();
    }

    SimulatedKernel kernel() {
        return kernel;
    }
}
