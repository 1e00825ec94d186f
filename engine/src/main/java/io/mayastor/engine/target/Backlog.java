package io.mayastor.engine.target;

import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.TurnEndTask;
import java.util.ArrayDeque;

/**
 * What waits on one reactor: commands that need memory, quota or room to send, and streams whose
 * next PDU can not be taken. Owner thread: the reactor's.
 *
 * <p>First come, first served: a round of retries at the end of a turn goes through both in the
 * order in which they came, and what one of them is refused nobody behind it in the same {@link
 * WaitingLine} gets. Between rounds nobody passes those who wait.
 */
final class Backlog extends TurnEndTask {
    private final Reactor reactor;
    private final ArrayDeque<Connection> streams = new ArrayDeque<>();
    private CommandList commands = new CommandList();
    private CommandList retried = new CommandList();
    private long tickets;
    private long round;
    private boolean retrying;

    Backlog(Reactor reactor) {
        this.reactor = reactor;
    }

    int commandCount() {
        return commands.size() + retried.size();
    }

    int streamCount() {
        return streams.size();
    }

    /** Whether the caller may be served now from what this line waits for. */
    boolean mayPass(WaitingLine line) {
        return retrying ? !line.wasRefusedIn(round) : line.waiting() == 0;
    }

    /** The command has its slot, but lacks what {@link Command#awaits} says. */
    void add(Command command) {
        command.stage = Command.Stage.AWAITS_BUFFER;
        command.ticket = ++tickets;
        // Behind those that this round has still to come to.
        enter(command, retrying ? retried : commands);
    }

    private void enter(Command command, CommandList list) {
        if (command.awaits != null) {
            command.awaits.enter();
            command.awaits.refusedIn(round);
        }
        list.addLast(command);
    }

    /** The command waits no longer: it has been given up or answered. */
    void remove(Command command) {
        command.list.remove(command);
        leave(command);
        // Those behind it may need less.
        wake();
    }

    private static void leave(Command command) {
        if (command.awaits != null) {
            command.awaits.leave();
            command.awaits = null;
        }
    }

    /**
     * The stream has stalled: it is tried again when anything has been given back.
     *
     * @param line what it lacks, or null when that is nothing others wait for
     */
    void add(Connection stream, WaitingLine line) {
        if (line != null && stream.awaits == null) {
            stream.awaits = line;
            line.enter();
            line.refusedIn(round);
        }
        if (!stream.inBacklog) {
            stream.inBacklog = true;
            if (stream.ticket == 0) {
                stream.ticket = ++tickets;
            }
            streams.addLast(stream);
        }
    }

    /** Something has been given back on which commands may wait. */
    void wakeCommands() {
        if (!commands.isEmpty()) {
            wake();
        }
    }

    /** Something has been given back on which a stalled stream may wait. */
    void wakeStreams() {
        if (!streams.isEmpty()) {
            wake();
        }
    }

    /** Tries everything again at the end of this turn. */
    void wake() {
        reactor.atTurnEnd(this);
    }

    @Override
    protected void run() {
        CommandList empty = retried;
        retried = commands;
        commands = empty;
        int streamsLeft = streams.size();
        round++;
        retrying = true;
        while (!retried.isEmpty() || streamsLeft > 0) {
            boolean command =
                    streamsLeft == 0
                            || (!retried.isEmpty()
                                    && retried.first().ticket < streams.getFirst().ticket);
            if (command) {
                retry(retried.removeFirst());
            } else {
                streamsLeft--;
                retry(streams.removeFirst());
            }
        }
        retrying = false;
    }

    private void retry(Command command) {
        if (command.awaits != null && command.awaits.wasRefusedIn(round)) {
            commands.addLast(command);
            return;
        }
        leave(command);
        Connection connection = command.queue.connection();
        try {
            if (!command.queue.advance(command)) {
                enter(command, commands);
            }
        } catch (RuntimeException e) {
            if (command.stage == Command.Stage.AWAITS_BUFFER && command.list == null) {
                enter(command, commands);
            }
            connection.failed(e);
        }
    }

    private static void leave(Connection stream) {
        if (stream.awaits != null) {
            stream.awaits.leave();
            stream.awaits = null;
        }
    }

    private void retry(Connection stream) {
        if (stream.awaits != null
                && stream.awaits.wasRefusedIn(round)
                && !stream.queue().awaitsData()) {
            streams.addLast(stream);
            return;
        }
        leave(stream);
        stream.inBacklog = false;
        long ticket = stream.ticket;
        stream.ticket = 0;
        int taken = stream.queue().taken();
        stream.resume();
        if (stream.inBacklog && stream.queue().taken() == taken) {
            stream.ticket = ticket;
        }
    }
}
