package io.mayastor.engine.target;

import io.mayastor.engine.nvme.Status;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The end of the commands of hosts that Preempt and Abort has shut out (Base 2.0 §8.19.7): what has
 * not been started is answered with "aborted by preempt"; what the device works on already runs to
 * its end. Owner thread: the subsystem's reactor.
 *
 * <p>A command that waits for data of its host will not be started; it is answered when the data
 * has come, since a host may not expect an answer while it sends.
 */
final class PreemptedCommands {
    private final Runnable ended;
    private int executing;

    private PreemptedCommands(Runnable ended) {
        this.ended = ended;
    }

    /** Aborts; {@code ended} runs when the device works on none of them any more. */
    static void abort(Namespace namespace, Set<UUID> hosts, Runnable ended) {
        PreemptedCommands preempted = new PreemptedCommands(ended);
        List<Command> commands = namespace.subsystem().group().commands().of(namespace);
        for (Command command : commands) {
            QueuePair queue = command.queue;
            if (command.namespace != namespace
                    || ReservationCommands.isReservation(command.opcode)
                    || !hosts.contains(queue.controller().hostId())) {
                continue;
            }
            if (command.stage == Command.Stage.STARTED) {
                command.preempted = preempted;
                preempted.executing++;
            } else {
                queue.abort(command, Status.withDoNotRetry(Status.ABORTED_PREEMPT));
            }
        }
        if (preempted.executing == 0) {
            ended.run();
        }
    }

    /** The device is done with a command. */
    void ended(Command command) {
        command.preempted = null;
        if (--executing == 0) {
            ended.run();
        }
    }
}
