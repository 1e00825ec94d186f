package io.mayastor.engine.target;

import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.Status;

/** Reservation commands. */
final class ReservationCommands {
    static boolean isReservation(int opcode) {
        return opcode == NvmOpcode.RESERVATION_REGISTER
                || opcode == NvmOpcode.RESERVATION_REPORT
                || opcode == NvmOpcode.RESERVATION_ACQUIRE
                || opcode == NvmOpcode.RESERVATION_RELEASE;
    }

    int prepare(Command command) {
        return Status.withDoNotRetry(Status.INVALID_OPCODE);
    }

    void execute(Command command) {
        command.connection.respond(command, Status.INVALID_OPCODE);
    }
}
