package io.mayastor.engine.target;

import io.mayastor.engine.nvme.Status;

/**
 * What the commands of one kind of queue mean. Stateless towards the connection; owner thread: the
 * connection's reactor.
 *
 * <p>A command passes through {@link #prepare}, then {@link #admit}, then (when it brings data) the
 * arrival of its data, then {@link #execute}.
 */
interface CommandSet {
    /**
     * Checks every field that can be checked without the data, and sets {@link Command#dataLength}:
     * bytes the host sends or gets.
     *
     * @return {@link Status#SUCCESS}, or the status to refuse it with
     */
    int prepare(Command command);

    /**
     * False when the command has been put aside; whoever did that calls {@link Connection#proceed}
     * later.
     */
    boolean admit(Command command);

    /** The command has been refused before {@link #admit}: whoever waited for it is told. */
    default void refused(Command command) {}

    /**
     * Status with which a command that has been held is refused now, or success: what it was
     * checked against may have changed.
     */
    default int recheck(Command command) {
        return Status.SUCCESS;
    }

    /** An admitted command can not be executed. Answers it. */
    default void failed(Command command, int status) {
        command.queue.respond(command, status);
    }

    /** Whether data in the capsule can be used before the receive buffer is given back. */
    boolean takesDataAtOnce(Command command);

    /**
     * Does it; the data of the host lies at {@link Command#dataAddress}. Responds now or later,
     * exactly once.
     */
    void execute(Command command);

    /**
     * A held command is gone: its connection has ended or it has been aborted. Frees what {@link
     * #admit} took.
     */
    void dropped(Command command);
}
