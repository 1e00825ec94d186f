package io.mayastor.engine.target;

import io.mayastor.engine.nvme.GlobalIdentifier;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reservation Register, Acquire, Release and Report (Base 2.0 §7.2 to §7.5). One per group; owner
 * thread: its reactor.
 *
 * <p>They pass by the gate of the namespace: a host can fence another while data commands are held.
 */
final class ReservationCommands {
    private final TargetOptions options;

    ReservationCommands(TargetOptions options) {
        this.options = options;
    }

    static boolean isReservation(int opcode) {
        return opcode == NvmOpcode.RESERVATION_REGISTER
                || opcode == NvmOpcode.RESERVATION_REPORT
                || opcode == NvmOpcode.RESERVATION_ACQUIRE
                || opcode == NvmOpcode.RESERVATION_RELEASE;
    }

    /** Checks the fields of the entry. */
    int prepare(Command command) {
        long entry = command.entryBase;
        int status =
                switch (command.opcode) {
                    case NvmOpcode.RESERVATION_REGISTER -> checkRegister(command);
                    case NvmOpcode.RESERVATION_ACQUIRE ->
                            checkTyped(command, ReservationCommand.PREEMPT_AND_ABORT, true);
                    case NvmOpcode.RESERVATION_RELEASE ->
                            checkTyped(
                                    command,
                                    ReservationCommand.CLEAR,
                                    ReservationCommand.action(Memory.ALL, entry)
                                            == ReservationCommand.RELEASE);
                    default -> checkReport(command);
                };
        if (status != Status.SUCCESS) {
            return Status.withDoNotRetry(status);
        }
        switch (command.opcode) {
            case NvmOpcode.RESERVATION_REPORT -> {
                command.dataLength = (int) ReservationCommand.reportBytes(Memory.ALL, entry);
                command.needsBuffer = true;
            }
            case NvmOpcode.RESERVATION_RELEASE ->
                    command.dataLength = ReservationCommand.ONE_KEY_LENGTH;
            default -> command.dataLength = ReservationCommand.TWO_KEYS_LENGTH;
        }
        return Status.SUCCESS;
    }

    private static int checkRegister(Command command) {
        int action = ReservationCommand.action(Memory.ALL, command.entryBase);
        if (action > ReservationCommand.REPLACE || host(command).equals(GlobalIdentifier.NONE)) {
            return Status.INVALID_FIELD;
        }
        Reservations reservations = command.namespace.reservations();
        return switch (ReservationCommand.persistence(Memory.ALL, command.entryBase)) {
            case ReservationCommand.PERSISTENCE_KEEP, ReservationCommand.PERSISTENCE_CLEAR ->
                    Status.SUCCESS;
            case ReservationCommand.PERSISTENCE_SET ->
                    reservations.canPersist() ? Status.SUCCESS : Status.INVALID_FIELD;
            default -> Status.INVALID_FIELD;
        };
    }

    /** Acquire and Release: the key is always compared, the type named where one is meant. */
    private static int checkTyped(Command command, int lastAction, boolean typed) {
        long entry = command.entryBase;
        boolean known =
                ReservationType.ofCode(ReservationCommand.type(Memory.ALL, entry)).isPresent();
        return ReservationCommand.action(Memory.ALL, entry) > lastAction
                        || ReservationCommand.ignoresExistingKey(Memory.ALL, entry)
                        || (typed && !known)
                ? Status.INVALID_FIELD
                : Status.SUCCESS;
    }

    /** Hosts of NVMe over Fabrics have 128-bit identifiers, for which only one format has room. */
    private int checkReport(Command command) {
        if (!ReservationCommand.isExtendedReport(Memory.ALL, command.entryBase)) {
            return Status.HOST_ID_INCONSISTENT_FORMAT;
        }
        return ReservationCommand.reportBytes(Memory.ALL, command.entryBase)
                        > options.maxTransferBytes()
                ? Status.INVALID_FIELD
                : Status.SUCCESS;
    }

