package io.mayastor.engine.device;

import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.ring.Errno;

/** What an error number of the ring means to an NVMe host. */
final class ErrnoStatus {
    private ErrnoStatus() {}

    /**
     * @param errno with either sign
     */
    static int of(BlockIo.Operation operation, int errno) {
        return switch (Math.abs(errno)) {
            case Errno.EIO -> mediaError(operation);
            case Errno.ENOSPC, Errno.EFBIG -> Status.CAPACITY_EXCEEDED;
            case Errno.EPERM, Errno.EACCES -> Status.NAMESPACE_WRITE_PROTECTED;
            case Errno.EOPNOTSUPP -> Status.INVALID_OPCODE;
            case Errno.ENOMEM, Errno.EAGAIN -> Status.COMMAND_INTERRUPTED;
            case Errno.ECANCELED -> Status.ABORT_REQUESTED;
            default -> Status.INTERNAL_ERROR;
        };
    }

    /** Also for a transfer that moved nothing: the file has become shorter than the device. */
    static int mediaError(BlockIo.Operation operation) {
        return switch (operation) {
            case READ, COMPARE -> Status.UNRECOVERED_READ_ERROR;
            case WRITE, WRITE_ZEROES, DEALLOCATE -> Status.WRITE_FAULT;
            case FLUSH -> Status.INTERNAL_ERROR;
        };
    }
}
