package io.mayastor.engine.target;

import io.mayastor.engine.nvme.Status;

/**
 * A Compare and the Write fused to it, from the arrival of the second half to the answer of both.
 * Both run alone inside the namespace's gate, the write only when the compare has succeeded. Owner
 * thread: the connection's reactor.
 */
final class FusedPair {
    private final Namespace namespace;
    private Command compare;
    private Command write;
    private boolean holdsGate;

    FusedPair(Command compare, Command write) {
        this.namespace = compare.namespace;
        this.compare = compare;
        this.write = write;
        compare.pair = this;
        write.pair = this;
    }

    /**
     * Waits until the pair is alone, then runs it. At a closed gate the pair waits in its order,
     * for which the second half stands.
     */
    void begin() {
        if (namespace.isGateOpen()) {
            namespace.closeGate(this::run);
        } else {
            namespace.hold(write);
        }
    }

    private void run() {
        holdsGate = true;
        if (compare == null || write == null) {
            finish();
            return;
        }
        if (!compare.queue.isOpen()) {
            // The end of the connection is on its way to drop both halves, which opens the gate.
            return;
        }
        namespace.enterAlone(compare);
        compare.queue.proceed(compare);
    }

    /** One half has been executed. */
    void executed(Command command, int status) {
        if (command == compare) {
            compare = null;
            if (write == null) {
                answer(command, status);
                finish();
            } else if (status == Status.SUCCESS) {
                namespace.enterAlone(write);
                answer(command, status);
                write.queue.proceed(write);
            } else {
                Command second = write;
                write = null;
                answer(command, status);
                answer(second, Status.ABORTED_FAILED_FUSED);
                finish();
            }
        } else {
            write = null;
            if (compare != null) {
                Command first = compare;
                compare = null;
                answer(first, Status.ABORTED_FAILED_FUSED);
            }
            answer(command, status);
            finish();
        }
    }

    /** The connection has ended before this half was started. */
    void dropped(Command command) {
        command.pair = null;
        namespace.leave(command);
        if (command == compare) {
            compare = null;
        } else {
            write = null;
        }
        if (compare == null && write == null) {
            finish();
        }
    }

    /** The other half when it has not been started, else null. */
    Command waitingPartner(Command command) {
        Command other = command == compare ? write : compare;
        boolean waits =
                other != null
                        && (other.stage == Command.Stage.HELD
                                || other.stage == Command.Stage.AWAITS_BUFFER);
        return waits ? other : null;
    }

    private void finish() {
        if (holdsGate) {
            holdsGate = false;
            namespace.openGate();
        }
    }

    static void answer(Command command, int status) {
        Namespace namespace = command.namespace;
        command.pair = null;
        command.queue.respond(command, status);
        namespace.leave(command);
    }
}
