package io.mayastor.engine.target;

import io.mayastor.engine.nvme.LittleEndian;
import io.mayastor.engine.nvme.PduCheck;
import io.mayastor.engine.nvme.PduHeader;
import io.mayastor.engine.nvme.SglDescriptor;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import io.mayastor.engine.ring.Memory;

/**
 * What a command capsule says of its data (SGL descriptor, Transport 1.0 §3.3.2), and the data that
 * comes in the capsule. Stateless; owner thread: the connection's reactor.
 */
final class CapsuleData {
    /** No status: the data has no place yet. */
    static final int NO_BUFFER = -1;

    private CapsuleData() {}

    /**
     * Checks the SGL descriptor of a command that moves data; finds out whether the data is here.
     * Over Fabrics nothing but an SGL without metadata describes data (Base 2.0 §3.3.3.1).
     */
    static int check(Command command, long capsule) {
        long entry = command.entryBase;
        if (SubmissionEntry.psdt(Memory.ALL, entry) != SubmissionEntry.PSDT_SGL) {
            return Status.withDoNotRetry(Status.INVALID_FIELD);
        }
        int identifier = SubmissionEntry.sglIdentifier(Memory.ALL, entry);
        long described = SubmissionEntry.sglLength(Memory.ALL, entry);
        if (identifier == SglDescriptor.TRANSPORT) {
            return described < command.dataLength ? Status.DATA_SGL_LENGTH_INVALID : Status.SUCCESS;
        }
        if (identifier != SglDescriptor.IN_CAPSULE || !command.hostSends) {
            return Status.SGL_DESCRIPTOR_TYPE_INVALID;
        }
        long offset = SubmissionEntry.sglAddress(Memory.ALL, entry);
        long present = PduCheck.dataLength(Memory.ALL, capsule);
        if (offset < 0 || offset > present || described > present - offset) {
            return Status.SGL_OFFSET_INVALID;
        }
        command.dataInCapsule = true;
        return described < command.dataLength ? Status.DATA_SGL_LENGTH_INVALID : Status.SUCCESS;
    }

    /**
     * Takes the data over: by its address when the command set uses it before the receive buffer is
     * given back, else by a copy.
     *
     * @return a status, or {@link #NO_BUFFER}
     */
    static int take(Command command, long capsule) {
        ConnectionGroup group = command.queue.group();
        long data = capsule + PduHeader.dataOffset(Memory.ALL, capsule);
        if (command.queue.connection().hasDataDigest()) {
            int length = (int) PduCheck.dataLength(Memory.ALL, capsule);
            if (LittleEndian.int32(Memory.ALL, data + length) != group.digests().of(data, length)) {
                return Status.TRANSIENT_TRANSPORT_ERROR;
            }
        }
        long from = data + SubmissionEntry.sglAddress(Memory.ALL, command.entryBase);
        command.dataPresent = true;
        if (command.commandSet.takesDataAtOnce(command)) {
            command.dataAddress = from;
            return Status.SUCCESS;
        }
        if (!group.buffers().takeForCapsule(command)) {
            return NO_BUFFER;
        }
        Memory.copy(from, command.dataAddress, command.dataLength);
        return Status.SUCCESS;
    }
}
