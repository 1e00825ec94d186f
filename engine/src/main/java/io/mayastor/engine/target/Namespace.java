package io.mayastor.engine.target;

import io.mayastor.engine.device.BlockDevice;
import java.util.ArrayDeque;
import java.util.UUID;

/**
 * A namespace of a subsystem: the device behind it, and the gate that every data command passes.
 * Owner thread: the subsystem's reactor.
 *
 * <p>The gate counts the commands inside. While it is closed (subsystem paused, or a fused pair
 * runs alone) data commands are held in order of arrival, before an R2T is sent for them; commands
 * inside go on to their end, but one that an internal error has abandoned counts for no longer than
 * the stall limit. Everything that is not a data command passes by the gate.
 */
final class Namespace {
    private final Subsystem subsystem;
    private final int id;
    private final BlockDevice device;
    private final UUID uuid;
    private final int blockShift;
    private final boolean lendsReadData;
    private final boolean takesDataOnSubmit;
    private final Reservations reservations;
    private final SubsystemQuota quota;
    private final NamespaceStatistics statistics = new NamespaceStatistics();
    private final CommandList held = new CommandList();
    private final ArrayDeque<Runnable> waitingForDrain = new ArrayDeque<>();
    private int closures;
    private int inside;

    Namespace(
            Subsystem subsystem, int id, BlockDevice device, UUID uuid, Reservations reservations) {
        this.subsystem = subsystem;
        this.id = id;
        this.device = device;
        this.uuid = uuid;
        this.blockShift = Integer.numberOfTrailingZeros(device.blockSize());
        this.lendsReadData = device.lendsReadData();
        this.takesDataOnSubmit = device.takesDataOnSubmit();
        this.reservations = reservations;
        this.quota = new SubsystemQuota(subsystem.group().options());
    }

    Subsystem subsystem() {
        return subsystem;
    }

    int id() {
        return id;
    }

    BlockDevice device() {
        return device;
    }

    UUID uuid() {
        return uuid;
    }

    int blockShift() {
        return blockShift;
    }

    boolean lendsReadData() {
        return lendsReadData;
    }

    boolean takesDataOnSubmit() {
        return takesDataOnSubmit;
    }

    Reservations reservations() {
        return reservations;
    }

    /** What its commands' data is charged to: the subsystem has no other namespace. */
    SubsystemQuota quota() {
        return quota;
    }

    NamespaceStatistics statistics() {
        return statistics;
    }

    boolean isGateOpen() {
        return closures == 0;
    }

    /** Lets the command in, or holds it: false. */
    boolean enter(Command command) {
        if (closures > 0) {
            hold(command);
            return false;
        }
        inside++;
        command.admitted = true;
        return true;
    }

    /** The command waits for the gate to open. */
    void hold(Command command) {
        command.stage = Command.Stage.HELD;
        held.addLast(command);
    }

    /** The command has been answered or dropped, or was abandoned long ago. */
    void leave(Command command) {
        if (command.admitted) {
            command.admitted = false;
            inside--;
            if (command.preempted != null) {
                command.preempted.ended(command);
            }
            runDrained();
        }
    }

    /**
     * Closes the gate; {@code drained} runs when nothing is inside any more. Closures add up: each
     * needs its {@link #openGate}.
     */
    void closeGate(Runnable drained) {
        closures++;
        waitingForDrain.add(drained);
        runDrained();
    }

    /** Runs a command inside although the gate is closed: for whoever closed it. */
    void enterAlone(Command command) {
        inside++;
        command.admitted = true;
    }

    void openGate() {
        if (closures == 0) {
            throw new IllegalStateException("the gate of namespace " + id + " is open");
        }
        closures--;
        // A command let in may close and open the gate again, so both are looked at anew.
        while (closures == 0 && !held.isEmpty()) {
            Command command = held.removeFirst();
            command.stage = Command.Stage.NEW;
            command.queue.admitHeld(command);
        }
        subsystem.group().backlog().wakeStreams();
    }

    private void runDrained() {
        while (inside == 0 && !waitingForDrain.isEmpty()) {
            waitingForDrain.removeFirst().run();
        }
    }
}