    void execute(Command command) {
        if (command.opcode == NvmOpcode.RESERVATION_REPORT) {
            report(command);
            return;
        }
        Function<ReservationState, ReservationChange> decision =
                switch (command.opcode) {
                    case NvmOpcode.RESERVATION_REGISTER -> register(command);
                    case NvmOpcode.RESERVATION_ACQUIRE -> acquire(command);
                    default -> release(command);
                };
        boolean aborts =
                command.opcode == NvmOpcode.RESERVATION_ACQUIRE
                        && ReservationCommand.action(Memory.ALL, command.entryBase)
                                == ReservationCommand.PREEMPT_AND_ABORT;
        Namespace namespace = command.namespace;
        namespace
                .reservations()
                .submit(
                        decision,
                        change -> {
                            if (aborts && !change.preempted().isEmpty()) {
                                PreemptedCommands.abort(
                                        namespace,
                                        change.preempted(),
                                        () -> command.queue.respond(command, change.status()));
                            } else {
                                command.queue.respond(command, change.status());
                            }
                        });
    }

    private static Function<ReservationState, ReservationChange> register(Command command) {
        int action = ReservationCommand.action(Memory.ALL, command.entryBase);
        boolean ignoreKey = ReservationCommand.ignoresExistingKey(Memory.ALL, command.entryBase);
        int persistence = ReservationCommand.persistence(Memory.ALL, command.entryBase);
        UUID host = host(command);
        long currentKey = currentKey(command);
        long newKey = secondKey(command);
        return state -> {
            ReservationChange change =
                    switch (action) {
                        case ReservationCommand.REGISTER ->
                                ReservationRules.register(state, host, newKey);
                        case ReservationCommand.UNREGISTER ->
                                ReservationRules.unregister(state, host, currentKey, ignoreKey);
                        default ->
                                ReservationRules.replace(
                                        state, host, currentKey, newKey, ignoreKey);
                    };
            return change.withPersistence(persistence);
        };
    }

    private static Function<ReservationState, ReservationChange> acquire(Command command) {
        int action = ReservationCommand.action(Memory.ALL, command.entryBase);
        ReservationType type = type(command);
        UUID host = host(command);
        long currentKey = currentKey(command);
        long preemptKey = secondKey(command);
        return action == ReservationCommand.ACQUIRE
                ? state -> ReservationRules.acquire(state, host, currentKey, type)
                : state -> ReservationRules.preempt(state, host, currentKey, preemptKey, type);
    }

    private static Function<ReservationState, ReservationChange> release(Command command) {
        UUID host = host(command);
        long currentKey = currentKey(command);
        if (ReservationCommand.action(Memory.ALL, command.entryBase) == ReservationCommand.CLEAR) {
            return state -> ReservationRules.clear(state, host, currentKey);
        }
        ReservationType type = type(command);
        return state -> ReservationRules.release(state, host, currentKey, type);
    }

    /** Sends as much as the host asks for, zeros after the end of the structure. */
    private static void report(Command command) {
        ReservationReport report = report(command.namespace);
        byte[] bytes = new byte[Math.toIntExact(report.byteLength(true))];
        report.encodeExtended(MemorySegment.ofArray(bytes), 0);
        MemorySegment target = Memory.ALL.asSlice(command.dataAddress, command.dataLength);
        target.fill((byte) 0);
        int length = Math.min(bytes.length, command.dataLength);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, target, 0, length);
        command.sendLength = command.dataLength;
        command.queue.respond(command, Status.SUCCESS);
    }

    /** Each controller of a registered host, and each registered host without one. */
    private static ReservationReport report(Namespace namespace) {
        ReservationState state = namespace.reservations().state();
        List<ReservationReport.Registrant> registrants = new ArrayList<>();
        for (ReservationState.Registrant registrant : state.registrants()) {
            UUID host = registrant.hostId();
            boolean holder = state.isHolder(host);
            boolean connected = false;
            for (Controller controller : namespace.subsystem().controllers()) {
                if (controller.hostId().equals(host)) {
                    connected = true;
                    registrants.add(
                            new ReservationReport.Registrant(
                                    controller.id(), holder, host, registrant.key()));
                }
            }
            if (!connected) {
                registrants.add(
                        new ReservationReport.Registrant(
                                ReservationReport.NO_CONTROLLER, holder, host, registrant.key()));
            }
        }
        return new ReservationReport(
                state.generation(), state.type(), state.persists(), registrants);
    }

    private static UUID host(Command command) {
        return command.queue.controller().hostId();
    }

    private static ReservationType type(Command command) {
        return ReservationType.ofCode(ReservationCommand.type(Memory.ALL, command.entryBase))
                .orElseThrow();
    }

    private static long currentKey(Command command) {
        return ReservationCommand.currentKey(Memory.ALL, command.dataAddress);
    }

    private static long secondKey(Command command) {
        return ReservationCommand.secondKey(Memory.ALL, command.dataAddress);
    }
}
