package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.DatasetManagement;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.ReservationCommand;
import io.mayastor.engine.nvme.ReservationReport;
import io.mayastor.engine.nvme.ReservationType;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.UUID;

/** A host with an admin queue and one I/O queue that uses reservations; data go in the capsule. */
final class ReservingHost {
    private static final int REPORT_BYTES = 4096;
    private static final int BLOCK = 4096;
    private static final int TYPE_SHIFT = 8;

    final RawHost admin;
    final RawHost io;

    ReservingHost(TargetWorld world, UUID hostId) {
        admin = world.adminOf(hostId);
        io = world.io(admin, 1);
    }

    int register(long key) {
        return register(
                ReservationCommand.REGISTER, false, ReservationCommand.PERSISTENCE_KEEP, 0, key);
    }

    int register(int action, boolean ignoreKey, int persistence, long currentKey, long newKey) {
        return io.response(startRegister(action, ignoreKey, persistence, currentKey, newKey))
                .status();
    }

    int startRegister(
            int action, boolean ignoreKey, int persistence, long currentKey, long newKey) {
        return io.start(
                (to, base, id) -> {
                    ReservationCommand.encodeRegister(
                            to, base, id, 1, action, ignoreKey, persistence);
                    SubmissionEntry.setInCapsuleData(to, base, ReservationCommand.TWO_KEYS_LENGTH);
                },
                keys(currentKey, newKey));
    }

    int acquire(long key, ReservationType type) {
        return io.response(startAcquire(ReservationCommand.ACQUIRE, key, 0, type)).status();
    }

    int preempt(long key, long preemptKey, ReservationType type) {
        return io.response(startAcquire(ReservationCommand.PREEMPT, key, preemptKey, type))
                .status();
    }

    int startPreemptAndAbort(long key, long preemptKey, ReservationType type) {
        return startAcquire(ReservationCommand.PREEMPT_AND_ABORT, key, preemptKey, type);
    }

    private int startAcquire(int action, long key, long preemptKey, ReservationType type) {
        return io.start(
                (to, base, id) -> {
                    ReservationCommand.encodeAcquire(to, base, id, 1, action, type);
                    SubmissionEntry.setInCapsuleData(to, base, ReservationCommand.TWO_KEYS_LENGTH);
                },
                keys(key, preemptKey));
    }

    int release(long key, ReservationType type) {
        return release(ReservationCommand.RELEASE | type.code() << TYPE_SHIFT, key);
    }

    int clear(long key) {
        return release(ReservationCommand.CLEAR, key);
    }

    private int release(int dword, long key) {
        MemorySegment data = MemorySegment.ofArray(new byte[ReservationCommand.ONE_KEY_LENGTH]);
        ReservationCommand.encodeKey(data, 0, key);
        return io.call(
                        (to, base, id) -> {
                            SubmissionEntry.encode(to, base, NvmOpcode.RESERVATION_RELEASE, id, 1);
                            SubmissionEntry.setCdw10(to, base, dword);
                            SubmissionEntry.setInCapsuleData(
                                    to, base, ReservationCommand.ONE_KEY_LENGTH);
                        },
                        data.toArray(ValueLayout.JAVA_BYTE))
                .status();
    }

    RawHost.Response report(boolean extended, int bytes) {
        return io.call((to, base, id) ->
                ReservationCommand.encodeReport(to, base, id, 1, extended, bytes));
    }

    ReservationReport report() {
        RawHost.Response response = report(true, REPORT_BYTES);
        assertEquals(Status.SUCCESS, response.status(), "status of Report");
        assertEquals(REPORT_BYTES, response.data().byteSize(), "bytes of the report");
        return ReservationReport.decodeExtended(response.data(), 0);
    }

    /** Status of a data command for block 0. */
    int data(int opcode) {
        return io.response(startData(opcode)).status();
    }

    int startData(int opcode) {
        boolean sends =
                opcode == NvmOpcode.WRITE
                        || opcode == NvmOpcode.COMPARE
                        || opcode == NvmOpcode.DATASET_MANAGEMENT;
        int length = opcode == NvmOpcode.DATASET_MANAGEMENT ? 16 : BLOCK;
        return io.start(
                (to, base, id) -> {
                    encode(to, base, id, opcode);
                    if (sends) {
                        SubmissionEntry.setInCapsuleData(to, base, length);
                    } else if (opcode == NvmOpcode.READ) {
                        SubmissionEntry.setTransportData(to, base, length);
                    }
                },
                new byte[sends ? length : 0]);
    }

    /** A write whose data the target has to ask for. */
    int startLargeWrite() {
        return io.startWrite(
                (to, base, id) -> {
                    encode(to, base, id, NvmOpcode.WRITE);
                    SubmissionEntry.setTransportData(to, base, BLOCK);
                },
                new byte[BLOCK]);
    }

    private static void encode(MemorySegment to, long base, int id, int opcode) {
        switch (opcode) {
            case NvmOpcode.DATASET_MANAGEMENT -> DatasetManagement.encode(to, base, id, 1, 1, 0);
            case NvmOpcode.FLUSH -> SubmissionEntry.encode(to, base, opcode, id, 1);
            default -> BlockCommand.encode(to, base, opcode, id, 1, 0, 1, 0);
        }
    }

    private static byte[] keys(long first, long second) {
        MemorySegment data = MemorySegment.ofArray(new byte[ReservationCommand.TWO_KEYS_LENGTH]);
        ReservationCommand.encodeKeys(data, 0, first, second);
        return data.toArray(ValueLayout.JAVA_BYTE);
    }
}
