package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.device.BlockIo.Operation;
import io.mayastor.engine.nvme.AdminOpcode;
import io.mayastor.engine.nvme.AsyncEvent;
import io.mayastor.engine.nvme.BlockCommand;
import io.mayastor.engine.nvme.DatasetManagement;
import io.mayastor.engine.nvme.NvmOpcode;
import io.mayastor.engine.nvme.SglDescriptor;
import io.mayastor.engine.nvme.Status;
import io.mayastor.engine.nvme.SubmissionEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of an I/O queue and the checks before them. */
class NvmCommandsTest {
    private static final int BLOCK = 4096;
    private static final long BLOCKS = 1024;
    private static final int MDTS_BLOCKS = TargetWorld.OPTIONS.maxTransferBytes() / BLOCK;

    private final TargetWorld world = new TargetWorld();
    private final WireHost admin = world.wireAdmin();
    private final WireHost host = world.wireIo(admin, 1);

    private int status(int command) {
        return host.await(command).status() & ~Status.DNR;
    }

    private int dataset(int attributes, long... firstAndLength) {
        int ranges = firstAndLength.length / 2;
        byte[] data = new byte[ranges * DatasetManagement.RANGE_LENGTH];
        for (int i = 0; i < ranges; i++) {
            DatasetManagement.encodeRange(
                    MemorySegment.ofArray(data),
                    0,
                    i,
                    firstAndLength[2 * i],
                    firstAndLength[2 * i + 1]);
        }
        return host.start(
                (to, base, id) -> {
                    DatasetManagement.encode(to, base, id, 1, ranges, attributes);
                    SubmissionEntry.setInCapsuleData(to, base, data.length);
                },
                data);
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] data = TargetWorld.pattern(1, 2 * BLOCK);
        assertEquals(Status.SUCCESS, status(host.write(BLOCKS - 2, data, BLOCK)));
        assertArrayEquals(data, host.await(host.read(BLOCKS - 2, 2, BLOCK)).data());
    }

    @Test
    void compareTellsEqualFromDifferent() {
        byte[] data = TargetWorld.pattern(1, BLOCK);
        status(host.write(7, data, BLOCK));
        assertEquals(
                Status.SUCCESS,
                status(host.start(WireHost.inCapsule(NvmOpcode.COMPARE, 7, 1, 0, BLOCK), data)));
        data[BLOCK - 1] ^= 1;
        assertEquals(
                Status.COMPARE_FAILURE,
                status(host.start(WireHost.inCapsule(NvmOpcode.COMPARE, 7, 1, 0, BLOCK), data)));
    }

    @Test
    void writeZeroesZeroesAndDeallocatesOnlyWhenAsked() {
        status(host.write(7, TargetWorld.pattern(1, 2 * BLOCK), BLOCK));
        assertEquals(Status.SUCCESS, status(host.range(NvmOpcode.WRITE_ZEROES, 7, 1, 0)));
        assertEquals(
                Status.SUCCESS,
                status(host.range(NvmOpcode.WRITE_ZEROES, 8, 1, BlockCommand.DEALLOCATE)));
        assertArrayEquals(new byte[2 * BLOCK], world.device.content(7, 2));
        world.device.readsZeros = false;
        status(host.range(NvmOpcode.WRITE_ZEROES, 8, 1, BlockCommand.DEALLOCATE));
        assertEquals(
                List.of(
                        Operation.WRITE,
                        Operation.WRITE_ZEROES,
                        Operation.DEALLOCATE,
                        Operation.WRITE_ZEROES),
                world.device.submitted);
    }

    @Test
    void datasetManagementDeallocatesEveryRange() {
        byte[] data = TargetWorld.pattern(1, 2 * BLOCK);
        for (int block = 0; block < 20; block += 2) {
            status(host.write(block, data, BLOCK));
        }
        assertEquals(
                Status.SUCCESS,
                status(dataset(DatasetManagement.DEALLOCATE, 0, 1, 5, 0, 10, 3, 19, 1)));
        assertArrayEquals(new byte[BLOCK], world.device.content(0, 1));
        assertArrayEquals(Arrays.copyOfRange(data, BLOCK, 2 * BLOCK), world.device.content(1, 1));
        assertArrayEquals(new byte[3 * BLOCK], world.device.content(10, 3));
        assertArrayEquals(new byte[BLOCK], world.device.content(19, 1));
    }

    @Test
    void aHintWithoutDeallocateChangesNothing() {
        assertEquals(Status.SUCCESS, status(dataset(0, 0, 1)));
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void rangesOutsideTheNamespaceAreRefused() {
        assertEquals(
                Status.LBA_OUT_OF_RANGE, status(dataset(DatasetManagement.DEALLOCATE, BLOCKS, 1)));
        assertEquals(
                Status.LBA_OUT_OF_RANGE,
                status(dataset(DatasetManagement.DEALLOCATE, -1L, 0xffffffffL)));
    }

    @Test
    void oneWrongRangeKeepsTheOthersFromBeingDeallocated() {
        int command = dataset(DatasetManagement.DEALLOCATE, 0, 1, 5, 1, BLOCKS, 1);
        assertEquals(Status.LBA_OUT_OF_RANGE, status(command));
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void dataThatIsNotDescribedByAnSglIsRefused() {
        int command =
                host.start((to, base, id) -> {
                    WireHost.transport(NvmOpcode.READ, 0, 1, BLOCK, 0).write(to, base, id);
                    to.set(ValueLayout.JAVA_BYTE, base + 1, (byte) SubmissionEntry.PSDT_PRP);
                });
        assertEquals(Status.withDoNotRetry(Status.INVALID_FIELD), host.await(command).status());
    }

    @Test
    void aDatasetOf256RangesFitsACommand() {
        long[] ranges = new long[512];
        for (int i = 0; i < 256; i++) {
            ranges[2 * i] = i;
            ranges[2 * i + 1] = 1;
        }
        assertEquals(Status.SUCCESS, status(dataset(DatasetManagement.DEALLOCATE, ranges)));
        assertEquals(256, world.device.submitted.size());
    }

    @Test
    void verifyReadsTheWholeRangeInParts() {
        assertEquals(
                Status.SUCCESS, status(host.range(NvmOpcode.VERIFY, 0, 2 * MDTS_BLOCKS + 1, 0)));
        assertEquals(
                List.of(Operation.READ, Operation.READ, Operation.READ), world.device.submitted);
        world.device.status = Status.UNRECOVERED_READ_ERROR;
        assertEquals(Status.UNRECOVERED_READ_ERROR, status(host.range(NvmOpcode.VERIFY, 0, 5, 0)));
    }

    @Test
    void flushIsForTheNamespaceOrForAll() {
        assertEquals(
                Status.SUCCESS,
                status(
                        host.start((to, base, id) ->
                                SubmissionEntry.encode(to, base, NvmOpcode.FLUSH, id, 1))));
        assertEquals(
                Status.SUCCESS,
                status(
                        host.start((to, base, id) ->
                                SubmissionEntry.encode(to, base, NvmOpcode.FLUSH, id, -1))));
        assertEquals(List.of(Operation.FLUSH, Operation.FLUSH), world.device.submitted);
    }

    @Test
    void forceUnitAccessReachesTheDeviceAndOnlyWhereItWasAsked() {
        byte[] data = new byte[BLOCK];
        for (int flags : new int[] {BlockCommand.FORCE_UNIT_ACCESS, 0}) {
            status(host.start(WireHost.inCapsule(NvmOpcode.WRITE, 7, 1, flags, BLOCK), data));
        }
        status(host.range(NvmOpcode.WRITE_ZEROES, 7, 1, BlockCommand.FORCE_UNIT_ACCESS));
        status(host.read(7, 1, BLOCK));
        assertEquals(List.of(true, false, true, false), world.device.forced);
    }

    @ParameterizedTest
    @CsvSource({
        "1024, 1",
        "1023, 2",
        "9223372036854775807, 1",
        "-1, 1",
        "-1, 65536",
        "1, 65536",
        "0, 1025"
    })
    void blocksOutsideTheNamespaceAreRefused(long first, int blocks) {
        assertEquals(
                Status.LBA_OUT_OF_RANGE,
                status(host.range(NvmOpcode.WRITE_ZEROES, first, blocks, 0)));
        assertEquals(
                Status.LBA_OUT_OF_RANGE, status(host.range(NvmOpcode.VERIFY, first, blocks, 0)));
        assertEquals(Status.LBA_OUT_OF_RANGE, status(host.read(first, blocks, BLOCK)));
        assertEquals(Status.LBA_OUT_OF_RANGE, status(host.startByR2t(first, blocks, BLOCK)));
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void aTransferMayBeAsLongAsMdtsAndNoLonger() {
        assertEquals(Status.SUCCESS, status(host.read(0, MDTS_BLOCKS, BLOCK)));
        assertEquals(Status.INVALID_FIELD, status(host.read(0, MDTS_BLOCKS + 1, BLOCK)));
        assertEquals(Status.INVALID_FIELD, status(host.startByR2t(0, MDTS_BLOCKS + 1, BLOCK)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 15})
    void protectionInformationIsRefused(int protection) {
        assertEquals(
                Status.INVALID_PROTECTION_INFORMATION,
                status(host.range(NvmOpcode.READ, 0, 1, protection << 26)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x03, 0x04, 0x0a, 0x18, 0x20, 0x7d, 0x80, 0xff})
    void opcodesThatDoNotExistAreRefused(int opcode) {
        assertEquals(Status.INVALID_OPCODE, status(host.range(opcode, 0, 1, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 17, -1})
    void namespacesThatDoNotExistAreRefused(int namespace) {
        int id =
                host.start((to, base, command) ->
                        BlockCommand.encode(to, base, NvmOpcode.READ, command, namespace, 0, 1, 0));
        assertEquals(Status.INVALID_NAMESPACE_OR_FORMAT, status(id));
    }

    private int withDescriptor(int opcode, int identifier, long address, long length, int data) {
        return host.start(
                (to, base, id) -> {
                    BlockCommand.encode(to, base, opcode, id, 1, 0, 1, 0);
                    SglDescriptor.encode(
                            to, base + SubmissionEntry.SGL1, identifier, address, length);
                },
                new byte[data]);
    }

    @Test
    void descriptorsAreChecked() {
        int inCapsule = SglDescriptor.IN_CAPSULE;
        int transport = SglDescriptor.TRANSPORT;
        int write = NvmOpcode.WRITE;
        assertEquals(
                Status.DATA_SGL_LENGTH_INVALID,
                status(withDescriptor(write, transport, 0, BLOCK - 1, 0)));
        assertEquals(
                Status.DATA_SGL_LENGTH_INVALID,
                status(withDescriptor(write, inCapsule, 0, BLOCK - 1, BLOCK)));
        assertEquals(
                Status.SGL_OFFSET_INVALID,
                status(withDescriptor(write, inCapsule, 0, BLOCK, BLOCK - 4)));
        assertEquals(
                Status.SGL_OFFSET_INVALID,
                status(withDescriptor(write, inCapsule, 4, BLOCK, BLOCK)));
        assertEquals(
                Status.SGL_OFFSET_INVALID,
                status(withDescriptor(write, inCapsule, -1, BLOCK, BLOCK)));
        assertEquals(
                Status.SGL_OFFSET_INVALID,
                status(withDescriptor(write, inCapsule, Long.MAX_VALUE, 0xffffffffL, BLOCK)));
        for (int identifier : new int[] {0x00, 0x10, 0x21, 0x30, 0x40, 0x50, 0x5f, 0xff}) {
            assertEquals(
                    Status.SGL_DESCRIPTOR_TYPE_INVALID,
                    status(withDescriptor(write, identifier, 0, BLOCK, BLOCK)),
                    "identifier " + identifier);
        }
        assertEquals(
                Status.SGL_DESCRIPTOR_TYPE_INVALID,
                status(withDescriptor(NvmOpcode.READ, inCapsule, 0, BLOCK, BLOCK)),
                "a read into the capsule");
        assertEquals(List.of(), world.device.submitted);
    }

    @Test
    void dataMayLieAnywhereInTheCapsule() {
        byte[] data = TargetWorld.pattern(4, BLOCK + 8);
        int id =
                host.start(
                        (to, base, command) -> {
                            BlockCommand.encode(to, base, NvmOpcode.WRITE, command, 1, 0, 1, 0);
                            SglDescriptor.encode(
                                    to,
                                    base + SubmissionEntry.SGL1,
                                    SglDescriptor.IN_CAPSULE,
                                    8,
                                    BLOCK);
                        },
                        data);
        assertEquals(Status.SUCCESS, status(id));
        assertArrayEquals(Arrays.copyOfRange(data, 8, 8 + BLOCK), world.device.content(0, 1));
    }

    @Test
    void deviceErrorsReachTheHostAndAreCounted() {
        world.device.status = Status.WRITE_FAULT;
        assertEquals(Status.WRITE_FAULT, status(host.write(0, new byte[BLOCK], BLOCK)));
        assertEquals(1, world.target.namespaceStatistics(TargetWorld.NQN).errors());
    }

    @Test
    void hostsAreToldThatTheNamespaceHasAnotherSize() {
        admin.await(
                admin.start((to, base, id) -> {
                    SubmissionEntry.encode(to, base, AdminOpcode.SET_FEATURES, id, 0);
                    SubmissionEntry.setCdw10(to, base, 0x0b);
                    SubmissionEntry.setCdw11(to, base, 1 << 8);
                }));
        int event =
                admin.start((to, base, id) ->
                        SubmissionEntry.encode(to, base, AdminOpcode.ASYNC_EVENT_REQUEST, id, 0));
        world.simulation.runFor(1_000_000);
        assertEquals(
                Status.LBA_OUT_OF_RANGE, status(host.range(NvmOpcode.VERIFY, BLOCKS - 4, 8, 0)));
        world.onReactor(() -> world.device.resize(BLOCKS / 2));
        assertEquals(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED, (int) admin.await(event).result());
        assertEquals(Status.LBA_OUT_OF_RANGE, status(host.read(BLOCKS / 2, 1, BLOCK)));
    }
}
